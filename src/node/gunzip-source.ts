/** gzip around another source, one input chunk at a time, so that what came before a fault is kept. */
import { createGunzip } from "node:zlib"
import type { Chunk, ChunkSource } from "./chunk.ts"

/** Input given at once: bounds what a hostile file makes of it (at most 1032 times as much). */
const INPUT_BYTES = 16 * 1024
/** Output handed over at once: what is lost at most before a fault in the data. */
const OUTPUT_BYTES = 8 * 1024

export class GunzipSource implements ChunkSource {
  readonly compression = "gzip"
  readonly #gunzip = createGunzip({ chunkSize: OUTPUT_BYTES })
  readonly #out: Uint8Array[] = []
  #input: Uint8Array = new Uint8Array(0)
  #error: Error | undefined
  #ended = false
  #settled: () => void = () => {}

  constructor(private readonly inner: ChunkSource) {
    this.#gunzip.on("data", chunk => this.#out.push(chunk))
    this.#gunzip.on("error", error => {
      this.#error = error
      this.#settled()
    })
    this.#gunzip.on("end", () => {
      this.#ended = true
      this.#settled()
    })
  }

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
      const piece = this.#input.slice(0, INPUT_BYTES)
      this.#input = this.#input.subarray(piece.length)
      await new Promise<void>(settled => {
        this.#settled = settled
        if (piece.length > 0) this.#gunzip.write(piece, () => settled())
        else this.#gunzip.end()
      })
    }
    const chunk = this.#out.shift()
    if (chunk === undefined && this.#error) throw this.#error
    return chunk
  }

  close(): void {
    this.#gunzip.destroy()
    this.inner.close()
  }
}
