/**
 * SHA-256 of messages that fit into one block, as those of NAT detection in IKEv1 do: a search of addresses makes 200,000 of them, and
 * the call into OpenSSL costs more than the block. FIPS 180-4 §6.2.
 */
import { putWord } from "./sha1-block.ts"

function primes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every(p => n % p !== 0)) found.push(n)
  return found
}

/** The first 32 bits behind the point. The constants are those of roots of the first primes. FIPS 180-4 §4.2.2, §5.3.3. */
const fraction = (x: number): number => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0
const K = Int32Array.from(primes(64), p => fraction(Math.cbrt(p)))
const INITIAL = Int32Array.from(primes(8), p => fraction(Math.sqrt(p)))

const W = new Int32Array(64)

/** SHA-256 of at most 55 bytes. */
export function sha256OfBlock(message: Uint8Array): Uint8Array {
  const { length } = message
  W.fill(0, 0, 16)
  for (let i = 0; i < length; i++) W[i >> 2] |= message[i] << (24 - 8 * (i & 3))
  // The bit behind the message, and its length.
  W[length >> 2] |= 0x80 << (24 - 8 * (length & 3))
  W[15] = 8 * length
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15]
    const y = W[i - 2]
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    W[i] = (W[i - 16] + W[i - 7] + low + high) | 0
  }
  let a = INITIAL[0]
  let b = INITIAL[1]
  let c = INITIAL[2]
  let d = INITIAL[3]
  let e = INITIAL[4]
  let f = INITIAL[5]
  let g = INITIAL[6]
  let h = INITIAL[7]
  for (let i = 0; i < 64; i++) {
    const upper = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const first = (h + upper + (g ^ (e & (f ^ g))) + K[i] + W[i]) | 0
    const lower = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const second = (lower + ((a & b) | (c & (a | b)))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  const digest = new Uint8Array(32)
  putWord(digest, 0, a + INITIAL[0])
  putWord(digest, 4, b + INITIAL[1])
  putWord(digest, 8, c + INITIAL[2])
  putWord(digest, 12, d + INITIAL[3])
  putWord(digest, 16, e + INITIAL[4])
  putWord(digest, 20, f + INITIAL[5])
  putWord(digest, 24, g + INITIAL[6])
  putWord(digest, 28, h + INITIAL[7])
  return digest
}
