/** Copies of many short runs of bytes: memory for each of its own would cost several times the copying. */

/** Copies side by side in one block live as long as the last of them: small, so that one that is kept keeps little else. */
const BLOCK_BYTES = 8192
/** Longer runs get memory of their own. */
const SHORT_BYTES = 1024

export class Copies {
  #block = new Uint8Array(0)
  #used = 0

  /** A copy of `bytes[start, end)` that nobody else writes to. */
  of(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start
    if (length > SHORT_BYTES) return bytes.slice(start, end)
    if (this.#used + length > this.#block.length) {
      this.#block = new Uint8Array(BLOCK_BYTES)
      this.#used = 0
    }
    const copy = this.#block.subarray(this.#used, this.#used + length)
    this.#used += length
    copy.set(bytes.subarray(start, end))
    return copy
  }
}
