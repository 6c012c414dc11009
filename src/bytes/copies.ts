/** Copies of many short runs of bytes: memory for each of its own would cost several times the copying. */

/** Copies side by side in one block live as long as the last of them: small, so that one that is kept keeps little else. */
const BLOCK_BYTES = 8192
/** Longer runs get memory of their own. */
const SHORT_BYTES = 1024

let block = new Uint8Array(0)
let used = 0

/** A copy of `bytes[start, end)` that nobody else writes to. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start
  if (length > SHORT_BYTES) return bytes.slice(start, end)
  if (used + length > block.length) {
    block = new Uint8Array(BLOCK_BYTES)
    used = 0
  }
  const copy = block.subarray(used, used + length)
  used += length
  copy.set(bytes.subarray(start, end))
  return copy
}
