/**
 * The primitives that ikedump needs, as plain tables: spread one to override an entry. An absent entry means "not offered by
 * this provider", which is reported, never thrown. Everything is synchronous; all arguments are bytes.
 */

import type { FollowTls } from "./tls-inside.ts"

export type HashId = "md5" | "sha1" | "sha2-224" | "sha2-256" | "sha2-384" | "sha2-512" | "sm3"
export type MacId =
  | "hmac-md5"
  | "hmac-sha1"
  | "hmac-sha2-256"
  | "hmac-sha2-384"
  | "hmac-sha2-512"
  | "hmac-ripemd-160"
  | "hmac-sm3"
  | "aes-xcbc"
  | "aes-cmac"
export type CipherId =
  | "aes-cbc"
  | "aes-ctr"
  | "3des-cbc"
  | "des-cbc"
  | "blowfish-cbc"
  | "cast-cbc"
  | "camellia-cbc"
  | "camellia-ctr"
  | "sm4-cbc"
export type AeadId = "aes-gcm" | "aes-ccm" | "camellia-ccm" | "chacha20-poly1305" | "sm4-gcm"
export type KeId =
  | "modp-768"
  | "modp-1024"
  | "modp-1536"
  | "modp-2048"
  | "modp-3072"
  | "modp-4096"
  | "modp-6144"
  | "modp-8192"
  | "modp-1024-160"
  | "modp-2048-224"
  | "modp-2048-256"
  | "ecp-192"
  | "ecp-224"
  | "ecp-256"
  | "ecp-384"
  | "ecp-521"
  | "brainpool-p224r1"
  | "brainpool-p256r1"
  | "brainpool-p384r1"
  | "brainpool-p512r1"
  | "x25519"
  | "x448"
  | "ml-kem-512"
  | "ml-kem-768"
  | "ml-kem-1024"

/** Digest of the message. */
export type Hash = (message: Uint8Array) => Uint8Array
/** Keys a MAC once; the result computes full-length (untruncated) tags. */
export type Mac = (key: Uint8Array) => (message: Uint8Array) => Uint8Array

/** CBC without padding (length a multiple of the block) or CTR. For CTR `iv` is the whole initial 16-byte counter block. */
export interface Cipher {
  decrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array
  encrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array
}

/** `key` without salt; `nonce` complete (salt and IV); the tag's length is `tag.length` or `tagBytes`. */
export interface Aead {
  /** Plaintext, or undefined when the tag does not match. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
    tag: Uint8Array,
  ): Uint8Array | undefined
  /** Ciphertext followed by the tag. */
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, tagBytes: number): Uint8Array
}

/** A key exchange method as IKE uses it: values as they stand in the KE payload (ECP: x|y without a prefix, RFC 5903 §7). */
export interface KeyExchangeMethod {
  /** Public value of a private one; for ML-KEM the encapsulation key of a decapsulation key or 64-byte seed. Throws RangeError on a private value of the wrong size. */
  publicValue(secret: Uint8Array): Uint8Array
  /** g^ir, for ECP the x coordinate, for ML-KEM the decapsulated secret. Undefined when the peer's value is invalid. */
  shared(secret: Uint8Array, peer: Uint8Array): Uint8Array | undefined
  /** What is wrong with a public value (length, range, not on the curve, small subgroup), or undefined. */
  fault(publicValue: Uint8Array): string | undefined
}

/** Parameters of RSASSA-PSS. RFC 8017 §8.1. */
interface PssHashes {
  readonly hash: HashId
  readonly mgfHash: HashId
  readonly saltBytes: number
}

/** Public keys as DER SubjectPublicKeyInfo. True when the signature holds; undefined when the key or scheme is not offered. */
export interface SignatureVerify {
  /** RSASSA-PKCS1-v1_5 with DigestInfo of `hash`. */
  rsaPkcs1(spki: Uint8Array, hash: HashId, message: Uint8Array, signature: Uint8Array): boolean | undefined
  /** PKCS#1 type 1 block holding `value` bare, without DigestInfo, as IKEv1 signs HASH_I and HASH_R (RFC 2409 §5.1). */
  rsaRaw(spki: Uint8Array, value: Uint8Array, signature: Uint8Array): boolean | undefined
  rsaPss(spki: Uint8Array, pss: PssHashes, message: Uint8Array, signature: Uint8Array): boolean | undefined
  /** `form`: `raw` is r|s of fixed length (RFC 4754), `der` an ECDSA-Sig-Value (RFC 7427). `digest` is already hashed. */
  ecdsa(spki: Uint8Array, digest: Uint8Array, signature: Uint8Array, form: "raw" | "der"): boolean | undefined
  dsa(spki: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean | undefined
  eddsa(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | undefined
  /** ML-DSA and SLH-DSA with an empty context; `hashed` is the pre-hashed form (HashML-DSA, HashSLH-DSA), which signs otherwise. */
  pqc(spki: Uint8Array, message: Uint8Array, signature: Uint8Array, form: "pure" | "hashed"): boolean | undefined
  /** SM2 with SM3, which the default provider has not. */
  sm2?(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | undefined
}

/** What opens data packets, and all that a worker thread needs. */
export interface SymmetricProvider {
  readonly name: string
  readonly hash: Readonly<Partial<Record<HashId, Hash>>>
  readonly mac: Readonly<Partial<Record<MacId, Mac>>>
  readonly cipher: Readonly<Partial<Record<CipherId, Cipher>>>
  readonly aead: Readonly<Partial<Record<AeadId, Aead>>>
}

export interface CryptoProvider extends SymmetricProvider {
  readonly ke: Readonly<Partial<Record<KeId, KeyExchangeMethod>>>
  readonly verify: SignatureVerify
  /** RSA private-key decryption (PKCS#1 v1.5) for IKEv1 public-key encryption: PEM key, ciphertext. Undefined when it does not decrypt. */
  readonly rsaDecrypt?: (privateKeyPem: string, ciphertext: Uint8Array) => Uint8Array | undefined
  /** Follows TLS inside EAP with the keys of a log. Left out where a program must be small. */
  readonly tls?: FollowTls
}
