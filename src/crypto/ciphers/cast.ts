/** CAST-128 with keys of 5 to 16 bytes. RFC 2144, RFC 2451. */
import { type BlockCipher, type BlockKey, hexWords, putWord, remember, word } from "./block.ts"
import { CAST_SBOXES } from "./cast-tables.ts"

let sboxes: Uint32Array[] | undefined

/** Expands a CAST-128 key; up to 80 bits run 12 rounds (RFC 2144 §2.5). Throws RangeError outside 5 to 16 bytes. */
export const cast: BlockKey = remember((key: Uint8Array): BlockCipher => {
  if (key.length < 5 || key.length > 16) throw new RangeError("a CAST-128 key has 5 to 16 bytes")
  sboxes ??= CAST_SBOXES.map(hexWords)
  const s = sboxes
  const rounds = key.length <= 10 ? 12 : 16
  const subkeys = schedule(key, s)
  const masking = subkeys.subarray(0, 16)
  const rotation = subkeys.subarray(16).map(k => k & 31)
  const apply = (b: Uint8Array, at: number, first: number, step: number): void => {
    let left = word(b, at)
    let right = word(b, at + 4)
    for (let n = 0, k = first; n < rounds; n++, k += step) {
      const swap = left ^ round(s, k % 3, right, masking[k], rotation[k])
      left = right
      right = swap
    }
    putWord(b, at, right)
    putWord(b, at + 4, left)
  }
  return {
    blockBytes: 8,
    encrypt: (b, at) => apply(b, at, 0, 1),
    decrypt: (b, at) => apply(b, at, rounds - 1, -1),
  }
})

/** The three round functions by turns. RFC 2144 §2.2. */
function round(s: readonly Uint32Array[], type: number, d: number, km: number, kr: number): number {
  const sum = type === 0 ? km + d : type === 1 ? km ^ d : km - d
  const i = kr === 0 ? sum | 0 : (sum << kr) | ((sum | 0) >>> (32 - kr))
  const a = s[0][i >>> 24]
  const b = s[1][(i >>> 16) & 255]
  const c = s[2][(i >>> 8) & 255]
  const e = s[3][i & 255]
  if (type === 0) return ((a ^ b) - c + e) | 0
  if (type === 1) return ((a - b + c) | 0) ^ e
  return (((a + b) ^ c) - e) | 0
}

/** Word of the source, then the bytes that go through S5 to S8, and the box and byte of the last term. RFC 2144 §2.4. */
type MixRow = readonly [number, string, number, string]
const TO_Z: readonly MixRow[] = [
  [0, "dfce", 7, "8"],
  [2, "0213", 8, "a"],
  [3, "7654", 5, "9"],
  [1, "a9b8", 6, "b"],
]
const TO_X: readonly MixRow[] = [
  [2, "5746", 7, "0"],
  [0, "0213", 8, "2"],
  [1, "7654", 5, "1"],
  [3, "a9b8", 6, "3"],
]
/** Bytes for S5, S6, S7, S8 and once more S5 to S8, four subkeys each from z, x, z, x. */
const SUBKEYS: readonly (readonly string[])[] = [
  ["89762", "ab546", "cd329", "ef10c"],
  ["32cd8", "10efd", "76893", "54ab7"],
  ["32cd9", "10efc", "76892", "54ab6"],
  ["89763", "ab547", "cd328", "ef10d"],
]

/** K1 to K32 (masking keys, then rotation keys before they are cut to 5 bits). RFC 2144 §2.4. */
function schedule(key: Uint8Array, s: readonly Uint32Array[]): Uint32Array {
  const x = new Uint8Array(16)
  x.set(key)
  const z = new Uint8Array(16)
  const out = new Uint32Array(32)
  for (let n = 0; n < 32; n += 4) {
    const [from, to, rows] = n % 8 === 0 ? [x, z, TO_Z] : [z, x, TO_X]
    mix(s, from, to, rows)
    SUBKEYS[(n / 4) % 4].forEach((bytes, i) => {
      const at = [...bytes].map(digit => to[Number.parseInt(digit, 16)])
      out[n + i] = s[4][at[0]] ^ s[5][at[1]] ^ s[6][at[2]] ^ s[7][at[3]] ^ s[4 + i][at[4]]
    })
  }
  return out
}

/** One of the two half steps. In the first row the S-box indices come from the source, afterwards from what was just made. */
function mix(s: readonly Uint32Array[], from: Uint8Array, to: Uint8Array, rows: readonly MixRow[]): void {
  rows.forEach(([source, bytes, lastBox, lastByte], n) => {
    const at = [...bytes].map(digit => (n === 0 ? from : to)[Number.parseInt(digit, 16)])
    const last = s[lastBox - 1][from[Number.parseInt(lastByte, 16)]]
    putWord(to, 4 * n, word(from, 4 * source) ^ s[4][at[0]] ^ s[5][at[1]] ^ s[6][at[2]] ^ s[7][at[3]] ^ last)
  })
}
