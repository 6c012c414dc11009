/** Numbers that tell contents apart, for finding what came before; no cryptography. In the manner of MurmurHash3. */

/** 53 bits of `bytes[start, end)` and their length: two lanes over words in turn, which a processor works on side by side. */
export function digest(bytes: Uint8Array, start: number, end: number): number {
  let a = (end - start) ^ 0x811c9dc5
  let b = (end - start) ^ 0x9e3779b1
  let i = start
  for (; i + 8 <= end; i += 8) {
    a = mixed(a, wordAt(bytes, i))
    b = mixed(b, wordAt(bytes, i + 4))
  }
  a = hash32(bytes, i, end, a ^ Math.imul(b, 0x1b873593))
  b = finished(b ^ a)
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff)
}

/** 32 bits, signed. */
export function hash32(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start)
  let i = start
  for (; i + 4 <= end; i += 4) hash = mixed(hash, wordAt(bytes, i))
  for (; i < end; i++) hash = mixed(hash, bytes[i])
  return finished(hash)
}

const wordAt = (b: Uint8Array, at: number): number => b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24)

/** Every bit in every bit of the result. */
function finished(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35)
  return whole ^ (whole >>> 16)
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(word, 0xcc9e2d51)
  const turned = hash ^ Math.imul((product << 15) | (product >>> 17), 0x1b873593)
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0
}
