/** Key sets that may be an IKEv2 SA's, made from every kind of secret: surest first. RFC 7296 §2.14, §2.18, RFC 9370, RFC 9867, RFC 5723. */

import { hexBytes } from "../bytes/hex.ts"
import type { Prf } from "../crypto/algorithms.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { offersPrf, type PrfContext } from "../keys/context.ts"
import {
  skeyseedInitial,
  skeyseedIntermediate,
  skeyseedPpkIntermediate,
  skeyseedRekey,
  skeyseedResumption,
  skeyseedsInitial,
} from "../keys/ikev2.ts"
import type { Step } from "../keys/step.ts"
import type { SkKeys } from "../open/ike-v2.ts"
import { openTicket } from "../open/ticket.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import type { IkeSaSecret, Origin } from "../secrets/secrets.ts"
import type { InitCandidate } from "../track/event.ts"
import type { Epoch, IkeSa } from "../track/ike-sa.ts"
import type { KePair, Negotiation, Nonces } from "../track/negotiation.ts"
import type { Side } from "../track/peer.ts"
import type { IkeChoice } from "../track/suite.ts"
import { notifiesOf } from "../track/v2-messages.ts"
import { v2StateOf } from "../track/v2-state.ts"
import type { KeyStatus } from "../track/vocabulary.ts"
import { DerivedKeys } from "./derived-candidate.ts"
import { choiceOfEntry } from "./given-suite.ts"
import type { Pool } from "./pool.ts"
import { sharedCombinations } from "./product.ts"
import { skDsOf } from "./sk-d.ts"

export interface Candidate {
  readonly values: Record<string, Uint8Array>
  readonly steps: Step[]
  /** The member of the keys file that it comes from. */
  readonly from: string
  readonly status: KeyStatus
  readonly origins: readonly Origin[]
  /** The suite, where it comes with the secret. */
  readonly choice?: IkeChoice
  /** The first two messages, where the keys are made from them. */
  readonly init?: InitCandidate
  /** SKEYSEED. */
  readonly seed: Uint8Array
  /** Shared secrets that went in. */
  readonly shared: readonly Uint8Array[]
  /** What opens messages of one side; undefined without integrity. */
  trial(from: Side): SkKeys | undefined
  /** Called when the candidate was proved. */
  taken(): void
}

export interface V2Source {
  readonly sa: IkeSa
  /** The responder's SPI in hex: each answer to the first request may have another. */
  readonly spiR: string
  /** The first two messages that keys are made from, where there is a choice. */
  readonly init?: InitCandidate
  readonly choice: IkeChoice | null
  readonly prf: Prf | undefined
  /** Entries of the keys file for the SA's SPIs. */
  readonly given: readonly IkeSaSecret[]
  readonly pool: Pool
  readonly provider: CryptoProvider
  /** Of each kind of secret only the next few that nothing was opened with; all when absent. */
  readonly few?: number
}

/** A SKEYSEED and where it came from. */
interface Seed {
  readonly step: Step
  readonly from: string
  readonly origins: readonly Origin[]
  readonly shared?: readonly Uint8Array[]
  readonly taken?: () => void
}

/** Keys of an SA that IKE_SA_INIT (or a resumption) began. `negotiation` is null when the capture missed it. */
export function* initialCandidates(source: V2Source, negotiation: Negotiation | null): Generator<Candidate> {
  const nonces = negotiation?.nonces ?? givenNonces(source.given)
  const context = contextOf(source)
  if (!nonces) return
  if (negotiation?.pairs.length === 0) yield* resumed(source, nonces)
  if (!context) return
  for (const entry of source.given) {
    const { dh_shared } = entry.values
    if (dh_shared)
      yield* keysFrom(source, nonces, {
        step: skeyseedInitial(context, nonces, dh_shared),
        from: "ike_sas",
        origins: [entry.origin],
        shared: [dh_shared],
      })
  }
  yield* skeyseeds(source, nonces)
  const seedOf = skeyseedsInitial(context, nonces)
  for (const [shared] of sharedCombinations(source.pool, negotiation?.pairs.slice(0, 1) ?? [], source.few)) {
    if (!shared) break
    yield* keysFrom(source, nonces, {
      step: seedOf(shared.value),
      from: shared.origins[0].kind,
      origins: shared.origins,
      shared: [shared.value],
      taken: () => source.pool.takeShared(shared),
    })
  }
}

