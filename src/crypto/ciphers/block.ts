/** A block cipher with its key expanded, and the small memory that saves expanding one key again for every packet. */
import { equal } from "../../bytes/bytes.ts"

/** Works in place on the block that begins at `at`. */
export interface BlockCipher {
  readonly blockBytes: number
  encrypt(block: Uint8Array, at: number): void
  decrypt(block: Uint8Array, at: number): void
}

/** Expands a key. Throws RangeError when the cipher has no key of that length. */
export type BlockKey = (key: Uint8Array) => BlockCipher

/** How many keys stay expanded: both directions of a few SAs that take turns. */
const KEPT = 8

/** `expand`, remembering what the last few keys expanded to. Keys are compared by value, so a reused buffer does no harm. */
export function remember<T>(expand: (key: Uint8Array) => T): (key: Uint8Array) => T {
  const kept: { key: Uint8Array; value: T }[] = []
  let next = 0
  return key => {
    for (const entry of kept) if (equal(entry.key, key)) return entry.value
    const entry = { key: new Uint8Array(key), value: expand(key) }
    kept[next] = entry
    next = (next + 1) % KEPT
    return entry.value
  }
}

/** Big-endian 32-bit word at an offset; not sign-safe by itself, all ciphers here work modulo 2^32. */
export const word = (b: Uint8Array, at: number): number =>
  (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]

/** Writes a 32-bit word big-endian. */
export function putWord(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 24
  b[at + 1] = value >>> 16
  b[at + 2] = value >>> 8
  b[at + 3] = value
}

/** Words of a hex text, eight digits each. */
export const hexWords = (text: string): Uint32Array =>
  Uint32Array.from({ length: text.length / 8 }, (_, n) => Number.parseInt(text.slice(8 * n, 8 * n + 8), 16))
