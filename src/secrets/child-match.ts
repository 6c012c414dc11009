/** Whether a row of Child SA keys may belong to a packet: its SPI and addresses, with the wildcards of Wireshark's table. */
import { hex8 } from "../bytes/hex.ts"
import type { ChildSaSecret } from "./secrets.ts"

/** Whether the row's SPI is `spi`, or a pattern that fits it, or any. */
export const spiMatches = (row: Pick<ChildSaSecret, "spi" | "spiPattern">, spi: number): boolean =>
  row.spi === undefined ? row.spiPattern === undefined || digitsMatch(row.spiPattern, hex8(spi)) : row.spi === spi

const digitsMatch = (pattern: string, text: string): boolean =>
  [...pattern].every((digit, i) => digit === "*" || digit === text[i])

/**
 * Whether `address`, in its shortest text form, is what the pattern means: `*` stands for one octet or group, or a part of one
 * (`10.1*.*.3`), and at the end for all that follow. Undefined fits any. A row whose address does not fit may still have the key,
 * since NAT and MOBIKE move packets: use it to order the rows, not to refuse one.
 */
export function addressMatches(pattern: string | undefined, address: string): boolean {
  if (pattern === undefined || pattern === address) return true
  if (!pattern.includes("*")) return false
  const separator = address.includes(":") ? ":" : "."
  const wanted = pattern.split(separator)
  const parts = address.split(separator)
  const open = wanted[wanted.length - 1] === "*" && wanted.length <= parts.length
  if (!open && wanted.length !== parts.length) return false
  return wanted.every((want, i) => partMatches(want, parts[i]))
}

function partMatches(want: string, part: string): boolean {
  const star = want.indexOf("*")
  if (star < 0) return want === part
  const [head, tail] = [want.slice(0, star), want.slice(want.lastIndexOf("*") + 1)]
  return part.length >= head.length + tail.length && part.startsWith(head) && part.endsWith(tail)
}