/** Keys of an SA that replaces another: with the old SA's SK_d and PRF. RFC 7296 §2.18, RFC 9370 §2.2.4. */
export function* rekeyCandidates(
  source: V2Source,
  negotiation: Negotiation,
  old: { epoch: Epoch; prf: Prf } | null,
): Generator<Candidate> {
  const { nonces, pairs } = negotiation
  for (const entry of source.given) {
    const { dh_shared } = entry.values
    for (const { seedOf, origins } of dh_shared ? rekeySeeds(source, old, negotiation) : [])
      yield* keysFrom(source, nonces, {
        step: seedOf(dh_shared ? [dh_shared] : []),
        from: "ike_sas",
        origins: [entry.origin, ...origins],
        shared: dh_shared ? [dh_shared] : [],
      })
  }
  yield* skeyseeds(source, nonces)
  for (const { seedOf, origins } of rekeySeeds(source, old, negotiation))
    for (const shared of sharedCombinations(source.pool, pairs, source.few))
      yield* keysFrom(source, nonces, {
        step: seedOf(shared.map(s => s.value)),
        from: shared[0]?.origins[0].kind ?? "sk_d",
        origins: [...shared.flatMap(s => s.origins), ...origins],
        shared: shared.map(s => s.value),
        taken: () => {
          for (const s of shared) source.pool.takeShared(s)
        },
      })
}

/** Keys of the next epoch under the same SPIs, after IKE_INTERMEDIATE. RFC 9370 §2.2.2, RFC 9867 §3.1. */
export function* followingCandidates(
  source: V2Source,
  negotiation: Negotiation,
  previous: Epoch | null,
  pair: KePair | null,
  ppk: Uint8Array | null,
): Generator<Candidate> {
  const { nonces } = negotiation
  const context = contextOf(source)
  yield* skeyseeds(source, nonces)
  const skD = previous?.values.sk_d
  if (!context || !skD) return
  if (!pair) {
    yield* withPpks(source, nonces, { context, skD, id: ppk, origins: [], taken: () => {} })
    return
  }
  for (const entry of source.given) {
    const { dh_shared } = entry.values
    if (dh_shared)
      yield* keysFrom(source, nonces, {
        step: skeyseedIntermediate(context, skD, nonces, dh_shared),
        from: "ike_sas",
        origins: [entry.origin],
        shared: [dh_shared],
      })
  }
  for (const [shared] of sharedCombinations(source.pool, [pair], source.few)) {
    const step = skeyseedIntermediate(context, skD, nonces, shared.value)
    const taken = () => source.pool.takeShared(shared)
    const seed: Seed = {
      step,
      from: shared.origins[0].kind,
      origins: shared.origins,
      shared: [shared.value],
      taken,
    }
    for (const candidate of keysFrom(source, nonces, seed)) {
      yield candidate
      const { sk_d } = candidate.values
      if (ppk) yield* withPpks(source, nonces, { context, skD: sk_d, id: ppk, origins: shared.origins, taken })
    }
  }
}

/** A key to which each PPK may be mixed. */
interface PpkTrial {
  readonly context: PrfContext
  readonly skD: Uint8Array
  readonly id: Uint8Array | null
  readonly origins: readonly Origin[]
  readonly taken: () => void
}

function* withPpks(
  source: V2Source,
  nonces: Nonces,
  { context, skD, id, origins, taken }: PpkTrial,
): Generator<Candidate> {
  if (!id) return
  for (const p of source.pool.secrets.ppks)
    yield* keysFrom(source, nonces, {
      step: skeyseedPpkIntermediate(context, p.value, skD),
      from: "ppks",
      origins: [...origins, p.origin],
      taken,
    })
}

/** SKEYSEEDs that were given: for these SPIs, then those of the pool. */
function* skeyseeds(source: V2Source, nonces: Nonces): Generator<Candidate> {
  for (const entry of source.given) {
    const out = entry.values.skeyseed
    if (out) yield* keysFrom(source, nonces, { step: givenSeed(out), from: "ike_sas", origins: [entry.origin] })
  }
  const list = source.pool.secrets.skeyseed
  for (const s of source.pool.inOrder(list, source.few))
    yield* keysFrom(source, nonces, {
      step: givenSeed(s.value),
      from: "skeyseed",
      origins: [s.origin],
      taken: () => source.pool.take(list, s),
    })
}

