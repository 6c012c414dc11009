/** What the length of a key says of its algorithm: the key bits left out of a name, and an AEAD key that lacks its salt. */
import { encrByName, encrFromKeyLength } from "../crypto/encr.ts"
import { integByName } from "../crypto/integ.ts"

/** An encryption algorithm with what the length of a key says of it. */
export interface NamedEncr {
  /** Contract name, with key bits where the family has several. */
  readonly name: string
  /** The key is an AEAD or CTR key without the salt that belongs behind it. */
  readonly saltMissing: boolean
}

/** Contract name for a key of `length` bytes, salt included or missing; undefined when no such key exists. */
export function encrOfLength(name: string, length: number): NamedEncr | undefined {
  const whole = encrFromKeyLength(name, length)
  if (whole) return { name: whole.name, saltMissing: false }
  const saltBytes = encrByName(name)?.saltBytes ?? 0
  const bare = saltBytes > 0 ? encrFromKeyLength(name, length + saltBytes) : undefined
  return bare && { name: bare.name, saltMissing: true }
}

/** No algorithm has a longer key with its salt, bytes. */
const MAX_KEY_BYTES = 272

/** Words for a message: a key of `length` bytes does not fit `name`, and which would. */
export function keyFault(name: string, length: number): string {
  if (!encrByName(name)) return `${name} is an algorithm that ikedump does not compute`
  const takes = Array.from({ length: MAX_KEY_BYTES }, (_, n) => n).filter(n => encrFromKeyLength(name, n))
  const words =
    takes.length > 4 ? `${takes[0]} to ${takes[takes.length - 1]}` : takes.join(", ").replace(/, (\d+)$/, " or $1")
  const salt = encrOfLength(name, length)?.saltMissing ? "; the salt is missing" : ""
  return `has ${length} bytes, ${name} takes ${words}${salt}`
}

/** Whether the name, with or without key bits, is an AEAD (or GMAC), which needs no integrity algorithm beside it. */
export const isAead = (name: string): boolean => (encrByName(name)?.icvBytes ?? 0) > 0

/** Whether ikedump knows the name of an encryption algorithm. */
export const isEncrName = (name: string): boolean => encrByName(name) !== undefined

/** Key bytes of an integrity algorithm of the contract; undefined for a name we do not know. */
export const integKeyBytes = (name: string): number | undefined => integByName(name)?.keyBytes

/** Whether a contract name of an integrity algorithm is known; `ANY-n`, of n bits that are not checked, is. */
export const isIntegName = (name: string): boolean => integByName(name) !== undefined || /^ANY-\d+$/.test(name)

/** A spelling folded for lookup: lower case, letters and digits alone. */
export const fold = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "")
