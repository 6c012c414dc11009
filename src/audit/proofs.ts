/** How each side of an IKE SA proves who it is: method, signature scheme, hash, and the signer's key. RFC 7296 §2.15, RFC 7427, RFC 2409 §5. */
import { describePublicKey, type PublicKeyInfo } from "../pki/algorithm.ts"
import { describeCertificate } from "../pki/certificate.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import { v1StateOf } from "../track/v1-state.ts"
import { v2StateOf } from "../track/v2-state.ts"
import type { AuthFact, SaFacts } from "./facts.ts"
import { rsaSignatureHash } from "./rsa-hash.ts"

export interface Proof {
  readonly side: Side
  /** `pre-shared key`, `RSA signature`, `digital signature`, `EAP`, `NULL` … */
  readonly method: string
  /** `RSASSA-PKCS1-v1_5`, `RSASSA-PSS`, `ECDSA`, `Ed25519`, `ML-DSA-87` …; null when it is no signature, or none was seen. */
  readonly scheme: string | null
  /** `SHA2-256`; `identity` where the scheme hashes by itself. */
  readonly hash: string | null
  /** Of an RSA key. */
  readonly bits: number | null
  /** `P-256`, `Ed25519`. */
  readonly curve: string | null
  readonly frame: number | null
}

const SIDES: readonly Side[] = ["initiator", "responder"]
const SIGNATURES: ReadonlySet<string> = new Set([
  "RSA signature",
  "DSS signature",
  "ECDSA signature",
  "digital signature",
])

export const isSignature = (method: string): boolean => SIGNATURES.has(method)

/** What is known of both sides. A rekeyed SA has none of its own: it stands on the proofs of the one before. */
export function proofsOf(sa: IkeSa, facts: SaFacts): Proof[] {
  if (sa.version === 1) return SIDES.flatMap(side => proofV1(sa, side, facts) ?? [])
  return SIDES.flatMap(side => facts.auth.filter(a => a.from === side).map(a => proofV2(sa, a)))
}

/** By IKEv2 Authentication Method; others are the report's name. RFC 7296 §3.8. */
function proofV2(sa: IkeSa, fact: AuthFact): Proof {
  const none = { side: fact.from, scheme: null, hash: null, bits: null, curve: null, frame: fact.frame }
  const { certificates, rawKeys } = v2StateOf(sa).said[fact.from]
  const key = keyOf(certificates[0], rawKeys[0])
  switch (fact.methodName) {
    case "RSA signature":
      return {
        ...none,
        method: fact.methodName,
        scheme: "RSASSA-PKCS1-v1_5",
        hash: (fact.signature && key && isRsa(key) && rsaSignatureHash(key.key, fact.signature)) || null,
        bits: rsaBits(key, fact.signature),
      }
    case "DSS signature":
      return { ...none, method: fact.methodName, scheme: "DSA", hash: "SHA1" }
    case "ECDSA signature":
      return { ...none, method: fact.methodName, scheme: "ECDSA", ...RFC_4754[fact.method] }
    case "digital signature":
      return { ...none, method: fact.methodName, ...digital(fact, key) }
    default:
      return { ...none, method: fact.methodName }
  }
}

/** Methods that are tied to a hash and a curve. RFC 4754 §7; the numbers are the same in IKEv1. */
const RFC_4754: Readonly<Record<number, { readonly hash: string; readonly curve: string }>> = {
  9: { hash: "SHA2-256", curve: "P-256" },
  10: { hash: "SHA2-384", curve: "P-384" },
  11: { hash: "SHA2-512", curve: "P-521" },
}

const SCHEMES: Readonly<Record<string, string>> = {
  "rsa-pkcs1": "RSASSA-PKCS1-v1_5",
  "rsa-pss": "RSASSA-PSS",
  ecdsa: "ECDSA",
  dsa: "DSA",
  ed25519: "Ed25519",
  ed448: "Ed448",
}

