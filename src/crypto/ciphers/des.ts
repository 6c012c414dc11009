/** DES and Triple DES. FIPS 46-3; RFC 2405, RFC 2451. */
import { type BlockCipher, type BlockKey, putWord, remember, word } from "./block.ts"

/** S1 to S8, four rows of sixteen hex digits each. */
const SBOXES: readonly string[] = [
  "e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
  "f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
  "a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
  "7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
  "2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
  "c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
  "4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
  "d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
]
/** Permutation P behind the S-boxes; permuted choices 1 and 2 of the key schedule; left shifts. Bits count from 1 at the left. */
const P = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
]
const PC1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55,
  47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
]
const PC2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30,
  40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
]
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]

/** Each S-box followed by P: the 32 bits that six input bits contribute. */
let sp: Uint32Array[] | undefined

function makeSp(): Uint32Array[] {
  return SBOXES.map((digits, box) =>
    Uint32Array.from({ length: 64 }, (_, six) => {
      const row = ((six >>> 4) & 2) | (six & 1)
      const four = Number.parseInt(digits[16 * row + ((six >>> 1) & 15)], 16)
      const before = four << (28 - 4 * box)
      return P.reduce((out, from, to) => out | (((before >>> (32 - from)) & 1) << (31 - to)), 0)
    }),
  )
}

/** Sixteen rounds of eight six-bit subkeys. */
function schedule(key: Uint8Array): Uint8Array {
  const bit = (n: number): number => (key[(n - 1) >>> 3] >>> (7 - ((n - 1) & 7))) & 1
  let cd = PC1.map(bit)
  const out = new Uint8Array(128)
  SHIFTS.forEach((shift, round) => {
    const turn = (half: number[]): number[] => [...half.slice(shift), ...half.slice(0, shift)]
    cd = [...turn(cd.slice(0, 28)), ...turn(cd.slice(28))]
    PC2.forEach((from, n) => {
      out[8 * round + Math.floor(n / 6)] |= cd[from - 1] << (5 - (n % 6))
    })
  })
  return out
}

// The two halves between the permutations: module state spares an object per block.
let left = 0
let right = 0

/** Swaps the bits of `left >>> shift` and `right` that the mask selects. */
function swapBits(shift: number, mask: number): void {
  const t = ((left >>> shift) ^ right) & mask
  right ^= t
  left ^= t << shift
}
function swapBitsBack(shift: number, mask: number): void {
  const t = ((right >>> shift) ^ left) & mask
  left ^= t
  right ^= t << shift
}

/** The initial permutation, as five exchanges of bits between the halves. */
function load(b: Uint8Array, at: number): void {
  left = word(b, at)
  right = word(b, at + 4)
  swapBits(4, 0x0f0f0f0f)
  swapBits(16, 0x0000ffff)
  swapBitsBack(2, 0x33333333)
  swapBitsBack(8, 0x00ff00ff)
  swapBits(1, 0x55555555)
}

/** The final permutation, the same exchanges backwards. */
function store(b: Uint8Array, at: number): void {
  swapBits(1, 0x55555555)
  swapBitsBack(8, 0x00ff00ff)
  swapBitsBack(2, 0x33333333)
  swapBits(16, 0x0000ffff)
  swapBits(4, 0x0f0f0f0f)
  putWord(b, at, left)
  putWord(b, at + 4, right)
}

/** Sixteen rounds and the exchange of halves; `first` and `step` walk the subkeys forwards or backwards. */
function rounds(tables: readonly Uint32Array[], keys: Uint8Array, decrypt: boolean): void {
  for (let n = 0; n < 16; n++) {
    const k = 8 * (decrypt ? 15 - n : n)
    const r = (right >>> 1) | (right << 31)
    let mixed = tables[0][(r >>> 26) ^ keys[k]]
    for (let box = 1; box < 8; box++) {
      const turned = (r << (4 * box)) | (r >>> (32 - 4 * box))
      mixed ^= tables[box][(turned >>> 26) ^ keys[k + box]]
    }
    const swap = left ^ mixed
    left = right
    right = swap
  }
  const swap = left
  left = right
  right = swap
}

/** A chain of DES operations on one block: keys in order, alternately encrypting and decrypting. */
function chain(keys: readonly Uint8Array[]): BlockCipher {
  sp ??= makeSp()
  const tables = sp
  return {
    blockBytes: 8,
    encrypt(b, at) {
      load(b, at)
      for (let n = 0; n < keys.length; n++) rounds(tables, keys[n], n % 2 === 1)
      store(b, at)
    },
    decrypt(b, at) {
      load(b, at)
      for (let n = keys.length - 1; n >= 0; n--) rounds(tables, keys[n], n % 2 === 0)
      store(b, at)
    },
  }
}

/** Expands a DES key of 8 bytes, whose parity bits are ignored. Throws RangeError for other lengths. */
export const des: BlockKey = remember((key: Uint8Array): BlockCipher => {
  if (key.length !== 8) throw new RangeError("a DES key has 8 bytes")
  return chain([schedule(key)])
})

/** Expands a Triple DES key of 24 bytes: encrypt, decrypt, encrypt. Throws RangeError for other lengths. */
export const tripleDes: BlockKey = remember((key: Uint8Array): BlockCipher => {
  if (key.length !== 24) throw new RangeError("a Triple DES key has 24 bytes")
  return chain([0, 8, 16].map(at => schedule(key.subarray(at, at + 8))))
})
