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
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return out
}