/** A resumed session takes SK_d of the SA in whose time its ticket was given: any that is in the keys file. RFC 5723 §5.1. */
function* resumed(source: V2Source, nonces: Nonces): Generator<Candidate> {
  const { provider } = source
  if (source.prf)
    for (const skD of source.sa.resumable) {
      const step = skeyseedResumption({ provider, prf: source.prf }, skD, nonces)
      yield* keysFrom(source, nonces, { step, from: "sk_d", origins: [] })
    }
  for (const entry of [...source.pool.secrets.ikeSas, ...fromTicket(source)]) {
    const { sk_d } = entry.values
    const choice = source.choice ?? choiceOfEntry(entry, 0)
    if (!sk_d || !choice?.prf || !offersPrf({ provider, prf: choice.prf })) continue
    const step = skeyseedResumption({ provider, prf: choice.prf }, sk_d, nonces)
    const seed = { step, from: entry.origin.kind, origins: [entry.origin] }
    yield* keysFrom({ ...source, choice, prf: choice.prf }, nonces, seed)
  }
}

/** The session in the ticket that the initiator shows, as far as a key opens it. */
function fromTicket({ sa, pool, provider }: V2Source): IkeSaSecret[] {
  const request = pool.secrets.ticketKeys.length > 0 ? v2StateOf(sa).init.request : null
  const ticket = request && notifiesOf(request.payloads).find(n => n.type === NOTIFY.TICKET_OPAQUE)
  if (!ticket) return []
  return pool.secrets.ticketKeys.flatMap(({ value, origin }) => {
    const session = openTicket(provider, value, ticket.data)
    if (!session) return []
    const { skD, encr, integ, prf } = session
    return [{ origin, values: { sk_d: skD }, encr, integ, prf }]
  })
}

/** The seven SK_* of a SKEYSEED; nothing when the suite cannot be computed here. */
function* keysFrom(source: V2Source, nonces: Nonces, seed: Seed): Generator<Candidate> {
  const context = contextOf(source)
  const encr = source.choice?.encr
  if (!context || !encr) return
  const [spiI, spiR] = [hexBytes(source.sa.spiI), hexBytes(source.spiR)]
  const keys = new DerivedKeys({ ...context, encr, integ: source.choice?.integ, nonces, spiI, spiR }, seed.step)
  yield {
    get values() {
      return keys.values
    },
    get steps() {
      return keys.steps
    },
    seed: seed.step.out,
    shared: seed.shared ?? [],
    trial: from => keys.trial(from),
    from: seed.from,
    choice: source.choice ?? undefined,
    init: source.init,
    status: "derived",
    origins: seed.origins,
    taken: seed.taken ?? (() => {}),
  }
}

/** SKEYSEED of a rekey as a function of its shared secrets; one for each PPK that may be in it. */
function* rekeySeeds(
  { provider, pool }: V2Source,
  old: { epoch: Epoch; prf: Prf } | null,
  negotiation: Negotiation,
): Generator<{ seedOf: (shared: readonly Uint8Array[]) => Step; origins: readonly Origin[] }> {
  const skD = old?.epoch.values.sk_d
  const context = old && { provider, prf: old.prf }
  if (!skD || !context || !offersPrf(context)) return
  for (const { value, origins } of skDsOf(pool, context, skD, negotiation))
    yield { seedOf: shared => skeyseedRekey(context, value, negotiation.nonces, shared), origins }
}

function contextOf({ prf, provider }: V2Source): PrfContext | undefined {
  const context = prf && { prf, provider }
  return context && offersPrf(context) ? context : undefined
}

/** Nonces out of the keys file, where the capture missed the negotiation. */
export function givenNonces(given: readonly IkeSaSecret[]): Nonces | undefined {
  const entry = given.find(e => e.values.nonce_i && e.values.nonce_r)
  const { nonce_i, nonce_r } = entry?.values ?? {}
  return nonce_i && nonce_r && { ni: nonce_i, nr: nonce_r, frameI: 0, frameR: 0 }
}

const givenSeed = (out: Uint8Array): Step => ({
  name: "SKEYSEED",
  use: "seed",
  given: true,
  formula: "given",
  rfc: "RFC 7296 §2.14",
  inputs: [],
  out,
})
