/** Pseudorandom functions of IKEv2, and the hashes of IKEv1 with the HMAC that serves as their prf. */
import type { HashAlgorithm, Prf } from "./algorithms.ts"
import type { HashId, MacId } from "./provider.ts"

const hmac = (name: string, mac: MacId, bytes: number): Prf => ({
  name,
  mac,
  outBytes: bytes,
  keyBytes: bytes,
  fixedKey: false,
})
const aes = (name: string, mac: MacId): Prf => ({ name, mac, outBytes: 16, keyBytes: 16, fixedKey: true })

/** By IKEv2 Transform ID (Transform Type 2). */
const PRFS = new Map<number, Prf>([
  [1, hmac("HMAC-MD5", "hmac-md5", 16)],
  [2, hmac("HMAC-SHA1", "hmac-sha1", 20)],
  [4, aes("AES128-XCBC", "aes-xcbc")],
  [5, hmac("HMAC-SHA2-256", "hmac-sha2-256", 32)],
  [6, hmac("HMAC-SHA2-384", "hmac-sha2-384", 48)],
  [7, hmac("HMAC-SHA2-512", "hmac-sha2-512", 64)],
  [8, aes("AES128-CMAC", "aes-cmac")],
])
/** The prf of GM/T 0022, which IKEv2 has no number for. */
const SM3 = hmac("HMAC-SM3", "hmac-sm3", 32)
const BY_NAME = new Map([...PRFS.values(), SM3].map(prf => [prf.name, prf]))

/** IKEv2 Transform Type 2. Undefined for an ID that nobody here computes (Tiger, Streebog) or knows. RFC 7296 §2.13. */
export const prfOfIkev2 = (id: number): Prf | undefined => PRFS.get(id)

/** By contract name. */
export const prfByName = (name: string): Prf | undefined => BY_NAME.get(name)

/** Every name of the table. */
export const PRF_NAMES: readonly string[] = [...BY_NAME.keys()]

const hash = (name: string, id: HashId): HashAlgorithm => ({ name, hash: id, prf: BY_NAME.get(`HMAC-${name}`) })

/** By IKEv1 Hash Algorithm attribute. RFC 2409 App. A. */
const HASHES = new Map<number, HashAlgorithm>([
  [1, hash("MD5", "md5")],
  [2, hash("SHA1", "sha1")],
  [3, { name: "TIGER" }],
  [4, hash("SHA2-256", "sha2-256")],
  [5, hash("SHA2-384", "sha2-384")],
  [6, hash("SHA2-512", "sha2-512")],
  [20, hash("SM3", "sm3")],
])

/** IKEv1 Hash Algorithm attribute, with its HMAC as `prf`: the prf where none is negotiated (RFC 2409 §4). */
export const hashOfIkev1 = (attribute: number): HashAlgorithm | undefined => HASHES.get(attribute)

/** IKEv1 hash by contract name: `MD5`, `SHA1`, `SHA2-256` … */
export const hashByName = (name: string): HashAlgorithm | undefined =>
  [...HASHES.values()].find(row => row.name === name)
