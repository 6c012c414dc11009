/** Numbers that tell contents apart, for finding what came before; no cryptography. In the manner of MurmurHash3. */

/** 53 bits of `bytes[start, end)` and their length. */
export function digest(bytes: Uint8Array, start: number, end: number): number {
  const a = hash32(bytes, start, end, 0x811c9dc5)
  const b = hash32(bytes, start, end, 0x9e3779b1)
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff)
}

/** 32 bits, signed. */
export function hash32(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start)
  let i = start
  for (; i + 4 <= end; i += 4)
    hash = mixed(hash, bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24))
  for (; i < end; i++) hash = mixed(hash, bytes[i])
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(word, 0xcc9e2d51)
  const turned = hash ^ Math.imul((product << 15) | (product >>> 17), 0x1b873593)
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0
}
