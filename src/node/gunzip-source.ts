/** gzip around another source. */
import { createGunzip } from "node:zlib"
import type { UnpackedCount } from "../capture/compression.ts"
import type { ChunkSource } from "./chunk.ts"
import { UnpackingSource } from "./unpacking-source.ts"

/** Input given at once: bounds what a hostile file makes of it (at most 1032 times as much). */
const INPUT_BYTES = 16 * 1024
/** Output handed over at once: what is lost at most before a fault in the data. */
const OUTPUT_BYTES = 8 * 1024

export class GunzipSource extends UnpackingSource {
  readonly compression = "gzip"
  protected readonly pieceBytes = INPUT_BYTES
  readonly #gunzip = createGunzip({ chunkSize: OUTPUT_BYTES })
  #settled: () => void = () => {}

  constructor(inner: ChunkSource, count?: UnpackedCount) {
    super(inner, count)
    this.#gunzip.on("data", chunk => this.out.push(chunk))
    this.#gunzip.on("error", error => {
      this.error = error
      this.#settled()
    })
    this.#gunzip.on("end", () => {
      this.ended = true
      this.#settled()
    })
  }

  protected unpack(piece: Uint8Array): Promise<void> {
    return new Promise(settled => {
      this.#settled = settled
      if (piece.length > 0) this.#gunzip.write(piece, () => settled())
      else this.#gunzip.end()
    })
  }

  override close(): void {
    this.#gunzip.destroy()
    super.close()
  }
}
