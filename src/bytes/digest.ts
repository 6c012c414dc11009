/** Numbers that tell contents apart, for finding what came before; no cryptography. */

/** 53 bits of `bytes[start, end)` and their length. */
export const digest = (bytes: Uint8Array, start: number, end: number): number =>
  digestOfView(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start, end)

/** `digest` where there is a view of the bytes. Two lanes over words in turn, which a processor works on side by side. */
export function digestOfView(view: DataView, start: number, end: number): number {
  let a = (end - start) ^ 0x811c9dc5
  let b = (end - start) ^ 0x9e3779b1
  let i = start
  for (; i + 8 <= end; i += 8) {
    a = mixed(a, view.getInt32(i, true))
    b = mixed(b, view.getInt32(i + 4, true))
  }
  for (; i < end; i++) a = mixed(a, view.getUint8(i))
  b = finished(b ^ Math.imul(a, 0x1b873593))
  a = finished(a ^ b)
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff)
}

/** 32 bits, signed, of `view[start, end)`; `seed` may be what came of the bytes before. */
export function hash32(view: DataView, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start)
  let i = start
  for (; i + 4 <= end; i += 4) hash = mixed(hash, view.getInt32(i, true))
  for (; i < end; i++) hash = mixed(hash, view.getUint8(i))
  return finished(hash)
}

/** One word more, as MurmurHash3 takes it. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(word, 0xcc9e2d51)
  const turned = hash ^ Math.imul((product << 15) | (product >>> 17), 0x1b873593)
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0
}

/** Every bit in every bit of the result. */
function finished(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35)
  return whole ^ (whole >>> 16)
}
