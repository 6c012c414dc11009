/**
 * setkey of ipsec-tools and the BSDs. `setkey -D` prints `A B` / `esp mode=… spi=dec(0xhex)` / `E: 3des-cbc words` / `A: hmac-sha1 words`;
 * a file for `setkey -f` has `add A B esp 0xspi -E 3des-cbc key -A hmac-sha1 key;`, over lines or in one.
 */
import { utf8 } from "../../bytes/bytes.ts"
import { toHex } from "../../bytes/hex.ts"
import { readHexWords } from "../hex-repair.ts"
import type { LineFormat } from "../line-format.ts"
import { addChildRow, type ChildRow } from "./child-row.ts"

const PAIR =
  /^\s*([0-9a-fA-F]{0,4}[.:][0-9a-fA-F.:]{1,45}(?:\[\d+\])?) ([0-9a-fA-F]{0,4}[.:][0-9a-fA-F.:]{1,45}(?:\[\d+\])?)\s*$/
const HEAD = /^\s+(esp|ah|esp-udp) mode=\w{1,20} spi=\d+\(0x([0-9a-fA-F]{1,8})\)/
const KEY = /^\s+([EA]): ([\w-]{1,30})((?:\s+[0-9a-fA-F]{1,8})*)\s*$/

const ADD =
  /(?:^|[\s;])add\s+(?:-[46n]+\s+)?([0-9a-fA-F.:]{2,45})(?:\[\d+\])?\s+([0-9a-fA-F.:]{2,45})(?:\[\d+\])?\s+(ah|esp)(?:-udp|-old)?\s+(0x[0-9a-fA-F]{1,8}|\d{1,10})(?=\s|$)/g
const ALGORITHM = /\s-([EA])\s+([\w-]{1,30})(?:\s+("[^"]*"|0x[0-9a-fA-F]+))?/g
/** No statement is longer, characters. */
const MAX_STATEMENT = 4096

/** A key as a statement has it: hexadecimal, or the octets of a text. */
const keyHex = (text = ""): string => (text.startsWith('"') ? toHex(utf8(text.slice(1, -1))) : text)

/** The rows of the statements in a text that ends with the last one's semicolon, or goes on. */
function rowsOfAdd(text: string): ChildRow[] {
  return text.split(";").flatMap(statement => {
    const [head] = statement.matchAll(ADD)
    if (!head) return []
    const [, source, destination, protocol, spi] = head
    const row: Record<string, string> = {}
    for (const [, which, name, key] of statement.matchAll(ALGORITHM)) {
      row[which === "E" ? "encr" : "integ"] = name
      row[which === "E" ? "key" : "integKey"] = keyHex(key)
    }
    return [{ ...row, protocol: protocol === "ah" ? "AH" : "ESP", spi: Number(spi), source, destination }]
  })
}

export const setkey: LineFormat = {
  name: "setkey -D",
  open(pool) {
    let pair: RegExpExecArray | undefined
    let sa: { row: ChildRow; line: number } | undefined
    let adds: { text: string; line: number } | undefined
    const finishAdds = () => {
      for (const row of adds ? rowsOfAdd(adds.text) : [])
        if (row.key || row.integKey) addChildRow(pool, "setkey -f", row, adds?.line ?? 0)
      adds = undefined
    }
    const flush = () => {
      finishAdds()
      if (sa && (sa.row.key || sa.row.integKey)) addChildRow(pool, "setkey -D", sa.row, sa.line)
      sa = undefined
    }
    return {
      line(text, number) {
        if (text.length > MAX_LINE) return false
        if (adds || (text.includes("add") && text.search(ADD) >= 0)) {
          adds = { text: `${adds?.text ?? ""} ${text.replace(/#.*$|\\\s*$/, "")}`, line: adds?.line ?? number }
          if (text.includes(";") || adds.text.length > MAX_STATEMENT) finishAdds()
          return true
        }
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
