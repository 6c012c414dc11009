/**
 * A capture's bytes in order and at random, its gzip or zstd undone. Compressed files have no random access: what they unpack to
 * is kept in memory up to a bound, and a request for more is refused.
 */

import { Decompress } from "fzstd"
import { BoundedMap } from "../bytes/bounded-map.ts"
import { compressionOf, UnpackedCount } from "../capture/compression.ts"
import type { SessionFile } from "./file.ts"
import type { Stop } from "./types.ts"

/** Bytes read at once from the file, in order and at random. */
const CHUNK_BYTES = 4 << 20
const BLOCK_BYTES = 1 << 16
/** Blocks of a plain file that are kept: 16 MiB. */
const BLOCKS = 256
/** Bytes of an unpacked capture that are kept. */
const UNPACKED_BYTES = 256 << 20

export class Unpacked {
  /** `gzip`, `zstd`, or empty. */
  compression = ""
  /** Bytes of the file that were read. */
  read = 0
  /** Unpacked bytes beyond the bound: frames there are not shown again. */
  dropped = 0
  readonly #blocks = new BoundedMap<number, Uint8Array>(BLOCKS)
  /** What a compressed file unpacked to, in pieces; `#starts` says where each begins. */
  #pieces: Uint8Array[] = []
  #starts: number[] = []
  #kept = 0

  constructor(
    readonly file: SessionFile,
    private readonly maxBytes = UNPACKED_BYTES,
  ) {}

  /** The capture from its first byte, in chunks. The first call keeps what random access will need. */
  async *chunks(signal?: Stop): AsyncGenerator<Uint8Array> {
    if (this.#kept > 0 && this.dropped === 0) {
      yield* this.#pieces
      return
    }
    const first = await this.file.bytes(0, 4)
    this.compression = compressionOf(first) ?? ""
    this.#pieces = []
    this.#starts = []
    this.#kept = this.dropped = this.read = 0
    const stream = this.compression === "" ? this.file.stream?.() : undefined
    if (stream) yield* this.#streamed(stream, signal)
    else if (this.compression === "") yield* this.#stored(signal)
    else {
      const count = new UnpackedCount()
      for await (const piece of this.compression === "gzip" ? this.#gunzip(signal) : this.#unzstd(signal)) {
        count.add(piece.length, this.file.size)
        this.#keep(piece)
        yield piece
      }
    }
  }

  /** The bytes `[from, to)` of the capture; undefined when they were not kept. */
  async bytes(from: number, to: number): Promise<Uint8Array | undefined> {
    if (this.compression !== "") return this.#keptBytes(from, to)
    const out = new Uint8Array(Math.max(0, Math.min(to, this.file.size) - from))
    for (let at = from; at < from + out.length; ) {
      const block = await this.#block(Math.floor(at / BLOCK_BYTES))
      const start = at % BLOCK_BYTES
      const n = Math.min(from + out.length - at, block.length - start)
      if (n <= 0) return undefined
      out.set(block.subarray(start, start + n), at - from)
      at += n
    }
    return out.length === to - from ? out : undefined
  }

  /** The same for a long range that is asked for once. */
  range(from: number, to: number): Promise<Uint8Array | undefined> {
    return this.compression === "" ? this.file.bytes(from, to) : this.bytes(from, to)
  }

  async *#streamed(stream: AsyncGenerator<Uint8Array>, signal?: Stop): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      signal?.throwIfAborted()
      this.read += chunk.length
      yield chunk
    }
  }

  async *#stored(signal?: Stop): AsyncGenerator<Uint8Array> {
    const { file } = this
    const read = (at: number) => {
      const chunk = at < file.size ? file.bytes(at, at + CHUNK_BYTES) : undefined
      // A reader that stops does not wait for it.
      chunk?.catch(() => {})
      return chunk
    }
    // While a chunk is looked at the next one is read.
    for (let at = 0, ahead = read(0); ahead; ) {
      signal?.throwIfAborted()
      const chunk = await ahead
      if (chunk.length === 0) return
      at += chunk.length
      ahead = read(at)
      this.read = at
      yield chunk
    }
  }

  async *#gunzip(signal?: Stop): AsyncGenerator<Uint8Array> {
    const stored = this.#stored(signal)
    const input = new ReadableStream<BufferSource>({
      async pull(controller) {
        const { value, done } = await stored.next()
        if (done) controller.close()
        else controller.enqueue(value as Uint8Array<ArrayBuffer>)
      },
    })
    const reader = input.pipeThrough(new DecompressionStream("gzip")).getReader()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      yield value
    }
  }

  async *#unzstd(signal?: Stop): AsyncGenerator<Uint8Array> {
    const out: Uint8Array[] = []
    const zstd = new Decompress(piece => {
      if (piece.length > 0) out.push(piece)
    })
    // Small pieces: a run-length block makes 128 KiB out of 4 bytes.
    for await (const chunk of this.#stored(signal))
      for (let at = 0; at < chunk.length; at += BLOCK_BYTES) {
        zstd.push(chunk.slice(at, at + BLOCK_BYTES), false)
        yield* out.splice(0)
      }
    zstd.push(new Uint8Array(0), true)
    yield* out
  }

  #keep(piece: Uint8Array): void {
    if (this.dropped > 0 || this.#kept + piece.length > this.maxBytes) {
      this.dropped += piece.length
      return
    }
    this.#starts.push(this.#kept)
    this.#pieces.push(piece.slice())
    this.#kept += piece.length
  }

  #keptBytes(from: number, to: number): Uint8Array | undefined {
    if (to > this.#kept) return undefined
    const out = new Uint8Array(to - from)
    for (let i = this.#pieceAt(from), at = from; at < to; i++) {
      const piece = this.#pieces[i]
      const start = at - this.#starts[i]
      const n = Math.min(to - at, piece.length - start)
      out.set(piece.subarray(start, start + n), at - from)
      at += n
    }
    return out
  }

  /** The last piece that begins at or before `offset`. */
  #pieceAt(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle] <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  async #block(number: number): Promise<Uint8Array> {
    const known = this.#blocks.use(number)
    if (known) return known
    const block = await this.file.bytes(number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES)
    this.#blocks.set(number, block)
    return block
  }
}
