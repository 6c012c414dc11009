/**
 * SHA-1 of messages that fit into one block, as those of NAT detection do. The library's hash takes twice as long for them: what it does
 * around the block costs as much as the block. FIPS 180-4 §6.1.
 */

/** The longest message that leaves room for the padding, bytes. */
export const ONE_BLOCK_BYTES = 55

const W = new Int32Array(80)
const LENGTH_WORD = 15

/** SHA-1 of at most 55 bytes. */
export function sha1OfBlock(message: Uint8Array): Uint8Array {
  schedule(message)
  return rounds()
}

/** One block of 64 bytes through SHA-1's compression from its initial value, without padding: the function G of FIPS 186-2 App. 3.3. */
export function compressBlock(block: Uint8Array): Uint8Array {
  for (let n = 0; n < 16; n++)
    W[n] = (block[4 * n] << 24) | (block[4 * n + 1] << 16) | (block[4 * n + 2] << 8) | block[4 * n + 3]
  expand()
  return rounds()
}

function rounds(): Uint8Array {
  let a = 0x67452301
  let b = 0xefcdab89 | 0
  let c = 0x98badcfe | 0
  let d = 0x10325476
  let e = 0xc3d2e1f0 | 0
  // Five rounds at a time, so that the five words need not change places; constants in place, where they are known to be 32 bits.
  let i = 0
  for (; i < 20; i += 5) {
    e = (e + rotl5(a) + (d ^ (b & (c ^ d))) + 0x5a827999 + W[i]) | 0
    b = rotl30(b)
    d = (d + rotl5(e) + (c ^ (a & (b ^ c))) + 0x5a827999 + W[i + 1]) | 0
    a = rotl30(a)
    c = (c + rotl5(d) + (b ^ (e & (a ^ b))) + 0x5a827999 + W[i + 2]) | 0
    e = rotl30(e)
    b = (b + rotl5(c) + (a ^ (d & (e ^ a))) + 0x5a827999 + W[i + 3]) | 0
    d = rotl30(d)
    a = (a + rotl5(b) + (e ^ (c & (d ^ e))) + 0x5a827999 + W[i + 4]) | 0
    c = rotl30(c)
  }
  for (; i < 40; i += 5) {
    e = (e + rotl5(a) + (b ^ c ^ d) + 0x6ed9eba1 + W[i]) | 0
    b = rotl30(b)
    d = (d + rotl5(e) + (a ^ b ^ c) + 0x6ed9eba1 + W[i + 1]) | 0
    a = rotl30(a)
    c = (c + rotl5(d) + (e ^ a ^ b) + 0x6ed9eba1 + W[i + 2]) | 0
    e = rotl30(e)
    b = (b + rotl5(c) + (d ^ e ^ a) + 0x6ed9eba1 + W[i + 3]) | 0
    d = rotl30(d)
    a = (a + rotl5(b) + (c ^ d ^ e) + 0x6ed9eba1 + W[i + 4]) | 0
    c = rotl30(c)
  }
  for (; i < 60; i += 5) {
    e = (e + rotl5(a) + ((b & c) | (d & (b | c))) + 0x8f1bbcdc + W[i]) | 0
    b = rotl30(b)
    d = (d + rotl5(e) + ((a & b) | (c & (a | b))) + 0x8f1bbcdc + W[i + 1]) | 0
    a = rotl30(a)
    c = (c + rotl5(d) + ((e & a) | (b & (e | a))) + 0x8f1bbcdc + W[i + 2]) | 0
    e = rotl30(e)
    b = (b + rotl5(c) + ((d & e) | (a & (d | e))) + 0x8f1bbcdc + W[i + 3]) | 0
    d = rotl30(d)
    a = (a + rotl5(b) + ((c & d) | (e & (c | d))) + 0x8f1bbcdc + W[i + 4]) | 0
    c = rotl30(c)
  }
  for (; i < 80; i += 5) {
    e = (e + rotl5(a) + (b ^ c ^ d) + 0xca62c1d6 + W[i]) | 0
    b = rotl30(b)
    d = (d + rotl5(e) + (a ^ b ^ c) + 0xca62c1d6 + W[i + 1]) | 0
    a = rotl30(a)
    c = (c + rotl5(d) + (e ^ a ^ b) + 0xca62c1d6 + W[i + 2]) | 0
    e = rotl30(e)
    b = (b + rotl5(c) + (d ^ e ^ a) + 0xca62c1d6 + W[i + 3]) | 0
    d = rotl30(d)
    a = (a + rotl5(b) + (c ^ d ^ e) + 0xca62c1d6 + W[i + 4]) | 0
    c = rotl30(c)
  }
  const digest = new Uint8Array(20)
  putWord(digest, 0, a + 0x67452301)
  putWord(digest, 4, b + 0xefcdab89)
  putWord(digest, 8, c + 0x98badcfe)
  putWord(digest, 12, d + 0x10325476)
  putWord(digest, 16, e + 0xc3d2e1f0)
  return digest
}

/** The message with its padding, and the words that follow from it. */
function schedule(message: Uint8Array): void {
  const { length } = message
  let i = 0
  for (; i + 4 <= length; i += 4)
    W[i >> 2] = (message[i] << 24) | (message[i + 1] << 16) | (message[i + 2] << 8) | message[i + 3]
  // The last bytes, and the bit behind them.
  let word = 0x80 << (24 - 8 * (length & 3))
  for (let n = i; n < length; n++) word |= message[n] << (24 - 8 * (n & 3))
  W[i >> 2] = word
  for (let n = (i >> 2) + 1; n < LENGTH_WORD; n++) W[n] = 0
  W[LENGTH_WORD] = 8 * length
  expand()
}

/** Words 16 to 79. */
function expand(): void {
  for (let i = 16; i < 80; i++) {
    const mixed = W[i - 3] ^ W[i - 8] ^ W[i - 14] ^ W[i - 16]
    W[i] = (mixed << 1) | (mixed >>> 31)
  }
}

const rotl5 = (x: number): number => (x << 5) | (x >>> 27)
const rotl30 = (x: number): number => (x << 30) | (x >>> 2)

/** Writes 32 bits, the highest first. */
export function putWord(out: Uint8Array, at: number, word: number): void {
  out[at] = word >>> 24
  out[at + 1] = word >>> 16
  out[at + 2] = word >>> 8
  out[at + 3] = word
}
