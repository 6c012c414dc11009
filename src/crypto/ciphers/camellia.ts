/** Camellia with keys of 16, 24 and 32 bytes. RFC 3713. */
import { hexBytes } from "../../bytes/hex.ts"
import { type BlockCipher, type BlockKey, putWord, remember, word } from "./block.ts"

/** RFC 3713 §2.4.1; SBOX2 to SBOX4 are rotations of it. */
const SBOX1 = hexBytes(
  "70822cecb327c0e5e4855735ea0cae4123ef6b934519a521ed0e4f4e1d6592bd86b8af8f7ceb1fce3e30dc5f5ec50b1aa6e139ca" +
    "d5475d3dd9015ad651566c4d8b0d9a66fbccb02d74122b20f0b18499df4ccbc2347e76056db7a931d11704d714583a61de1b111c" +
    "320f9c165318f222fe44cfb2c3b57a912408e8a860fc6950aad0a07da1896297545b1e95e0ff64d210c40048a3f775db8a03e6da" +
    "093fdd94875c8302cd4a90337367f6f39d7fbfe2529bd826c837c63b81966f4b13be632ee979a78c9f6ebc8e29f5f9b62ffdb459" +
    "7898066ae74671bad425ab4288a28dfa7207b955f8eeac0a36492a683c38f1a44028d37bbbc943c115e3adf477c7809e",
)
const rotl8 = (x: number, n: number): number => ((x << n) | (x >>> (8 - n))) & 255
const SBOX2 = SBOX1.map(x => rotl8(x, 1))
const SBOX3 = SBOX1.map(x => rotl8(x, 7))
const SBOX4 = SBOX1.map((_, x) => SBOX1[rotl8(x, 1)])

const SIGMA = [
  0xa09e667f3bcc908bn,
  0xb67ae8584caa73b2n,
  0xc6ef372fe94f82ben,
  0x54ff53a5f1d36f1cn,
  0x10e527fade682d1dn,
  0xb05688c2b3e6c1fdn,
]

/** Subkeys as pairs of words, in the order of encryption. */
interface Subkeys {
  readonly whitening: Uint32Array
  readonly rounds: Uint32Array
  readonly layers: Uint32Array
}

/** Expands a Camellia key. Throws RangeError for any length but 16, 24 and 32 bytes. */
export const camellia: BlockKey = remember((key: Uint8Array): BlockCipher => {
  if (![16, 24, 32].includes(key.length)) throw new RangeError("a Camellia key has 16, 24 or 32 bytes")
  const forwards = schedule(key)
  const backwards = reverse(forwards)
  return {
    blockBytes: 16,
    encrypt: (b, at) => crypt(forwards, b, at),
    decrypt: (b, at) => crypt(backwards, b, at),
  }
})

// The halves of D1 and D2 that a round works on: module state spares an object per round.
let high = 0
let low = 0

/** The F function: leaves F(x, k) in `high` and `low`. RFC 3713 §2.4.1. */
function f(xh: number, xl: number, kh: number, kl: number): void {
  const h = xh ^ kh
  const l = xl ^ kl
  const t1 = SBOX1[h >>> 24]
  const t2 = SBOX2[(h >>> 16) & 255]
  const t3 = SBOX3[(h >>> 8) & 255]
  const t4 = SBOX4[h & 255]
  const t5 = SBOX2[l >>> 24]
  const t6 = SBOX3[(l >>> 16) & 255]
  const t7 = SBOX4[(l >>> 8) & 255]
  const t8 = SBOX1[l & 255]
  high =
    ((t1 ^ t3 ^ t4 ^ t6 ^ t7 ^ t8) << 24) |
    ((t1 ^ t2 ^ t4 ^ t5 ^ t7 ^ t8) << 16) |
    ((t1 ^ t2 ^ t3 ^ t5 ^ t6 ^ t8) << 8) |
    (t2 ^ t3 ^ t4 ^ t5 ^ t6 ^ t7)
  low =
    ((t1 ^ t2 ^ t6 ^ t7 ^ t8) << 24) |
    ((t2 ^ t3 ^ t5 ^ t7 ^ t8) << 16) |
    ((t3 ^ t4 ^ t5 ^ t6 ^ t8) << 8) |
    (t1 ^ t4 ^ t5 ^ t6 ^ t7)
}

const rotl1 = (x: number): number => (x << 1) | (x >>> 31)

