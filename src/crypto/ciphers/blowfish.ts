/** Blowfish with keys of 5 to 56 bytes. RFC 2451 §2; B. Schneier, Fast Software Encryption 1993. */
import { scaledPi } from "../pi.ts"
import { type BlockCipher, type BlockKey, hexWords, putWord, remember, word } from "./block.ts"

const ROUNDS = 16
/** P-array and four S-boxes, in this order: the fraction of π in words of 32 bits. */
const WORDS = ROUNDS + 2 + 4 * 256

let initial: Uint32Array | undefined

const piWords = (): Uint32Array => {
  const fraction = scaledPi(32 * WORDS) & ((1n << BigInt(32 * WORDS)) - 1n)
  return hexWords(fraction.toString(16).padStart(8 * WORDS, "0"))
}

/** Expands a Blowfish key. Throws RangeError outside 5 to 56 bytes. */
export const blowfish: BlockKey = remember((key: Uint8Array): BlockCipher => {
  if (key.length < 5 || key.length > 56) throw new RangeError("a Blowfish key has 5 to 56 bytes")
  initial ??= piWords()
  const p = initial.slice(0, ROUNDS + 2)
  const s = initial.slice(ROUNDS + 2)
  for (let i = 0, at = 0; i < p.length; i++) {
    let mixed = 0
    for (let n = 0; n < 4; n++) mixed = (mixed << 8) | key[at++ % key.length]
    p[i] ^= mixed
  }
  const state = new Uint32Array(2)
  for (const table of [p, s]) {
    for (let i = 0; i < table.length; i += 2) {
      crypt(p, s, state, 0, 1)
      table[i] = state[0]
      table[i + 1] = state[1]
    }
  }
  const onBlock = (first: number, step: number) => (b: Uint8Array, at: number) => {
    state[0] = word(b, at)
    state[1] = word(b, at + 4)
    crypt(p, s, state, first, step)
    putWord(b, at, state[0])
    putWord(b, at + 4, state[1])
  }
  return { blockBytes: 8, encrypt: onBlock(0, 1), decrypt: onBlock(ROUNDS + 1, -1) }
})

/** All rounds with the P-array taken from `first` on, forwards or backwards: decryption is encryption with it reversed. */
function crypt(p: Uint32Array, s: Uint32Array, state: Uint32Array, first: number, step: number): void {
  let left = state[0]
  let right = state[1]
  let k = first
  for (let round = 0; round < ROUNDS; round++, k += step) {
    left ^= p[k]
    const mixed =
      ((s[left >>> 24] + s[256 + ((left >>> 16) & 255)]) ^ s[512 + ((left >>> 8) & 255)]) + s[768 + (left & 255)]
    const swap = right ^ mixed
    right = left
    left = swap
  }
  state[0] = right ^ p[k + step]
  state[1] = left ^ p[k]
}
