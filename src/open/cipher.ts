/** Runs a negotiated cipher of any kind over one body: the nonce rules of each mode in one place. */
import { concat } from "../bytes/bytes.ts"
import type { Encr } from "../crypto/algorithms.ts"
import type { SymmetricProvider } from "../crypto/provider.ts"
import { splitKey } from "./esp-suite.ts"

const EMPTY = new Uint8Array(0)
/** Block counter of the first block in CTR mode. RFC 3686 §4, RFC 5930 §2. */
const FIRST_BLOCK = Uint8Array.of(0, 0, 0, 1)

/** Whether this provider can run the algorithm. */
export const canDecrypt = (provider: SymmetricProvider, encr: Encr): boolean =>
  encr.name === "NULL" ||
  (encr.cipher ? provider.cipher[encr.cipher] : encr.aead && provider.aead[encr.aead]) !== undefined

/** Decrypts with a cipher that has no tag of its own (CBC, CTR, NULL). `key` with its salt. Undefined when it is not offered or lengths do not fit. */
export function decryptPlain(
  provider: SymmetricProvider,
  encr: Encr,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array | undefined {
  if (encr.name === "NULL") return data
  const cipher = encr.cipher && provider.cipher[encr.cipher]
  if (!cipher || key.length < encr.keyBytes + encr.saltBytes) return undefined
  const parts = splitKey(encr, key)
  if (encr.saltBytes > 0) return cipher.decrypt(parts.key, concat(parts.salt, iv, FIRST_BLOCK), data)
  return data.length % encr.blockBytes === 0 ? cipher.decrypt(parts.key, iv, data) : undefined
}

/** Decrypts and verifies with an AEAD. `key` with its salt. Undefined when the tag does not match or it is not offered. */
export function decryptAead(
  provider: SymmetricProvider,
  encr: Encr,
  key: Uint8Array,
  { iv, data, tag, aad }: { iv: Uint8Array; data: Uint8Array; tag: Uint8Array; aad: Uint8Array },
): Uint8Array | undefined {
  const aead = encr.aead && provider.aead[encr.aead]
  if (!aead || key.length < encr.keyBytes + encr.saltBytes) return undefined
  const parts = splitKey(encr, key)
  const nonce = concat(parts.salt, iv)
  if (encr.variant === "gmac") return aead.open(parts.key, nonce, concat(aad, data), EMPTY, tag) && data
  return aead.open(parts.key, nonce, aad, data, tag)
}
