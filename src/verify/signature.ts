/** Signatures by AlgorithmIdentifier: which provider function, which hash. RFC 7427, RFC 4055, RFC 8420. */
import type { CryptoProvider, HashId } from "../crypto/provider.ts"
import type { Authentication } from "../ike/v2/authentication.ts"
import type { SignatureAlgorithm } from "../pki/algorithm.ts"
import { AUTH_METHOD } from "../registry/ikev2/auth-methods.ts"

const HASH: Readonly<Record<string, HashId>> = {
  MD5: "md5",
  SHA1: "sha1",
  "SHA2-224": "sha2-224",
  "SHA2-256": "sha2-256",
  "SHA2-384": "sha2-384",
  "SHA2-512": "sha2-512",
}

export const hashIdOf = ({ hash }: Pick<SignatureForm, "hash">): HashId | undefined =>
  hash === undefined ? undefined : HASH[hash]

export type SignatureForm = Pick<SignatureAlgorithm, "scheme" | "hash" | "pss">

/** True or false when it can be checked, undefined when scheme, hash or key is not offered. `spki` is SubjectPublicKeyInfo in DER. */
export function verifySignature(
  provider: CryptoProvider,
  form: SignatureForm,
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean | undefined {
  const { verify } = provider
  const id = hashIdOf(form)
  const digest = () => (id && provider.hash[id] ? provider.hash[id](message) : undefined)
  switch (form.scheme) {
    case "rsa-pkcs1":
      return id && verify.rsaPkcs1(spki, id, message, signature)
    case "rsa-pss": {
      const mgf = form.pss?.mgfHash === undefined ? undefined : HASH[form.pss.mgfHash]
      return (
        id &&
        mgf &&
        form.pss &&
        verify.rsaPss(spki, { hash: id, mgfHash: mgf, saltBytes: form.pss.saltBytes }, message, signature)
      )
    }
    case "ecdsa": {
      const d = digest()
      return d && verify.ecdsa(spki, d, signature, "der")
    }
    case "dsa": {
      const d = digest()
      return d && verify.dsa(spki, d, signature)
    }
    case "ed25519":
    case "ed448":
      return verify.eddsa(spki, message, signature)
    case "sm2":
      return verify.sm2?.(spki, message, signature)
    case "ml-dsa":
    case "slh-dsa":
      return verify.pqc(spki, message, signature, "pure")
    case "hash-ml-dsa":
    case "hash-slh-dsa":
      return verify.pqc(spki, message, signature, "hashed")
    default:
      return undefined
  }
}

/** A signature whose hash the wire does not say: true if it holds with any. */
export function verifyAnyHash(
  provider: CryptoProvider,
  scheme: "rsa-pkcs1" | "ecdsa" | "dsa",
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean | undefined {
  const results = (["SHA1", "SHA2-256", "SHA2-384", "SHA2-512", "MD5", "SHA2-224"] as const).map(hash =>
    verifySignature(provider, { scheme, hash }, spki, message, signature),
  )
  return results.includes(true) ? true : results.includes(false) ? false : undefined
}

/** A digital signature that says no algorithm of signatures: no identifier stands in front of it, or that of a key. */
export const saysNoScheme = ({ method, signature }: Authentication): boolean =>
  method === AUTH_METHOD.DIGITAL_SIGNATURE && signature?.algorithm.scheme === undefined
