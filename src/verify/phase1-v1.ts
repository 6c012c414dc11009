/** `ikev1-hash-i`, `-r`, `ikev1-sig-i`, `-r`: what authenticates phase 1. RFC 2409 §5, RFC 4754, draft-ietf-ipsec-isakmp-hybrid-auth. */
import { equal } from "../bytes/bytes.ts"
import { hexBytes } from "../bytes/hex.ts"
import { prfByName } from "../crypto/prf.ts"
import type { CryptoProvider, HashId } from "../crypto/provider.ts"
import type { Nonces, PrfContext } from "../keys/context.ts"
import { hashI, hashR, type Phase1Transcript } from "../keys/hash-v1.ts"
import { skeyidPsk, skeyidSignature } from "../keys/ikev1.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import { isPskMethod, isPublicKeyMethod } from "../track/v1-methods.ts"
import { type Exchanged, offersOf, otherPairs, prfOfPhase1, type V1State } from "../track/v1-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { Pool } from "../unlock/pool.ts"
import { signerKeys } from "./certificates.ts"
import { type CheckResult, fail, pass, skipped } from "./check.ts"

export interface Phase1Input {
  readonly sa: IkeSa
  readonly state: V1State
  readonly from: Side
  readonly whole: WholeMessage
  /** SKEYID once it is proved. */
  readonly skeyid: Uint8Array | undefined
  readonly pool: Pool
  readonly provider: CryptoProvider
}

/** The check of a phase 1 message that carries HASH or SIG, and the secrets under which it holds. */
export interface VerifiedPhase1 {
  readonly check: CheckResult
  readonly used: readonly Origin[]
  /** The pair of messages under which it holds, where that is not the current one. */
  readonly exchanged?: Exchanged
}

/** A pair of messages that phase 1 may have been made from, each time with another offer. */
interface Reading extends Phase1Input {
  readonly exchanged?: Exchanged
}

/** Shared secrets and pairs of messages that are tried on one signature. */
const MAX_SKEYIDS = 8

/** Undefined for a message that carries neither. */
export function verifyPhase1(input: Phase1Input): VerifiedPhase1 | undefined {
  const proof = input.whole.payloads.find(p => p.type === PAYLOAD_V1.HASH || p.type === PAYLOAD_V1.SIG)
  if (!proof || isCertificateHash(input)) return undefined
  const claimed = proof.src.bytes.subarray(proof.start + 4, proof.end)
  const result = proof.type === PAYLOAD_V1.SIG ? signature(input, claimed) : hash(input, claimed)
  return "check" in result ? result : { check: result, used: [] }
}

/** With public-key encryption the initiator's HASH beside its nonce names the certificate that it encrypts to. RFC 2409 §5.2. */
const isCertificateHash = ({ state, from, whole }: Phase1Input): boolean =>
  isPublicKeyMethod(state.answer?.authMethod) &&
  from === "initiator" &&
  whole.payloads.some(p => p.type === PAYLOAD_V1.NONCE)