/** RFC 7427: the AlgorithmIdentifier says scheme and hash, the key the rest. */
function digital({ algorithm, scheme, hash, signature }: AuthFact, key: PublicKeyInfo | undefined) {
  const name = (scheme && SCHEMES[scheme]) ?? algorithm
  const rsa = scheme === "rsa-pkcs1" || scheme === "rsa-pss"
  const edwards = scheme === "ed25519" || scheme === "ed448"
  return {
    scheme: name ?? null,
    hash,
    bits: rsa ? rsaBits(key, signature) : null,
    curve: edwards ? (name ?? null) : scheme === "ecdsa" ? (key?.curve ?? null) : null,
  }
}

interface MethodV1 {
  readonly initiator: string
  readonly responder: string
}
const both = (method: string): MethodV1 => ({ initiator: method, responder: method })

/** RFC 2409 App. A, RFC 4754, draft-ietf-ipsec-isakmp-hybrid-auth-05 §3, draft-ietf-ipsec-isakmp-xauth-06 §7.2. */
const METHODS_V1: Readonly<Record<number, MethodV1>> = {
  1: both("pre-shared key"),
  2: both("DSS signature"),
  3: both("RSA signature"),
  4: both("RSA encryption"),
  5: both("RSA encryption"),
  9: both("ECDSA signature"),
  10: both("ECDSA signature"),
  11: both("ECDSA signature"),
  // Hybrid mode: only the gateway signs, the client proves itself by XAUTH behind it.
  64221: { initiator: "XAUTH", responder: "RSA signature" },
  64222: { initiator: "RSA signature", responder: "XAUTH" },
  64223: { initiator: "XAUTH", responder: "DSS signature" },
  64224: { initiator: "DSS signature", responder: "XAUTH" },
  65001: both("pre-shared key"),
  65002: both("pre-shared key"),
  65003: both("DSS signature"),
  65004: both("DSS signature"),
  65005: both("RSA signature"),
  65006: both("RSA signature"),
  65007: both("RSA encryption"),
  65008: both("RSA encryption"),
  65009: both("RSA encryption"),
  65010: both("RSA encryption"),
}

/** In IKEv1 the method is chosen in the clear; signatures and certificates come encrypted in Main Mode. */
function proofV1(sa: IkeSa, side: Side, facts: SaFacts): Proof | undefined {
  const state = v1StateOf(sa)
  const number = state.answer?.authMethod
  const method = number === undefined ? undefined : METHODS_V1[number]?.[side]
  if (number === undefined || method === undefined || sa.choice === null) return undefined
  const sent = facts.auth.find(a => a.from === side)
  const key = keyOf(state.certificates[side][0], undefined)
  const signed = isSignature(method)
  return {
    side,
    method,
    scheme: signed ? schemeV1(method) : null,
    // RSA signs the bare HASH, made with the negotiated hash (RFC 2409 §5.1).
    hash: signed ? (RFC_4754[number]?.hash ?? (method === "DSS signature" ? "SHA1" : sa.choice.names.hash)) : null,
    bits: method === "RSA signature" ? rsaBits(key, sent?.signature ?? null) : null,
    curve: RFC_4754[number]?.curve ?? null,
    frame: sent?.frame ?? sa.choice.frame,
  }
}

const schemeV1 = (method: string): string =>
  method === "RSA signature" ? "RSASSA-PKCS1-v1_5" : method === "DSS signature" ? "DSA" : "ECDSA"

const keyOf = (certificate: Uint8Array | undefined, raw: Uint8Array | undefined): PublicKeyInfo | undefined =>
  raw ? describePublicKey(raw) : certificate && describeCertificate(certificate)?.publicKey

const isRsa = (key: PublicKeyInfo): boolean => key.algorithm === "RSA" || key.algorithm === "RSASSA-PSS"

/** A signature is as long as its modulus. RFC 8017 §8. */
const rsaBits = (key: PublicKeyInfo | undefined, signature: Uint8Array | null): number | null =>
  (key && isRsa(key) ? key.bits : undefined) ?? (signature ? signature.length * 8 : null)

/** `RSA signature (RSASSA-PKCS1-v1_5, SHA2-256, RSA-2048)`. */
export function proofText({ method, scheme, hash, bits, curve }: Proof): string {
  const parts = [
    scheme,
    hash === "identity" ? null : hash,
    bits === null ? null : `RSA-${bits}`,
    curve === scheme ? null : curve,
  ].filter(p => p !== null)
  return parts.length > 0 ? `${method} (${parts.join(", ")})` : method
}
