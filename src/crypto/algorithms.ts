/** Algorithm facts, one row per algorithm: what a negotiated transform means in bytes. Names are the contract's. */
import type { AeadId, CipherId, HashId, KeId, MacId } from "./provider.ts"

/** An encryption algorithm with its key length settled. All lengths in bytes. */
export interface Encr {
  /** `AES-CBC-256`, `AES-GCM-16-256`, `CHACHA20-POLY1305`, `NULL`. */
  readonly name: string
  readonly cipher?: CipherId
  readonly aead?: AeadId
  /** Key without salt. */
  readonly keyBytes: number
  /** Salt or nonce taken from the keying material behind the key. */
  readonly saltBytes: number
  /** IV on the wire; 0 for NULL and for implicit-IV variants (RFC 8750). */
  readonly ivBytes: number
  readonly blockBytes: number
  /** ICV of an AEAD; 0 otherwise. */
  readonly icvBytes: number
  /** `gmac`: authenticates only (RFC 4543). `implicit-iv`: IV is the sequence number (RFC 8750). */
  readonly variant?: "gmac" | "implicit-iv"
}

/** An integrity algorithm. */
export interface Integ {
  readonly name: string
  readonly mac?: MacId
  /** AES-GMAC as integrity (AH, RFC 4543): key with salt, IV in front of the ICV. */
  readonly gmac?: boolean
  readonly keyBytes: number
  readonly icvBytes: number
}

/** A pseudorandom function. RFC 7296 §2.13. */
export interface Prf {
  readonly name: string
  readonly mac: MacId
  /** Output, and preferred key length. */
  readonly outBytes: number
  readonly keyBytes: number
  /** True for AES128-XCBC and AES128-CMAC when used with fixed-length key rules (RFC 7296 §2.14: 64 bits of each nonce). */
  readonly fixedKey: boolean
}

/** A key exchange method. */
export interface Ke {
  readonly name: string
  /** IKEv2 Transform ID, which IKEv1 shares. */
  readonly id: number
  readonly ke?: KeId
}

/** A hash of IKEv1's phase 1. */
export interface HashAlgorithm {
  readonly name: string
  readonly hash?: HashId
  /** HMAC of the hash: the prf of an IKEv1 SA that negotiated none. RFC 2409 §4. */
  readonly prf?: Prf
}
