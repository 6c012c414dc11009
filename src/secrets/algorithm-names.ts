/**
 * Names of algorithms as keys files need them: the contract's names, the key lengths each can have (which tell the key bits left
 * out of a name, and an AEAD key that lacks its salt), and the spellings other tools use. What algorithms do is in `crypto/`.
 */

interface EncrFamily {
  /** Name without key bits. */
  readonly name: string
  /** Keys without salt, bytes: each length, or `[min, max]` with `range`. */
  readonly keyBytes: readonly number[]
  readonly range?: boolean
  /** Salt or nonce that follows the key, bytes. */
  readonly saltBytes: number
  /** ICV of an AEAD, bytes; 0 otherwise. */
  readonly icvBytes: number
  /** One key length only, which the name leaves out. */
  readonly fixed?: boolean
}

const AES = [16, 24, 32]
const aead = (name: string, saltBytes: number, icvBytes: number): EncrFamily => ({
  name,
  keyBytes: AES,
  saltBytes,
  icvBytes,
})

const ENCR_FAMILIES: readonly EncrFamily[] = [
  { name: "AES-CBC", keyBytes: AES, saltBytes: 0, icvBytes: 0 },
  { name: "AES-CTR", keyBytes: AES, saltBytes: 4, icvBytes: 0 },
  ...[8, 12, 16].map(n => aead(`AES-GCM-${n}`, 4, n)),
  ...[8, 12, 16].map(n => aead(`AES-CCM-${n}`, 3, n)),
  aead("AES-GCM-16-IIV", 4, 16),
  aead("AES-CCM-8-IIV", 3, 8),
  aead("NULL-AES-GMAC", 4, 16),
  { name: "CHACHA20-POLY1305", keyBytes: [32], saltBytes: 4, icvBytes: 16, fixed: true },
  { name: "CHACHA20-POLY1305-IIV", keyBytes: [32], saltBytes: 4, icvBytes: 16, fixed: true },
  { name: "CAMELLIA-CBC", keyBytes: AES, saltBytes: 0, icvBytes: 0 },
  { name: "CAMELLIA-CTR", keyBytes: AES, saltBytes: 4, icvBytes: 0 },
  ...[8, 12, 16].map(n => aead(`CAMELLIA-CCM-${n}`, 3, n)),
  { name: "3DES-CBC", keyBytes: [24], saltBytes: 0, icvBytes: 0, fixed: true },
  { name: "DES-CBC", keyBytes: [8], saltBytes: 0, icvBytes: 0, fixed: true },
  { name: "BLOWFISH-CBC", keyBytes: [5, 56], range: true, saltBytes: 0, icvBytes: 0 },
  { name: "CAST-CBC", keyBytes: [5, 16], range: true, saltBytes: 0, icvBytes: 0 },
  { name: "TWOFISH-CBC", keyBytes: AES, saltBytes: 0, icvBytes: 0 },
  { name: "SERPENT-CBC", keyBytes: AES, saltBytes: 0, icvBytes: 0 },
  { name: "NULL", keyBytes: [0], saltBytes: 0, icvBytes: 0, fixed: true },
]
const ENCR = new Map(ENCR_FAMILIES.map(f => [f.name, f]))

/** Key bytes of each integrity algorithm (AES-GMAC with its salt). */
const INTEG = new Map<string, number>([
  ["HMAC-MD5-96", 16],
  ["HMAC-MD5-128", 16],
  ["HMAC-SHA1-96", 20],
  ["HMAC-SHA1-160", 20],
  ["HMAC-SHA2-256-96", 32],
  ["HMAC-SHA2-256-128", 32],
  ["HMAC-SHA2-384-192", 48],
  ["HMAC-SHA2-512-256", 64],
  ["HMAC-RIPEMD-160-96", 20],
  ["AES-XCBC-96", 16],
  ["AES-CMAC-96", 16],
  ["AES-GMAC-128", 20],
  ["AES-GMAC-192", 28],
  ["AES-GMAC-256", 36],
])

/** An encryption algorithm with what the length of a key says of it. */
export interface NamedEncr {
  /** Contract name, with key bits where the family has several. */
  readonly name: string
  /** The key is an AEAD or CTR key without the salt that belongs behind it. */
  readonly saltMissing: boolean
}

/** Family of a contract name, and the key bytes it names (undefined when left out). Undefined for a name we do not know. */
export function encrFamily(name: string): { family: EncrFamily; keyBytes?: number } | undefined {
  const whole = ENCR.get(name)
  if (whole) return { family: whole }
  const cut = name.lastIndexOf("-")
  const family = ENCR.get(name.slice(0, Math.max(cut, 0)))
  const bits = Number(name.slice(cut + 1))
  if (!family || !Number.isInteger(bits) || bits % 8 !== 0 || !fits(family, bits / 8)) return undefined
  return { family, keyBytes: bits / 8 }
}

const fits = (f: EncrFamily, bytes: number): boolean =>
  f.range ? bytes >= f.keyBytes[0] && bytes <= f.keyBytes[1] : f.keyBytes.includes(bytes)

/** Contract name for a key of `length` bytes, salt included or missing; undefined when no such key exists. */
export function encrOfLength(name: string, length: number): NamedEncr | undefined {
  const found = encrFamily(name)
  if (!found) return undefined
  const { family } = found
  const takes = (bytes: number) => (found.keyBytes === undefined ? fits(family, bytes) : found.keyBytes === bytes)
  const named = (bytes: number) => (family.fixed ? family.name : `${family.name}-${bytes * 8}`)
  if (takes(length - family.saltBytes)) return { name: named(length - family.saltBytes), saltMissing: false }
  if (family.saltBytes > 0 && takes(length)) return { name: named(length), saltMissing: true }
  return undefined
}

/** Lengths a key of this name may have, salt included, in bytes, as words for a message. Empty for an unknown name. */
export function encrKeyLengths(name: string): string {
  const found = encrFamily(name)
  if (!found) return ""
  const { family } = found
  if (found.keyBytes !== undefined) return `${found.keyBytes + family.saltBytes}`
  const all = family.keyBytes.map(n => n + family.saltBytes)
  if (family.range) return `${all[0]} to ${all[1]}`
  return all.length === 1 ? `${all[0]}` : `${all.slice(0, -1).join(", ")} or ${all[all.length - 1]}`
}

/** Whether the name is an AEAD (or GMAC), which needs no integrity algorithm beside it. */
export const isAead = (name: string): boolean => (encrFamily(name)?.family.icvBytes ?? 0) > 0

/** Key bytes of an integrity algorithm of the contract; undefined for a name we do not know. */
export const integKeyBytes = (name: string): number | undefined => INTEG.get(name)

/** Whether a contract name of an integrity algorithm is known; `ANY-n` and `NONE` are. */
export const isIntegName = (name: string): boolean => INTEG.has(name) || /^ANY-\d+$/.test(name) || name === "NONE"

/** All names, for tests and the schema. */
export const ENCR_NAMES: readonly string[] = [...ENCR.keys()]
export const INTEG_NAMES: readonly string[] = [...INTEG.keys()]

/** A spelling folded for lookup: lower case, letters and digits alone. */
export const fold = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "")
