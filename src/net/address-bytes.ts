/** Addresses as text, back to bytes. */
import { concat, u16be, u32At } from "../bytes/bytes.ts"

/** Bytes of an address text: 4 or 16. Undefined for anything else. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (!text.includes(":")) return ipv4Bytes(text)
  const [head, tail] = text.split("::")
  const groups = (s: string | undefined) => (s ? s.split(":").map(g => Number.parseInt(g, 16)) : [])
  const before = groups(head)
  const after = groups(tail)
  const all =
    tail === undefined
      ? before
      : [...before, ...new Array(Math.max(0, 8 - before.length - after.length)).fill(0), ...after]
  return all.length === 8 ? concat(...all.map(u16be)) : undefined
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const out = new Uint8Array(4)
  return ipv4Into(out, 0, text) ? out : undefined
}

/** Writes the four bytes of a dotted address to `out[at]`; false when the text is none. */
export function ipv4Into(out: Uint8Array, at: number, text: string): boolean {
  let part = 0
  let value = -1
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT
    if (code >= DIGIT_0 && code <= DIGIT_9) {
      value = Math.max(value, 0) * 10 + code - DIGIT_0
      if (value > 255) return false
    } else if (code !== DOT || value < 0 || part > 3) return false
    else {
      out[at + part++] = value
      value = -1
    }
  }
  return part === 4
}

const DOT = 46
const DIGIT_0 = 48
const DIGIT_9 = 57

const FOUR = new Uint8Array(4)

/** The four bytes of a dotted address as a number; undefined when the text is none. */
export function ipv4Number(text: string): number | undefined {
  if (!ipv4Into(FOUR, 0, text)) return undefined
  return u32At(FOUR, 0)
}

/** Whether the text is the address of a group. RFC 5771, RFC 4291 §2.7. */
export const isMulticast = (address: string): boolean => /^(22[4-9]|23\d)\.|^ff/i.test(address)
