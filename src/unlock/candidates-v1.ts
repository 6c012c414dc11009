/** Key sets that may be an IKEv1 SA's, by its authentication method, from every kind of secret. RFC 2409 §5, App. B. */
import { equal } from "../bytes/bytes.ts"
import { hexBytes } from "../bytes/hex.ts"
import type { Encr, HashAlgorithm, Prf } from "../crypto/algorithms.ts"
import { encrFromKeyLength } from "../crypto/encr.ts"
import { hashByName } from "../crypto/prf.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { Nonces } from "../keys/context.ts"
import { hashI, hashR } from "../keys/hash-v1.ts"
import {
  deriveSkeyids,
  encryptionKey,
  type Phase1Context,
  skeyidPsk,
  skeyidPublicKey,
  skeyidSignature,
} from "../keys/ikev1.ts"
import type { Step } from "../keys/step.ts"
import type { OpenedV1 } from "../open/ike-v1.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import type { IkeSaSecret, Origin } from "../secrets/secrets.ts"
import type { Exchange } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import type { SealedMessageV1 } from "../track/sealed-message.ts"
import type { IkeChoice } from "../track/suite.ts"
import { isPhase1 } from "../track/v1-messages.ts"
import { isPskMethod, isPublicKeyMethod } from "../track/v1-methods.ts"
import { type AnswerV1, type Exchanged, offersOf, otherPairs, prfOfPhase1, type V1State } from "../track/v1-state.ts"
import type { KeyStatus } from "../track/vocabulary.ts"
import type { Pool } from "./pool.ts"

export interface CandidateV1 {
  /** `skeyid`, `skeyid_d`, `skeyid_a`, `skeyid_e`, `encryption_key`, as far as they follow. */
  readonly values: Record<string, Uint8Array>
  readonly steps: Step[]
  readonly prf: Prf | undefined
  readonly hash: HashAlgorithm | undefined
  /** Where the negotiation was missed: the cipher that the keys file names. */
  readonly encr?: Encr
  readonly from: string
  readonly status: KeyStatus
  readonly origins: readonly Origin[]
  /** g^xy, where it went in. */
  readonly shared?: Uint8Array
  /** The key exchange and the nonces that it was made from, where they are others than the first that came. */
  readonly exchanged?: Exchanged
  /** The answer that it was made by, where it is not the last that came. */
  readonly answer?: AnswerV1
  /** Whether what was opened bears the keys out, beyond reading as IKE. */
  accepts(sealed: SealedMessageV1, opened: OpenedV1): boolean
  taken(): void
}

export interface V1Source {
  readonly sa: IkeSa
  readonly state: V1State
  readonly given: readonly IkeSaSecret[]
  readonly pool: Pool
  readonly provider: CryptoProvider
  /** Of the shared secrets only the next few that nothing was opened with; all when absent. */
  readonly few?: number
  /** What the answer chose; what the SA has, where absent. */
  readonly choice?: IkeChoice
}

const choiceOf = ({ sa, choice }: V1Source): IkeChoice | null => choice ?? sa.choice

/** Every key set that the secrets allow, by the last answer that came in the clear, then by each other one. */
export function* candidatesV1(source: V1Source): Generator<CandidateV1> {
  yield* candidatesBy(source)
  for (const answer of source.state.otherAnswers)
    for (const candidate of candidatesBy({ ...source, state: { ...source.state, answer }, choice: answer.choice }))
      yield { ...candidate, answer }
}

/** From the first messages that came, then from every other pair of them. */
function* candidatesBy(source: V1Source): Generator<CandidateV1> {
  yield* candidatesOf(source)
  for (const exchanged of otherPairs(source.state))
    for (const candidate of candidatesOf({ ...source, state: { ...source.state, ...exchanged } }))
      yield { ...candidate, exchanged }
}

/** Keys given for these cookies first. */
function* candidatesOf(source: V1Source): Generator<CandidateV1> {
  for (const entry of source.given) yield* givenKeys(source, entry)
  const phase1 = phase1Of(source)
  if (!phase1) return
  for (const { skeyid, origins } of skeyids(source, phase1))
    for (const shared of sharedSecrets(source))
      yield derived(source, phase1, skeyid(shared.value), {
        ...shared,
        origins: [...shared.origins, ...origins],
        from: shared.origins[0]?.kind ?? "dh_shared",
      })
}

