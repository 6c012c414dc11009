/** Which hash an RSA signature of PKCS#1 v1.5 covers: its DigestInfo says so to everyone who has the public key. RFC 8017 §9.2. */
import { readIntegers } from "../crypto/der-integers.ts"
import { modPow, toBytes, toNumber } from "../crypto/numbers.ts"
import { attempt, parseWhole } from "../pki/der.ts"
import { HASH_OID, type SignatureHash } from "../pki/oids.ts"

/** Keys beyond these are made to cost time; nobody uses them. */
const MAX_MODULUS_BYTES = 1024
const MAX_EXPONENT = 2n ** 32n

/** The hash's name; undefined when the signature does not open to a DigestInfo. `key` is RSAPublicKey in DER. */
export function rsaSignatureHash(key: Uint8Array, signature: Uint8Array): SignatureHash | undefined {
  const [modulus, exponent] = readIntegers(key, 2) ?? []
  if (modulus === undefined || exponent === undefined || modulus < 2n || exponent > MAX_EXPONENT) return undefined
  if (signature.length > MAX_MODULUS_BYTES || key.length > MAX_MODULUS_BYTES + 64) return undefined
  const block = toBytes(modPow(toNumber(signature), exponent, modulus), signature.length)
  // 00 01 ff … ff 00 DigestInfo
  if (block[0] !== 0 || block[1] !== 1) return undefined
  const end = block.indexOf(0, 2)
  if (end < 10) return undefined
  const info = block.subarray(end + 1)
  return attempt(() => HASH_OID.get(parseWhole(info).at(0).at(0).oid))
}
