/** Big-endian reader over one window of a source: the only place that compares an offset with an end. */
import type { ByteSource } from "./byte-source.ts"
import { DecodeError } from "./errors.ts"
import type { Field, FieldValue } from "./field.ts"
import type { FieldSink } from "./field-sink.ts"

const decoder = new TextDecoder()

/**
 * Offsets and lengths are bytes, absolute in `src.bytes`. Every read names its field; with a sink the read is also
 * passed to the sink, so one decoder gives both the values and the tree. Reads past `end` throw a DecodeError
 * that names `limit`, the length field which said that the bytes end there.
 */
export class Cursor {
  constructor(
    readonly src: ByteSource,
    public pos: number,
    readonly end: number,
    readonly limit: string,
    readonly sink?: FieldSink,
  ) {}

  /** Bytes left in the window. */
  get left(): number {
    return this.end - this.pos
  }

  // Written out: these two are most of the reads there are.
  u8(field: Field): number {
    const at = this.pos
    if (at >= this.end) throw this.#short(field, 1)
    this.pos = at + 1
    const value = this.src.bytes[at]
    this.sink?.leaf(field, this.src, at, at + 1, value)
    return value
  }

  u16(field: Field): number {
    const at = this.pos
    if (this.end - at < 2) throw this.#short(field, 2)
    this.pos = at + 2
    const b = this.src.bytes
    const value = (b[at] << 8) | b[at + 1]
    this.sink?.leaf(field, this.src, at, at + 2, value)
    return value
  }

  u24(field: Field): number {
    return this.#uint(field, 3)
  }

  u32(field: Field): number {
    return this.#uint(field, 4)
  }

  u64(field: Field): bigint {
    const at = this.#take(field, 8)
    const b = this.src.bytes
    const view = new DataView(b.buffer, b.byteOffset + at, 8)
    const value = view.getBigUint64(0)
    this.sink?.leaf(field, this.src, at, this.pos, value)
    return value
  }

  /** An unsigned number of `length` bytes (1 to 6). */
  uint(field: Field, length: number): number {
    return this.#uint(field, length)
  }

  /** A view of the next `length` bytes (default: all that are left). Copy with `slice()` what outlives the packet. */
  bytes(field: Field, length: number = this.end - this.pos): Uint8Array {
    const at = this.#take(field, length)
    const value = this.src.bytes.subarray(at, at + length)
    this.sink?.leaf(field, this.src, at, this.pos, value)
    return value
  }

  /** Moves past bytes whose value the decoder does not need; a sink that wants them gets them. */
  pass(field: Field, length: number = this.end - this.pos): void {
    const at = this.#take(field, length)
    const { sink } = this
    if (sink === undefined) return
    if (sink.bytes !== undefined) sink.bytes(field, this.src, at, this.pos)
    else if (sink.wants?.(field) !== false)
      sink.leaf(field, this.src, at, this.pos, this.src.bytes.subarray(at, at + length))
  }

  /** The next `length` bytes as UTF-8 text; what is not UTF-8 becomes U+FFFD. */
  text(field: Field, length: number = this.end - this.pos): string {
    const at = this.#take(field, length)
    const value = decoder.decode(this.src.bytes.subarray(at, at + length))
    this.sink?.leaf(field, this.src, at, this.pos, value)
    return value
  }

  /** The byte at `offset` from the position, not consumed; undefined past the end. */
  peek(offset = 0): number | undefined {
    return this.pos + offset < this.end ? this.src.bytes[this.pos + offset] : undefined
  }

  /** The next `length` bytes (1 to 4) as a number, not consumed and not passed to the sink: for octets that hold several fields. */
  ahead(field: Field, length: number): number {
    if (length > this.end - this.pos) throw this.#short(field, length)
    const b = this.src.bytes
    let value = 0
    for (let i = this.pos; i < this.pos + length; i++) value = value * 256 + b[i]
    return value
  }

  /** Tells the sink a value that is part of, or derived from, bytes already read (flags, bits, sums). Costs nothing without a sink. */
  note(field: Field, start: number, end: number, value: FieldValue): void {
    this.sink?.leaf(field, this.src, start, end, value)
  }

  /**
   * Takes `length` bytes as a window of their own, a subtree of `field`, and moves past them whatever `read` does with
   * them. `read` gets a child cursor that cannot read further than its `length` bytes; a fault closes the subtree and is thrown on.
   */
  window<T>(field: Field, length: number, limit: string, read: (child: Cursor) => T, value?: FieldValue): T {
    const at = this.#take(field, length)
    this.sink?.open(field, this.src, at, at + length, value)
    try {
      return read(new Cursor(this.src, at, at + length, limit, this.sink))
    } finally {
      this.sink?.close()
    }
  }

  /** A subtree over what `read` consumes of this window (its length is not known before). `end` is where the subtree is drawn to. */
  group<T>(field: Field, length: number, read: (c: this) => T, value?: FieldValue): T {
    this.sink?.open(field, this.src, this.pos, this.pos + Math.min(length, this.left), value)
    try {
      return read(this)
    } finally {
      this.sink?.close()
    }
  }

  /** A DecodeError for an invalid value read at `at` (absolute). */
  invalid(field: Field, at: number, detail: string): DecodeError {
    return new DecodeError({ code: "invalid", field, at, need: 0, have: 0, limit: this.limit }, detail)
  }

  /** Throws unless `length` more bytes are there. */
  require(field: Field, length: number): void {
    if (length > this.left) throw this.#short(field, length)
  }

  #uint(field: Field, length: number): number {
    const at = this.#take(field, length)
    const b = this.src.bytes
    let value = 0
    for (let i = at; i < at + length; i++) value = value * 256 + b[i]
    this.sink?.leaf(field, this.src, at, this.pos, value)
    return value
  }

  /** Moves past `length` bytes and returns where they began. */
  #take(field: Field, length: number): number {
    const at = this.pos
    if (length < 0 || length > this.end - at) throw this.#short(field, length)
    this.pos = at + length
    return at
  }

  #short(field: Field, length: number): DecodeError {
    const { pos, end, limit } = this
    return new DecodeError({ code: "truncated", field, at: pos, need: length, have: end - pos, limit })
  }
}
