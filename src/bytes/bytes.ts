/** Small operations on byte arrays that every layer needs. */

/** One new array of all parts in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Whether both arrays hold the same bytes. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** A 16- or 32-bit big-endian number as bytes. */
export const u16be = (n: number): Uint8Array => Uint8Array.of(n >>> 8, n)
export const u32be = (n: number): Uint8Array => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)

/** The big-endian number of 16 or 32 bits at `at`, which the caller knows to be there. */
export const u16At = (b: Uint8Array, at: number): number => (b[at] << 8) | b[at + 1]
export const u32At = (b: Uint8Array, at: number): number =>
  ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0

/** The SPI of ESP or AH in bytes that were negotiated for it; null where they are not its four. */
export const spiOf = (bytes: Uint8Array): number | null => (bytes.length === 4 ? u32At(bytes, 0) : null)

const encoder = new TextEncoder()

/** UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text)
