/** `setkey -D` of ipsec-tools and the BSDs: `A B` / `esp mode=… spi=dec(0xhex)` / `E: 3des-cbc words` / `A: hmac-sha1 words`. */
import { toHex } from "../../bytes/hex.ts"
import { readHexWords } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import { addChildRow, type ChildRow } from "./child-row.ts"

const PAIR =
  /^\s*([0-9a-fA-F]{0,4}[.:][0-9a-fA-F.:]{1,45}(?:\[\d+\])?) ([0-9a-fA-F]{0,4}[.:][0-9a-fA-F.:]{1,45}(?:\[\d+\])?)\s*$/
const HEAD = /^\s+(esp|ah|esp-udp) mode=\w{1,20} spi=\d+\(0x([0-9a-fA-F]{1,8})\)/
const KEY = /^\s+([EA]): ([\w-]{1,30})((?:\s+[0-9a-fA-F]{1,8})*)\s*$/

export const setkey: LineFormat = {
  name: "setkey -D",
  open(pool) {
    let pair: RegExpExecArray | undefined
    let sa: { row: ChildRow; line: number } | undefined
    const flush = () => {
      if (sa && (sa.row.key || sa.row.integKey)) addChildRow(pool, "setkey -D", sa.row, sa.line)
      sa = undefined
    }
    return {
      line(text, number) {
        if (text.length > MAX_LINE) return false
        const addresses = PAIR.exec(text)
        if (addresses) {
          flush()
          pair = addresses
          return false
        }
        const head = HEAD.exec(text)
        if (head) {
          flush()
          const protocol = head[1] === "ah" ? "AH" : "ESP"
          sa = {
            row: { protocol, spi: Number.parseInt(head[2], 16), source: pair?.[1], destination: pair?.[2] },
            line: number,
          }
          return true
        }
        const key = sa ? KEY.exec(text) : null
        if (!sa || !key) return false
        const words = key[3].split(/\s+/).filter(Boolean)
        const hex = readHexWords(words)
        if (!hex) return false
        pool.repairs(hex.repairs, "setkey -D", number)
        const value = toHex(hex.bytes)
        sa.row =
          key[1] === "E" ? { ...sa.row, encr: key[2], key: value } : { ...sa.row, integ: key[2], integKey: value }
        return true
      },
      settle: flush,
      end: flush,
    }
  },
}

const MAX_LINE = 4096
