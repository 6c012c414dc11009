/** zstd around another source (Node 20 has none of its own). */
import { Decompress } from "fzstd"
import { UnpackingSource } from "./unpacking-source.ts"

const LEAST_INPUT_BYTES = 4 * 1024
const MOST_INPUT_BYTES = 128 * 1024
/** More output than this from one piece of input makes the next piece smaller: a run-length block makes 128 KiB of 4 bytes. */
const MUCH_OUTPUT_BYTES = 2 * 1024 * 1024

export class ZstdSource extends UnpackingSource {
  readonly compression = "zstd"
  protected pieceBytes = LEAST_INPUT_BYTES
  readonly #zstd = new Decompress(chunk => {
    if (chunk.length > 0) this.out.push(chunk)
  })

  protected unpack(piece: Uint8Array): void {
    this.ended = piece.length === 0
    try {
      this.#zstd.push(piece, this.ended)
    } catch (error) {
      this.error = error
    }
    const made = this.out.reduce((sum, chunk) => sum + chunk.length, 0)
    this.pieceBytes = made > MUCH_OUTPUT_BYTES ? LEAST_INPUT_BYTES : Math.min(MOST_INPUT_BYTES, 2 * this.pieceBytes)
  }
}
