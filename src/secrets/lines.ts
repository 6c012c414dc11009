/** Lines of a text of any size that comes in pieces, one at a time, without ever holding more than one as a string. */

/** A longer line is cut: no format that we know has one, and a hostile one should cost no more than its length. */
const MAX_LINE_BYTES = 1 << 20

export interface Line {
  readonly text: string
  /** 1-based. */
  readonly number: number
  readonly cut: boolean
}

const LF = 10
const CR = 13
/** Enough to know the encoding. */
const HEAD_BYTES = 4

export class LineSplitter {
  readonly #decoder = new TextDecoder()
  /** UTF-16, which Windows shells write; undefined for UTF-8. */
  #utf16: TextDecoder | undefined
  #head: Uint8Array | undefined = new Uint8Array(0)
  /** The line that has begun, in the first `#have` bytes. */
  #rest = new Uint8Array(1024)
  #have = 0
  #cut = false
  #number = 0
  /** The last byte was a CR, whose LF may still come. */
  #afterCr = false

  /** Whether a line has begun that has no end yet. */
  get within(): boolean {
    return this.#have > 0 || (this.#head !== undefined && this.#head.length > 0)
  }

  /** Yields each line that these bytes complete, without its end (LF, CRLF, or CR alone). */
  *feed(bytes: Uint8Array): Generator<Line> {
    let text = bytes
    if (this.#head) {
      text = joined(this.#head, bytes)
      this.#head = text.length < HEAD_BYTES ? text : undefined
      if (this.#head) return
      text = this.#begin(text)
    }
    yield* this.#lines(this.#asUtf8(text))
  }

  /** Yields the last line where it has no end. */
  *end(): Generator<Line> {
    if (this.#head) {
      const head = this.#head
      this.#head = undefined
      yield* this.#lines(this.#asUtf8(this.#begin(head)))
    }
    if (this.#have > 0) yield this.#line(new Uint8Array(0))
  }

  /** Finds the encoding by its byte order mark, or by the zeros that ASCII in UTF-16 has; the bytes without the mark. */
  #begin(b: Uint8Array): Uint8Array {
    if (b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf) return b.subarray(3)
    const encoding = utf16Of(b)
    if (encoding) this.#utf16 = new TextDecoder(encoding)
    return b
  }

  #asUtf8(bytes: Uint8Array): Uint8Array {
    return this.#utf16 ? new TextEncoder().encode(this.#utf16.decode(bytes, { stream: true })) : bytes
  }

  *#lines(bytes: Uint8Array): Generator<Line> {
    let start = this.#afterCr && bytes[0] === LF ? 1 : 0
    if (bytes.length > 0) this.#afterCr = false
    let lf = placeOf(LF, bytes, start)
    let cr = placeOf(CR, bytes, start)
    while (lf < bytes.length || cr < bytes.length) {
      const at = Math.min(lf, cr)
      yield this.#line(bytes.subarray(start, at))
      start = at + 1
      if (at === cr) {
        if (start === bytes.length) this.#afterCr = true
        else if (bytes[start] === LF) start++
        cr = placeOf(CR, bytes, start)
      }
      if (lf < start) lf = placeOf(LF, bytes, start)
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start))
  }

  /** The line of what was kept and `end`. */
  #line(end: Uint8Array): Line {
    if (this.#have > 0 || end.length > MAX_LINE_BYTES) this.#keep(end)
    const text = this.#decoder.decode(this.#have > 0 ? this.#rest.subarray(0, this.#have) : end)
    const cut = this.#cut
    this.#have = 0
    this.#cut = false
    return { text, number: ++this.#number, cut }
  }

  #keep(piece: Uint8Array): void {
    const kept = piece.subarray(0, MAX_LINE_BYTES - this.#have)
    if (kept.length < piece.length) this.#cut = true
    if (this.#have + kept.length > this.#rest.length) {
      const larger = new Uint8Array(Math.min(MAX_LINE_BYTES, 2 * (this.#have + kept.length)))
      larger.set(this.#rest.subarray(0, this.#have))
      this.#rest = larger
    }
    this.#rest.set(kept, this.#have)
    this.#have += kept.length
  }
}

/** Which UTF-16 a text is that begins so, by its byte order mark or the zeros that ASCII has in it; undefined for UTF-8. */
export function utf16Of(b: Uint8Array = new Uint8Array(0)): "utf-16le" | "utf-16be" | undefined {
  if (b.length < HEAD_BYTES) return undefined
  if ((b[0] === 0xff && b[1] === 0xfe) || (b[0] !== 0 && b[1] === 0 && b[2] !== 0 && b[3] === 0)) return "utf-16le"
  if ((b[0] === 0xfe && b[1] === 0xff) || (b[0] === 0 && b[1] !== 0 && b[2] === 0 && b[3] !== 0)) return "utf-16be"
  return undefined
}

/** Where the byte comes next; behind the last where it does not. */
function placeOf(byte: number, bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(byte, from)
  return at < 0 ? bytes.length : at
}

/** A copy of both: what comes in pieces is valid until the next. */
function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}
