/** Phase 1 keys of IKEv1. RFC 2409 §5, App. B. */
import { concat } from "../bytes/bytes.ts"
import type { Encr } from "../crypto/algorithms.ts"
import type { Hash } from "../crypto/provider.ts"
import { type Nonces, nonceInputs, type PrfContext, prfFunction } from "./context.ts"
import { isWeakDesKey } from "./des-weak-keys.ts"
import type { Derived } from "./ikev2.ts"
import type { Step, StepInput, Use } from "./step.ts"

/** The prf is the negotiated one, else HMAC of the negotiated hash; cookies have 8 bytes each. */
export interface Phase1Context extends PrfContext {
  readonly ckyI: Uint8Array
  readonly ckyR: Uint8Array
}

export type SkeyidName = "skeyid" | "skeyid_d" | "skeyid_a" | "skeyid_e"

/** SKEYID = prf(Ni_b | Nr_b, g^xy): signatures, and the hybrid methods. RFC 2409 §5, draft-ietf-ipsec-isakmp-hybrid-auth. */
export const skeyidSignature = (context: PrfContext, nonces: Nonces, shared: Uint8Array): Step =>
  skeyid(
    "prf(Ni_b | Nr_b, g^xy)",
    [...nonceInputs(nonces), G_XY],
    prfFunction(context)(concat(nonces.ni, nonces.nr))(shared),
  )

/** SKEYID = prf(pre-shared-key, Ni_b | Nr_b): pre-shared keys, with XAUTH or without. RFC 2409 §5. */
export const skeyidPsk = (context: PrfContext, psk: Uint8Array, nonces: Nonces): Step =>
  skeyid(
    "prf(pre-shared-key, Ni_b | Nr_b)",
    [{ name: "pre-shared-key" }, ...nonceInputs(nonces)],
    prfFunction(context)(psk)(concat(nonces.ni, nonces.nr)),
  )

/** SKEYID = prf(hash(Ni_b | Nr_b), CKY-I | CKY-R): public key encryption, plain and revised; nonces decrypted. RFC 2409 §5. */
export const skeyidPublicKey = (context: Phase1Context, hash: Hash, nonces: Nonces): Step =>
  skeyid(
    "prf(hash(Ni_b | Nr_b), CKY-I | CKY-R)",
    [...nonceInputs(nonces), ...COOKIES],
    prfFunction(context)(hash(concat(nonces.ni, nonces.nr)))(concat(context.ckyI, context.ckyR)),
  )

/** SKEYID_d, SKEYID_a and SKEYID_e, each fed into the next. RFC 2409 §5. */
export function deriveSkeyids(
  context: Phase1Context,
  skeyidValue: Uint8Array,
  shared: Uint8Array,
): Derived<SkeyidName> {
  const prf = prfFunction(context)(skeyidValue)
  const tail = concat(shared, context.ckyI, context.ckyR)
  const skeyid_d = prf(concat(tail, Uint8Array.of(0)))
  const skeyid_a = prf(concat(skeyid_d, tail, Uint8Array.of(1)))
  const skeyid_e = prf(concat(skeyid_a, tail, Uint8Array.of(2)))
  const step = (name: string, use: Use, before: string, n: number, out: Uint8Array): Step => ({
    name,
    use,
    formula: `prf(SKEYID, ${before}g^xy | CKY-I | CKY-R | ${n})`,
    rfc: RFC,
    inputs: [{ name: "SKEYID" }, ...(before ? [{ name: before.slice(0, -3) }] : []), G_XY, ...COOKIES],
    out,
  })
  return {
    values: { skeyid: skeyidValue, skeyid_d, skeyid_a, skeyid_e },
    steps: [
      step("SKEYID_d", "derive", "", 0, skeyid_d),
      step("SKEYID_a", "prove", "SKEYID_d | ", 1, skeyid_a),
      step("SKEYID_e", "encrypt", "SKEYID_a | ", 2, skeyid_e),
    ],
  }
}

/**
 * The key that protects phase 1: the beginning of SKEYID_e, or of Ka = K1 | K2 | … with K1 = prf(SKEYID_e, 0) and Kn = prf(SKEYID_e, Kn-1)
 * where SKEYID_e is too short. DES takes the first eight bytes that make no weak or semi-weak key. RFC 2409 App. B.
 */
export function encryptionKey(context: PrfContext, skeyidE: Uint8Array, encr: Encr): Step {
  const expanded = encr.keyBytes > skeyidE.length
  const material = expanded ? expandKa(context, skeyidE, encr.keyBytes) : skeyidE
  return {
    name: "Ka",
    use: "encrypt",
    formula: expanded ? "K1 | K2 | …, K1 = prf(SKEYID_e, 0), Kn = prf(SKEYID_e, Kn-1)" : "SKEYID_e",
    rfc: "RFC 2409 App. B",
    inputs: [{ name: "SKEYID_e" }],
    out: encr.cipher === "des-cbc" ? strongDesKey(material) : material.slice(0, encr.keyBytes),
  }
}

/** K1 | K2 | …, at least `length` bytes; the same expansion serves revised public-key encryption from Ne (RFC 2409 §5.3). */
function expandKa(context: PrfContext, key: Uint8Array, length: number): Uint8Array {
  const prf = prfFunction(context)(key)
  const blocks: Uint8Array[] = []
  let last: Uint8Array = Uint8Array.of(0)
  for (let have = 0; have < length; have += last.length) {
    last = prf(last)
    blocks.push(last)
  }
  return concat(...blocks)
}

/** Ne_i = prf(Ni_b, CKY-I), or Ne_r = prf(Nr_b, CKY-R); expanded to the cipher's key length when that is longer. RFC 2409 §5.3. */
export function revisedEncryptionKey(
  context: PrfContext,
  nonce: Uint8Array,
  cookie: Uint8Array,
  encr: Encr,
): Uint8Array {
  const ne = prfFunction(context)(nonce)(cookie)
  return (encr.keyBytes > ne.length ? expandKa(context, ne, encr.keyBytes) : ne).slice(0, encr.keyBytes)
}

function strongDesKey(material: Uint8Array): Uint8Array {
  let at = 0
  while (at + 16 <= material.length && isWeakDesKey(material.subarray(at, at + 8))) at += 8
  return material.slice(at, at + 8)
}

/** IV of phase 1: the beginning of hash(g^xi | g^xr), one block. RFC 2409 App. B. */
export const phase1Iv = (hash: Hash, gxi: Uint8Array, gxr: Uint8Array, blockBytes: number): Uint8Array =>
  hash(concat(gxi, gxr)).slice(0, blockBytes)

/** First IV of a phase 2 exchange: the beginning of hash(last phase 1 ciphertext block | M-ID), one block. RFC 2409 App. B. */
export const phase2Iv = (
  hash: Hash,
  lastPhase1Block: Uint8Array,
  messageId: Uint8Array,
  blockBytes: number,
): Uint8Array => hash(concat(lastPhase1Block, messageId)).slice(0, blockBytes)

const RFC = "RFC 2409 §5"
const G_XY: StepInput = { name: "g^xy", shared: "g^xy" }
const COOKIES: readonly StepInput[] = [{ name: "CKY-I" }, { name: "CKY-R" }]
const skeyid = (formula: string, inputs: readonly StepInput[], out: Uint8Array): Step => ({
  name: "SKEYID",
  use: "seed",
  formula,
  rfc: RFC,
  inputs,
  out,
})
