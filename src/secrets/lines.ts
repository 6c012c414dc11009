/** Lines of a text of any size, one at a time, without ever holding more than one as a string. */

/** A longer line is cut: no format that we know has one, and a hostile one should cost no more than its length. */
export const MAX_LINE_BYTES = 1 << 20

/** Bytes as UTF-8 without a byte order mark; UTF-16, which Windows shells write, is converted. */
export function asUtf8(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3)
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : ""
  return utf16 ? new TextEncoder().encode(new TextDecoder(utf16).decode(bytes)) : bytes
}

export interface Line {
  readonly text: string
  /** 1-based. */
  readonly number: number
  readonly cut: boolean
}

/** Yields each line of UTF-8 `bytes` without its line end (LF, CRLF, or CR alone). */
export function* linesOf(bytes: Uint8Array): Generator<Line> {
  const decoder = new TextDecoder()
  let number = 1
  let start = 0
  while (start < bytes.length) {
    const end = lineEnd(bytes, start)
    const cut = end - start > MAX_LINE_BYTES
    yield { text: decoder.decode(bytes.subarray(start, cut ? start + MAX_LINE_BYTES : end)), number: number++, cut }
    start = end + (bytes[end] === 13 && bytes[end + 1] === 10 ? 2 : 1)
  }
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at++
  return at
}
