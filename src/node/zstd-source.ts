/** zstd around another source (Node 20 has none of its own). */
import { Decompress } from "fzstd"
import type { Chunk, ChunkSource } from "./chunk.ts"

const LEAST_INPUT_BYTES = 4 * 1024
const MOST_INPUT_BYTES = 128 * 1024
/** More output than this from one piece of input makes the next piece smaller: a run-length block makes 128 KiB of 4 bytes. */
const MUCH_OUTPUT_BYTES = 2 * 1024 * 1024

export class ZstdSource implements ChunkSource {
  readonly compression = "zstd"
  readonly #out: Uint8Array[] = []
  readonly #zstd = new Decompress(chunk => {
    if (chunk.length > 0) this.#out.push(chunk)
  })
  #input: Uint8Array = new Uint8Array(0)
  #inputBytes = LEAST_INPUT_BYTES
  #error: unknown
  #ended = false

  constructor(private readonly inner: ChunkSource) {}

  get bytesRead(): number {
    return this.inner.bytesRead
  }
  get totalBytes(): number | undefined {
    return this.inner.totalBytes
  }
  get live(): boolean {
    return this.inner.live
  }

  async next(): Promise<Chunk> {
    while (this.#out.length === 0 && !this.#error && !this.#ended) {
      if (this.#input.length === 0) this.#input = (await this.inner.next()) ?? new Uint8Array(0)
      this.#push()
    }
    const chunk = this.#out.shift()
    if (chunk === undefined && this.#error) throw this.#error
    return chunk
  }

  #push(): void {
    // The decompressor keeps what it cannot use yet, and the source reads into the same buffer again: hence the copy.
    const piece = this.#input.slice(0, this.#inputBytes)
    this.#input = this.#input.subarray(piece.length)
    this.#ended = piece.length === 0
    try {
      this.#zstd.push(piece, this.#ended)
    } catch (error) {
      this.#error = error
    }
    const made = this.#out.reduce((sum, chunk) => sum + chunk.length, 0)
    this.#inputBytes = made > MUCH_OUTPUT_BYTES ? LEAST_INPUT_BYTES : Math.min(MOST_INPUT_BYTES, 2 * this.#inputBytes)
  }

  close(): void {
    this.inner.close()
  }
}