/** 18 or 24 rounds with FL and FLINV after every sixth. RFC 3713 §2.3. */
function crypt({ whitening: w, rounds: k, layers: e }: Subkeys, b: Uint8Array, at: number): void {
  let ah = word(b, at) ^ w[0]
  let al = word(b, at + 4) ^ w[1]
  let bh = word(b, at + 8) ^ w[2]
  let bl = word(b, at + 12) ^ w[3]
  for (let i = 0, layer = 0; i < k.length; i += 4) {
    if (i > 0 && i % 12 === 0) {
      al ^= rotl1(ah & e[layer])
      ah ^= al | e[layer + 1]
      bh ^= bl | e[layer + 3]
      bl ^= rotl1(bh & e[layer + 2])
      layer += 4
    }
    f(ah, al, k[i], k[i + 1])
    bh ^= high
    bl ^= low
    f(bh, bl, k[i + 2], k[i + 3])
    ah ^= high
    al ^= low
  }
  putWord(b, at, bh ^ w[4])
  putWord(b, at + 4, bl ^ w[5])
  putWord(b, at + 8, ah ^ w[6])
  putWord(b, at + 12, al ^ w[7])
}

const MASK64 = (1n << 64n) - 1n
const MASK128 = (1n << 128n) - 1n
const toBigInt = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)

/** Both halves of a 128-bit value rotated left, as 64-bit numbers. */
function rotated(value: bigint, bits: number): [bigint, bigint] {
  const turned = ((value << BigInt(bits)) | (value >> BigInt(128 - bits))) & MASK128
  return [turned >> 64n, turned & MASK64]
}

const words = (values: readonly bigint[]): Uint32Array =>
  Uint32Array.from(values.flatMap(v => [Number(v >> 32n), Number(v & 0xffffffffn)]))

function f64(x: bigint, k: bigint): bigint {
  const [xh, xl, kh, kl] = words([x, k])
  f(xh, xl, kh, kl)
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

/** RFC 3713 §2.2. */
function schedule(key: Uint8Array): Subkeys {
  const left = toBigInt(key.subarray(0, 16))
  const right = rightHalf(key)
  const mix = (value: bigint, sigma: readonly bigint[]): bigint => {
    let d1 = value >> 64n
    let d2 = value & MASK64
    d2 ^= f64(d1, sigma[0])
    d1 ^= f64(d2, sigma[1])
    return (d1 << 64n) | d2
  }
  const a = mix(mix(left ^ right, SIGMA.slice(0, 2)) ^ left, SIGMA.slice(2, 4))
  if (key.length === 16) {
    const at = (value: bigint, bits: number): [bigint, bigint] => rotated(value, bits)
    return {
      whitening: words([...at(left, 0), ...at(a, 111)]),
      rounds: words([
        ...[...at(a, 0), ...at(left, 15), ...at(a, 15), ...at(left, 45)],
        ...[at(a, 45)[0], at(left, 60)[1], ...at(a, 60), ...at(left, 94), ...at(a, 94), ...at(left, 111)],
      ]),
      layers: words([...at(a, 30), ...at(left, 77)]),
    }
  }
  const b = mix(a ^ right, SIGMA.slice(4, 6))
  const pairs = (rows: readonly (readonly [bigint, number])[]): Uint32Array =>
    words(rows.flatMap(([value, bits]) => rotated(value, bits)))
  return {
    whitening: pairs([
      [left, 0],
      [b, 111],
    ]),
    rounds: pairs([
      [b, 0],
      [right, 15],
      [a, 15],
      [b, 30],
      [left, 45],
      [a, 45],
      [right, 60],
      [b, 60],
      [left, 77],
      [right, 94],
      [a, 94],
      [left, 111],
    ]),
    layers: pairs([
      [right, 30],
      [left, 60],
      [a, 77],
    ]),
  }
}

/** KR: nothing for 128 bits, and for 192 bits the last 64 followed by their complement. */
function rightHalf(key: Uint8Array): bigint {
  const rest = toBigInt(key.subarray(16))
  if (key.length === 24) return (rest << 64n) | (~rest & MASK64)
  return rest
}

/** The same subkeys for decryption: each list backwards, pair by pair. */
function reverse({ whitening, rounds, layers }: Subkeys): Subkeys {
  const pairsBackwards = (list: Uint32Array): Uint32Array =>
    list.map((_, i) => list[list.length - 2 - (i & ~1) + (i & 1)])
  const turned = Uint32Array.of(...whitening.subarray(4), ...whitening.subarray(0, 4))
  return { whitening: turned, rounds: pairsBackwards(rounds), layers: pairsBackwards(layers) }
}