interface Phase1 {
  readonly context: Phase1Context
  readonly nonces: Nonces
  readonly hash: HashAlgorithm
}

/** What phase 1 has shown of the values that keys are made from. */
function phase1Of({ sa, state, provider }: V1Source): Phase1 | undefined {
  const prf = prfOfPhase1(state)
  const [ckyI, ckyR] = [hexBytes(sa.spiI), hexBytes(sa.spiR)]
  const hash = state.answer?.hash
  if (!hash || !prf || !provider.mac[prf.mac]) return undefined
  const { initiator, responder } = state.nonce
  const sealed = isPublicKeyMethod(state.answer?.authMethod) && !(state.unsealed.initiator && state.unsealed.responder)
  if (sealed) return undefined
  if (!initiator || !responder) return undefined
  const nonces = { ni: initiator.bytes, nr: responder.bytes, frameI: initiator.frame, frameR: responder.frame }
  return { context: { prf, provider, ckyI, ckyR }, nonces, hash }
}

interface SkeyidChoice {
  readonly skeyid: (shared: Uint8Array) => Step
  readonly origins: readonly Origin[]
}

/** SKEYID by method: one for each PSK, or the one that signatures and public keys give. */
function* skeyids({ state, pool, provider }: V1Source, { context, nonces, hash }: Phase1): Generator<SkeyidChoice> {
  if (isPskMethod(state.answer?.authMethod)) {
    for (const psk of pool.secrets.psks)
      yield { skeyid: () => skeyidPsk(context, psk.value, nonces), origins: [psk.origin] }
  } else if (isPublicKeyMethod(state.answer?.authMethod)) {
    const h = hash.hash && provider.hash[hash.hash]
    if (h) yield { skeyid: () => skeyidPublicKey(context, h, nonces), origins: [] }
  } else yield { skeyid: shared => skeyidSignature(context, nonces, shared), origins: [] }
}

/** The pre-shared keys of the pool from which this SKEYID follows; SKEYID = prf(PSK, Ni | Nr) needs no Diffie-Hellman. */
export function pskOrigins(source: V1Source, skeyid: Uint8Array, most: number): Origin[] {
  const phase1 = phase1Of(source)
  if (!phase1 || !isPskMethod(source.state.answer?.authMethod)) return []
  const { context, nonces } = phase1
  const psks = source.pool.secrets.psks.slice(0, most)
  return psks.filter(psk => equal(skeyidPsk(context, psk.value, nonces).out, skeyid)).map(psk => psk.origin)
}

/** A g^xy, where it came from, and what is done once it is proved. */
interface Shared {
  readonly value: Uint8Array
  readonly origins: readonly Origin[]
  readonly taken: () => void
}

function* sharedSecrets({ state, given, pool, few }: V1Source): Generator<Shared> {
  for (const entry of given)
    if (entry.values.dh_shared) yield { value: entry.values.dh_shared, origins: [entry.origin], taken: () => {} }
  const { initiator, responder } = state.ke
  const group = state.answer?.group
  if (!initiator || !responder || group === undefined) return
  const pair = {
    group,
    i: initiator.bytes,
    r: responder.bytes,
    frameI: initiator.frame,
    frameR: responder.frame,
  }
  for (const shared of pool.shared(pair, few)) {
    yield { ...shared, taken: () => pool.takeShared(shared) }
    if (shared.proven) return
  }
}

function derived(
  source: V1Source,
  { context, hash }: Phase1,
  skeyid: Step,
  { value: shared, origins, from, taken }: Shared & { readonly from: string },
): CandidateV1 {
  const keys = deriveSkeyids(context, skeyid.out, shared)
  const encr = choiceOf(source)?.encr
  const ka = encr && encryptionKey(context, keys.values.skeyid_e, encr)
  return {
    values: { ...keys.values, ...(ka ? { encryption_key: ka.out } : {}) },
    steps: [skeyid, ...keys.steps, ...(ka ? [ka] : [])],
    prf: context.prf,
    hash,
    from,
    status: "derived",
    origins,
    shared,
    accepts: ({ exchange, record }, opened) =>
      readsAs(exchange, context, opened) &&
      hashHolds(source, { exchange, from: record.from, opened }, context, skeyid.out) !== false,
    taken,
  }
}

