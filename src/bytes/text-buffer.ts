/** Text put together as UTF-8 in one growing piece of memory, for output of which there is much: no strings are made on the way. */

/** Bytes that stand for a text again and again. */
export const encoded = (text: string): Uint8Array => encoder.encode(text)

const encoder = new TextEncoder()
const FIRST_BYTES = 96 * 1024
/** Bytes of UTF-8 that a UTF-16 unit takes at most. */
const WIDEST = 3
/** Longer texts are encoded outside of JavaScript, which costs a call. */
const SHORT_TEXT = 48
/** Pieces up to this length are copied faster byte by byte. */
const SHORT_PIECE = 12
const DIGIT_0 = 48

export class TextBuffer {
  #bytes = new Uint8Array(FIRST_BYTES)
  #used = 0

  get length(): number {
    return this.#used
  }

  /** A view of what was collected, until the next call. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#used)
  }

  clear(): void {
    this.#used = 0
  }

  /** Appends bytes that are UTF-8. */
  piece(piece: Uint8Array): void {
    const { length } = piece
    if (this.#used + length > this.#bytes.length) this.#reserve(length)
    const bytes = this.#bytes
    const at = this.#used
    this.#used = at + length
    if (length > SHORT_PIECE) bytes.set(piece, at)
    else for (let i = 0; i < length; i++) bytes[at + i] = piece[i]
  }

  /** Appends once more what stands at `[start, end)`. */
  repeat(start: number, end: number): void {
    if (this.#used + end - start > this.#bytes.length) this.#reserve(end - start)
    this.#bytes.copyWithin(this.#used, start, end)
    this.#used += end - start
  }

  text(text: string): void {
    const { length } = text
    this.#reserve(WIDEST * length)
    const bytes = this.#bytes
    const at = this.#used
    if (length <= SHORT_TEXT) {
      let seen = 0
      for (let i = 0; i < length; i++) {
        const code = text.charCodeAt(i)
        bytes[at + i] = code
        seen |= code
      }
      if (seen < 0x80) {
        this.#used = at + length
        return
      }
    }
    this.#used = at + encoder.encodeInto(text, bytes.subarray(at)).written
  }

  /** The text of a number. */
  number(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
      this.text(String(value))
      return
    }
    let length = 1
    for (let limit = 10; value >= limit; limit *= 10) length++
    this.digits(value, length)
  }

  /** The last `count` digits of a whole number below 2^31, with zeros in front. */
  digits(value: number, count: number): void {
    this.#reserve(count)
    const at = this.#used
    let rest = value | 0
    for (let i = at + count - 1; i >= at; i--) {
      const tens = (rest / 10) | 0
      this.#bytes[i] = DIGIT_0 + rest - 10 * tens
      rest = tens
    }
    this.#used = at + count
  }

  #reserve(length: number): void {
    if (this.#used + length <= this.#bytes.length) return
    const larger = new Uint8Array(2 * (this.#used + length))
    larger.set(this.bytes)
    this.#bytes = larger
  }
}
