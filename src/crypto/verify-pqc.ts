/**
 * Post-quantum signatures: ML-DSA (FIPS 204) and SLH-DSA (FIPS 205), pure and pre-hashed, with an empty context string as in certificates and in
 * IKE. The key's algorithm is in its SubjectPublicKeyInfo, a bare key without parameters. RFC 9881, RFC 9909, draft-ietf-ipsecme-ikev2-pqc-auth.
 */
import { sha256, sha512 } from "@noble/hashes/sha2.js"
import { shake128_32, shake256_64 } from "@noble/hashes/sha3.js"
import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js"
import { readSpki } from "../pki/algorithm.ts"
import type { SignatureVerify } from "./provider.ts"
import { slhDsa } from "./slh-dsa.ts"

const NIST = "2.16.840.1.101.3.4.3"
const PURE = [ml_dsa44, ml_dsa65, ml_dsa87, ...slhDsa]
/** Arcs 17 to 31 are the pure forms, 32 to 46 in the same order the pre-hashed ones. */
const FIRST_PURE = 17
const FIRST_HASHED = 32
const HASHED_BEHIND = FIRST_HASHED - FIRST_PURE
/** The one hash that each pre-hashed form has an object identifier with. */
const HASHED = PURE.map((scheme, i) => {
  if (i < 3) return scheme.prehash(sha512)
  const shake = i >= 9
  const least = (i - 3) % 6 < 2
  return scheme.prehash(shake ? (least ? shake128_32 : shake256_64) : least ? sha256 : sha512)
})

type Scheme = (typeof PURE)[number] | (typeof HASHED)[number]

const BY_OID = new Map<string, Scheme>([
  ...PURE.map((s, i): [string, Scheme] => [`${NIST}.${FIRST_PURE + i}`, s]),
  ...HASHED.map((s, i): [string, Scheme] => [`${NIST}.${FIRST_HASHED + i}`, s]),
])

export const pqcVerify: SignatureVerify["pqc"] = (spki, message, signature, form) => {
  const key = keyOf(spki)
  const own = key && Number(key.oid.slice(NIST.length + 1))
  if (!key || own === undefined) return undefined
  // A key of a pure algorithm may be asked for its pre-hashed form, and a pre-hashed key makes nothing else.
  const pure = own < FIRST_HASHED ? own : own - HASHED_BEHIND
  const scheme = BY_OID.get(`${NIST}.${form === "hashed" ? pure + HASHED_BEHIND : own}`)
  if (!scheme || key.key.length !== scheme.lengths.publicKey) return undefined
  if (signature.length !== scheme.lengths.signature) return false
  try {
    return scheme.verify(signature, message, key.key)
  } catch {
    return false // an encoding that no signer makes
  }
}

/** The object identifier and the bare key of a SubjectPublicKeyInfo of these algorithms. */
function keyOf(spki: Uint8Array): { oid: string; key: Uint8Array } | undefined {
  const info = readSpki(spki)
  return info && !info.parameters && BY_OID.has(info.oid) ? info : undefined
}