function hash(input: Phase1Input, claimed: Uint8Array): CheckResult | VerifiedPhase1 {
  const { state, from, whole, pool } = input
  const id = from === "initiator" ? "ikev1-hash-i" : "ikev1-hash-r"
  const rfc = isPublicKeyMethod(state.answer?.authMethod) ? "RFC 2409 §5.2" : "RFC 2409 §5"
  if (state.exchangeType === EXCHANGE_V1.BASE)
    return skipped(id, rfc, whole.datagram, "no RFC says what Base Mode hashes")
  const context = contextOf(input)
  if (!context || !transcriptOf(input))
    return skipped(id, rfc, whole.datagram, "phase 1 is not whole in the capture, or its hash is not computed here")
  const matches = (skeyid: Uint8Array) =>
    offeredIn(input).some(reading => {
      const value = expectedHash(reading, context, skeyid)
      return value !== undefined && equal(value, claimed)
    })
  if (input.skeyid)
    return matches(input.skeyid)
      ? pass(id, rfc, whole.datagram)
      : fail(id, rfc, whole.datagram, "the HASH payload does not match under SKEYID")
  const nonces = noncesOf(state)
  if (!isPskMethod(state.answer?.authMethod) || !nonces) return skipped(id, rfc, whole.datagram, noSkeyid(state))
  const psks = pool.secrets.psks
  if (psks.length === 0) return skipped(id, rfc, whole.datagram, "the pre-shared key is missing")
  // SKEYID = prf(PSK, Ni | Nr) needs no Diffie-Hellman: Aggressive Mode shows whether the PSK is right (RFC 2409 §5.4).
  // Of several key exchanges in the clear the one under which it holds is the genuine one.
  const readings = pairsIn(input).flatMap(offeredIn)
  const holdsIn = (reading: Reading, key: Uint8Array): boolean => {
    const made = noncesOf(reading.state)
    const value = made && expectedHash(reading, context, skeyidPsk(context, key, made).out)
    return value !== undefined && equal(value, claimed)
  }
  for (const psk of psks) {
    const reading = readings.find(r => holdsIn(r, psk.value))
    if (reading) return { check: pass(id, rfc, whole.datagram), used: [psk.origin], exchanged: reading.exchanged }
  }
  return fail(id, rfc, whole.datagram, "the HASH payload matches under no given pre-shared key")
}

const noSkeyid = (state: V1State): string =>
  isPublicKeyMethod(state.answer?.authMethod)
    ? "SKEYID is not known: the RSA private keys that open the nonces are missing"
    : "SKEYID is not known: a DH secret is missing"

/** SIG_I or SIG_R over HASH_I or HASH_R. RFC 2409 §5.1. */
function signature(input: Phase1Input, claimed: Uint8Array): CheckResult | VerifiedPhase1 {
  const { sa, state, from, whole, pool } = input
  const id = from === "initiator" ? "ikev1-sig-i" : "ikev1-sig-r"
  const rfc = "RFC 2409 §5.1"
  const context = contextOf(input)
  if (!context || !transcriptOf(input)) return skipped(id, rfc, whole.datagram, noSkeyid(state))
  const tries = input.skeyid ? [{ reading: input, skeyid: input.skeyid, origins: NONE }] : skeyidsIn(input, context)
  if (tries.length === 0) return skipped(id, rfc, whole.datagram, noSkeyid(state))
  let known = false
  let checked = false
  for (const { reading, skeyid, origins } of tries) {
    const keys = signerKeys(reading.state.certificates[from], [], reading.state.id[from]?.bytes ?? null, pool)
    for (const key of keys)
      for (const { exchanged, ...offered } of offeredIn(reading)) {
        known = true
        const held = holds(offered, context, skeyid, { spki: key.spki, claimed })
        if (held !== undefined) checked = true
        if (held) return { check: pass(id, rfc, whole.datagram), used: [...key.origins, ...origins], exchanged }
      }
  }
  if (!known) return skipped(id, rfc, whole.datagram, `the certificate of ${sa.ids[from]?.value ?? from} is missing`)
  if (!checked) return skipped(id, rfc, whole.datagram, "the signature algorithm is not computed here")
  // A shared secret that nothing proves may be another SA's.
  if (!input.skeyid)
    return skipped(id, rfc, whole.datagram, "SKEYID is not known: it verifies under no given DH secret")
  return fail(id, rfc, whole.datagram, "the signature does not match HASH under the certificate")
}

const NONE: readonly Origin[] = []

