/** OpenBSD `ipsecctl -sa -k`: `esp tunnel from A to B spi 0x… auth hmac-sha2-256 enc aes \` and `authkey 0x…`, `enckey 0x…` below. */
import type { LineFormat } from "../line-format.ts"
import { addChildRow, type ChildRow } from "./child-row.ts"

const HEAD =
  /^\s*(esp|ah) (?:tunnel |transport )?from ([0-9a-fA-F.:]{2,45}) to ([0-9a-fA-F.:]{2,45}) spi (0x[0-9a-fA-F]{1,8})(.*)$/
const KEY = /^\s*(authkey|enckey) 0x([0-9a-fA-F]+)/

export const ipsecctl: LineFormat = {
  name: "ipsecctl",
  open(pool) {
    let sa: { row: ChildRow; line: number } | undefined
    const flush = () => {
      if (sa && (sa.row.key || sa.row.integKey)) addChildRow(pool, "ipsecctl", sa.row, sa.line)
      sa = undefined
    }
    const keys = (text: string) => {
      const key = KEY.exec(text)
      if (!sa || !key) return false
      sa.row = key[1] === "enckey" ? { ...sa.row, key: key[2] } : { ...sa.row, integKey: key[2] }
      return true
    }
    return {
      line(text, number) {
        if (text.length > MAX_LINE) return false
        const head = HEAD.exec(text)
        if (!head) return keys(text)
        flush()
        const row: ChildRow = {
          protocol: head[1] === "ah" ? "AH" : "ESP",
          source: head[2],
          destination: head[3],
          spi: Number.parseInt(head[4], 16),
          integ: / auth ([\w-]{1,30})/.exec(head[5])?.[1],
          encr: / enc ([\w-]{1,30})/.exec(head[5])?.[1],
        }
        sa = { row, line: number }
        for (const part of head[5].split(/(?= authkey 0x| enckey 0x)/)) keys(part)
        return true
      },
      settle: flush,
      end: flush,
    }
  },
}

const MAX_LINE = 4096
