/** Bytes to hexadecimal text and back. */

const BYTE = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"))

/** Lower-case hex without separators of `bytes[start, end)`. */
export function toHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let out = ""
  for (let i = start; i < end; i++) out += BYTE[bytes[i]]
  return out
}

/** `toHex` of the eight bytes from `at` on, which is asked for most: one flat text, put together of nothing smaller. */
export function hexOf8(b: Uint8Array, at: number): string {
  return String.fromCharCode(
    DIGIT[b[at] >> 4],
    DIGIT[b[at] & 15],
    DIGIT[b[at + 1] >> 4],
    DIGIT[b[at + 1] & 15],
    DIGIT[b[at + 2] >> 4],
    DIGIT[b[at + 2] & 15],
    DIGIT[b[at + 3] >> 4],
    DIGIT[b[at + 3] & 15],
    DIGIT[b[at + 4] >> 4],
    DIGIT[b[at + 4] & 15],
    DIGIT[b[at + 5] >> 4],
    DIGIT[b[at + 5] & 15],
    DIGIT[b[at + 6] >> 4],
    DIGIT[b[at + 6] & 15],
    DIGIT[b[at + 7] >> 4],
    DIGIT[b[at + 7] & 15],
  )
}

/** Eight hex digits of 32 bits: how an SPI is written. */
export const hex8 = (n: number): string => (n >>> 0).toString(16).padStart(8, "0")

/** Character codes of the digits. */
const DIGIT = Uint8Array.from("0123456789abcdef", c => c.charCodeAt(0))

/** Bytes of a hex text (either case, no separators). Undefined when the text has an odd length or a character that is not hex. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
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

/** Value of a hex digit's character code, -1 for any other. */
function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** The bytes of hex that is right by construction: a constant, or what this program wrote. */
export function hexBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = fromHex(text)
  if (!bytes) throw new TypeError("not hexadecimal")
  return bytes
}