/** What SKEYID may be where nothing encrypted has proved it: by each pair of messages, and each given shared secret. RFC 2409 §5.1. */
function skeyidsIn(
  input: Phase1Input,
  context: PrfContext,
): { readonly reading: Reading; readonly skeyid: Uint8Array; readonly origins: readonly Origin[] }[] {
  const found: ReturnType<typeof skeyidsIn> = []
  for (const reading of pairsIn(input)) {
    const { ke, answer } = reading.state
    const nonces = noncesOf(reading.state)
    const { initiator, responder } = ke
    if (!initiator || !responder || !nonces || answer?.group === undefined) continue
    const pair = {
      group: answer.group,
      i: initiator.bytes,
      r: responder.bytes,
      frameI: initiator.frame,
      frameR: responder.frame,
    }
    for (const { value, origins } of input.pool.shared(pair, MAX_SKEYIDS)) {
      if (found.length === MAX_SKEYIDS) return found
      found.push({ reading, skeyid: skeyidSignature(context, nonces, value).out, origins })
    }
  }
  return found
}

function holds(
  input: Phase1Input,
  context: PrfContext,
  skeyid: Uint8Array,
  { spki, claimed }: { readonly spki: Uint8Array; readonly claimed: Uint8Array },
): boolean | undefined {
  const { verify } = input.provider
  const value = expectedHash(input, context, skeyid)
  if (!value) return undefined
  // RSA: a private-key encryption of the bare HASH, no DigestInfo (RFC 2409 §5.1).
  const rsa = verify.rsaRaw(spki, value, claimed)
  if (rsa !== undefined) return rsa
  // Algorithms that are tied to a hash use its HMAC for HASH (RFC 2409 §5.1, RFC 4754 §7).
  const tied = (["sha1", "sha2-256", "sha2-384", "sha2-512"] as const).flatMap(h => tiedHash(input, h, skeyid, value))
  const results = tied.flatMap(digest => [
    verify.ecdsa(spki, digest, claimed, "raw"),
    verify.dsa(spki, digest, claimed),
  ])
  return results.includes(true) ? true : results.includes(false) ? false : undefined
}

/** What ECDSA or DSA may have signed: HASH under the tied hash's HMAC, and the hash of HASH as most implementations do. */
function tiedHash(input: Phase1Input, hash: HashId, skeyid: Uint8Array, value: Uint8Array): Uint8Array[] {
  const { provider } = input
  const prf = prfByName(`HMAC-${hash.toUpperCase()}`)
  const h = provider.hash[hash]
  const keyed = prf && provider.mac[prf.mac] ? expectedHash(input, { prf, provider }, skeyid) : undefined
  return [...(keyed ? [keyed] : []), ...(h ? [h(value)] : [])]
}

/** The same with each other pair of messages: of several key exchanges in the clear one is the genuine one. */
const pairsIn = (input: Phase1Input): Reading[] => [
  input,
  ...[...otherPairs(input.state)].map(exchanged => ({ ...input, state: { ...input.state, ...exchanged }, exchanged })),
]

/** The same with each SA payload that the initiator may have sent. */
const offeredIn = (input: Reading): Reading[] =>
  offersOf(input.state).map(sa => ({ ...input, state: { ...input.state, sa } }))

function contextOf({ state, provider }: Phase1Input): PrfContext | undefined {
  const prf = prfOfPhase1(state)
  return prf && provider.mac[prf.mac] ? { prf, provider } : undefined
}

function transcriptOf({ sa, state }: Phase1Input): Phase1Transcript | undefined {
  const { initiator, responder } = state.ke
  if (!state.sa || !initiator || !responder) return undefined
  const [ckyI, ckyR] = [hexBytes(sa.spiI), hexBytes(sa.spiR)]
  return { gxi: initiator.bytes, gxr: responder.bytes, ckyI, ckyR, sai: state.sa.bytes }
}

function expectedHash(input: Phase1Input, context: PrfContext, skeyid: Uint8Array): Uint8Array | undefined {
  const id = input.state.id[input.from]
  const transcript = transcriptOf(input)
  if (!id || !transcript) return undefined
  return (input.from === "initiator" ? hashI : hashR)(context, skeyid, transcript, id.bytes)
}

function noncesOf({ nonce }: V1State): Nonces | undefined {
  return nonce.initiator && nonce.responder ? { ni: nonce.initiator.bytes, nr: nonce.responder.bytes } : undefined
}
