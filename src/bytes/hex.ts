/** Bytes to hexadecimal text and back. */

const BYTE = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"))

/** Lower-case hex without separators of `bytes[start, end)`. */
export function toHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let out = ""
  for (let i = start; i < end; i++) out += BYTE[bytes[i]]
  return out
}

/** Bytes of a hex text (either case, no separators). Undefined when the text has an odd length or a character that is not hex. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++) {
    const high = digit(text.charCodeAt(2 * i))
    const low = digit(text.charCodeAt(2 * i + 1))
    if (high < 0 || low < 0) return undefined
    out[i] = (high << 4) | low
  }
  return out
}

/** Writes the bytes of a hex text, which is one, into `out` from `at` on. */
export function hexInto(out: Uint8Array, at: number, text: string): void {
  for (let i = 0; i + 1 < text.length; i += 2)
    out[at + (i >> 1)] = (digit(text.charCodeAt(i)) << 4) | digit(text.charCodeAt(i + 1))
}

/** Value of a hex digit's character code, -1 for any other. */
function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
