/** Text put together as UTF-8 in one growing piece of memory, for output of which there is much: no strings are made on the way. */
import { safeJson } from "./safe-json.ts"

const encoder = new TextEncoder()

/** Bytes that stand for a text again and again. */
export const encoded = (text: string): Uint8Array => encoder.encode(text)

const NULL = encoded("null")
const FIRST_BYTES = 96 * 1024
/** Bytes of UTF-8 that a UTF-16 unit takes at most. */
const WIDEST = 3
/** Longer texts are encoded outside of JavaScript, which costs a call. */
const SHORT_TEXT = 48
/** Pieces up to this length are copied faster byte by byte. */
const SHORT_PIECE = 12
const DIGIT_0 = 48
const QUOTE = 34
/** 1 for bytes that stand in a JSON string as something else, or may be part of what does. */
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 32 || byte >= 127 || '"\\'.includes(String.fromCharCode(byte)) ? 1 : 0,
)

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

  /** Appends once more what stands at `[start, end)`, which is short. */
  repeat(start: number, end: number): void {
    this.#reserve(end - start)
    const bytes = this.#bytes
    let at = this.#used
    for (let i = start; i < end; i++) bytes[at++] = bytes[i]
    this.#used = at
  }

  text(text: string): void {
    this.#reserve(WIDEST * text.length)
    this.#used += this.#put(text, this.#used)
  }

  /** Writes a text where there is room for it; the bytes that it takes. */
  #put(text: string, at: number): number {
    const { length } = text
    const bytes = this.#bytes
    if (length <= SHORT_TEXT) {
      let seen = 0
      for (let i = 0; i < length; i++) {
        const code = text.charCodeAt(i)
        bytes[at + i] = code
        seen |= code
      }
      if (seen < 0x80) return length
    }
    return encoder.encodeInto(text, bytes.subarray(at)).written
  }

  /** A JSON string, as `safeJson` makes it. Most texts have nothing that is to be escaped. */
  quoted(text: string): void {
    const { length } = text
    this.#reserve(WIDEST * length + 2)
    const bytes = this.#bytes
    const at = this.#used
    const start = at + 1
    const written = this.#put(text, start)
    let escaped = written - length
    for (let i = start; i < start + length; i++) escaped |= ESCAPED[bytes[i]]
    if (escaped !== 0) {
      this.text(safeJson(text))
      return
    }
    bytes[at] = QUOTE
    bytes[start + length] = QUOTE
    this.#used = start + length + 1
  }

  /** `quoted`, or `null`. */
  quotedOrNull(text: string | null): void {
    if (text === null) this.piece(NULL)
    else this.quoted(text)
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
