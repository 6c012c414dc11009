/** Hexadecimal as tools and people write it: what was repaired is said, never silently done. */
import { fromHex } from "../bytes/hex.ts"

const ZEROS = "leading zeros restored"

export interface RepairedHex {
  readonly bytes: Uint8Array
  /** What was done to the text, as words for a note. */
  readonly repairs: readonly string[]
}

export interface HexOptions {
  /** The format writes `0x`, so it is no repair. */
  readonly prefix?: boolean
  /** Bytes there should be: a shorter text gets its leading zeros back. */
  readonly bytes?: number
  /** Zero digits that may be restored: a key loses few by chance (3), a number can lose all but one. */
  readonly zeros?: number
}

/** Bytes of `text`; undefined when it is not hexadecimal even after repair. */
export function readHex(text: string, options: HexOptions = {}): RepairedHex | undefined {
  const repairs: string[] = []
  let hex = text.trim()
  if (/^0x/i.test(hex)) {
    hex = hex.slice(2)
    if (!options.prefix) repairs.push("0x removed")
  }
  const bare = hex.replace(/[\s:._-]/g, "")
  if (bare.length !== hex.length) repairs.push("separators removed")
  hex = bare
  const missing = (options.bytes ?? 0) * 2 - hex.length
  if (hex.length > 0 && missing > 0 && missing <= (options.zeros ?? 3)) {
    hex = hex.padStart(hex.length + missing, "0")
    repairs.push(ZEROS)
  } else if (hex.length % 2 === 1) {
    hex = `0${hex}`
    repairs.push(ZEROS)
  }
  const bytes = fromHex(hex)
  return bytes && { bytes, repairs }
}

/** Bytes of words of up to 8 digits printed without their leading zeros (`4facf41`); undefined when a word is no hexadecimal. */
export function readHexWords(words: readonly string[]): RepairedHex | undefined {
  const repaired = words.some((w, i) => w.length < 8 && (i < words.length - 1 || w.length % 2 === 1))
  if (words.some(w => !/^[0-9a-fA-F]{1,8}$/.test(w))) return undefined
  const bytes = fromHex(words.map(w => w.padStart(8, "0")).join(""))
  return bytes && { bytes, repairs: repaired ? [ZEROS] : [] }
}

/**
 * A key of a length that `fits` (bytes): up to three zero digits that a tool dropped in front are restored when that makes it fit.
 * Undefined when the text is no hexadecimal; a length that does not fit is left as it is.
 */
export function readKeyHex(text: string, fits: (bytes: number) => boolean, prefix = false): RepairedHex | undefined {
  const plain = readHex(text, { prefix })
  if (!plain || (fits(plain.bytes.length) && !plain.repairs.includes(ZEROS))) return plain
  for (let more = 0; more <= 2; more++) {
    const bytes = plain.bytes.length + more
    if (!fits(bytes)) continue
    const padded = readHex(text, { prefix, bytes })
    if (padded && padded.bytes.length === bytes) return padded
  }
  return plain
}