/** Keys that a file gives for these cookies: Ka, SKEYID_e, or SKEYID with g^xy. */
function* givenKeys(source: V1Source, entry: IkeSaSecret): Generator<CandidateV1> {
  const { state, sa, provider } = source
  const chosen = choiceOf(source)?.encr
  const hash = state.answer?.hash ?? (entry.prf === undefined ? undefined : hashByName(entry.prf.replace(/^HMAC-/, "")))
  const prf = state.answer?.hash ? prfOfPhase1(state) : hash?.prf
  const { values } = entry
  const [ckyI, ckyR] = [hexBytes(sa.spiI), hexBytes(sa.spiR)]
  const context = prf && provider.mac[prf.mac] ? { prf, provider, ckyI, ckyR } : undefined
  const common = { prf, hash, origins: [entry.origin], from: "ike_sas", accepts: () => true, taken: () => {} }
  if (values.skeyid && context && !values.skeyid_e) {
    for (const shared of sharedSecrets(source)) {
      const keys = deriveSkeyids(context, values.skeyid, shared.value)
      const ka = chosen && encryptionKey(context, keys.values.skeyid_e, chosen)
      if (ka)
        yield {
          ...common,
          values: { ...keys.values, encryption_key: ka.out },
          steps: [...keys.steps, ka],
          status: "derived",
          origins: [entry.origin, ...shared.origins],
          shared: shared.value,
          taken: shared.taken,
        }
    }
  }
  const named = entry.encr
  const encr =
    chosen ?? (named === undefined ? undefined : encrFromKeyLength(named, values.encryption_key?.length ?? 0))
  const ka =
    values.encryption_key?.slice(0, encr?.keyBytes) ??
    (values.skeyid_e && context && encr ? encryptionKey(context, values.skeyid_e, encr).out : undefined)
  if (!ka) return
  const names = ["skeyid", "skeyid_d", "skeyid_a", "skeyid_e"] as const
  const known = Object.fromEntries(names.flatMap(n => (values[n] ? [[n, values[n]]] : [])))
  yield { ...common, values: { ...known, encryption_key: ka }, steps: [], encr, status: "given" }
}

/** Phase 1 messages have a HASH or SIG, those of other exchanges begin with a HASH of the prf's length: noise seldom does. */
function readsAs(exchange: Exchange, context: Phase1Context, { payloads }: OpenedV1): boolean {
  if (isPhase1(exchange.type)) return payloads.some(p => p.type === PAYLOAD_V1.HASH || p.type === PAYLOAD_V1.SIG)
  const [first] = payloads
  return first.type === PAYLOAD_V1.HASH && first.end - first.start === 4 + context.prf.outBytes
}

/** HASH_I or HASH_R of an opened phase 1 message under these keys; undefined when it carries none. */
function hashHolds(
  { sa, state }: V1Source,
  { exchange, from, opened }: { readonly exchange: Exchange; readonly from: Side; readonly opened: OpenedV1 },
  context: Phase1Context,
  skeyid: Uint8Array,
): boolean | undefined {
  if (!isPhase1(exchange.type)) return undefined
  const body = (type: number) => {
    const p = opened.payloads.find(x => x.type === type)
    return p && opened.opened.clear.bytes.subarray(p.start + 4, p.end)
  }
  const hash = body(PAYLOAD_V1.HASH)
  const id = body(PAYLOAD_V1.ID) ?? state.id[from]?.bytes
  const { initiator, responder } = state.ke
  if (!hash || !id || !initiator || !responder || !state.sa) return undefined
  const { ckyI, ckyR } = context
  const expected = from === "initiator" ? hashI : hashR
  const holds = offersOf(state).some(sai => {
    const transcript = { gxi: initiator.bytes, gxr: responder.bytes, ckyI, ckyR, sai: sai.bytes }
    return equal(hash, expected(context, skeyid, transcript, id))
  })
  // Hybrid initiators and signers send other proofs: only where both sides send a HASH does a wrong one mean a wrong key.
  const both = isPskMethod(state.answer?.authMethod) || isPublicKeyMethod(state.answer?.authMethod)
  return sa.choice && !both ? undefined : holds
}
