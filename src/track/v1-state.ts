/** What an IKEv1 SA must remember between messages: phase 1's values for the hashes, and the IV chains. RFC 2409 §5, App. B. */

import type { BoundedMap } from "../bytes/bounded-map.ts"
import type { HashAlgorithm, Prf } from "../crypto/algorithms.ts"
import type { GroupPolicy } from "../ike/v1/group-policy.ts"
import type { AuthMethod } from "./auth-method.ts"
import type { PerSide } from "./peer.ts"
import type { IkeChoice } from "./suite.ts"
import { isPublicKeyMethod } from "./v1-methods.ts"
import type { Identity } from "./vocabulary.ts"
import type { WholeMessage } from "./whole.ts"

/** Quick Modes under way that are remembered of one SA. */
export const MAX_QUICK = 64
/** Transforms in their offers; the oldest Quick Modes are forgotten beyond. */
export const MAX_QUICK_TRANSFORMS = 4096

/** The first two messages of a Quick Mode, and how many transforms they hold. */
export interface QuickMessages {
  first?: WholeMessage
  second?: WholeMessage
  transforms: number
}

/** A payload body (without its generic header) and the frame it came in. */
export interface Body {
  readonly bytes: Uint8Array
  readonly frame: number
}

/** Key exchange and nonce of one message; in Aggressive Mode the identity and the certificates beside them too. */
export interface Flight {
  readonly ke: Body
  readonly nonce: Body
  readonly id: Body | null
  readonly identity: Identity | null
  readonly certificates: Uint8Array[]
}

/** What a responder's SA payload chose: the suite, and the attributes that phase 1 goes by. */
export interface AnswerV1 {
  readonly body: Body
  readonly choice: IkeChoice
  readonly method: AuthMethod | null
  readonly hash: HashAlgorithm | undefined
  /** Authentication Method attribute. */
  readonly authMethod: number | undefined
  /** PRF attribute: none was ever assigned a number, so a value of it means a prf that is not known here. */
  readonly prf: number | undefined
  readonly group: number | undefined
  readonly lifetimeSeconds: number | undefined
  readonly lifetimeKilobytes: number | undefined
}

const NO_OFFERS: readonly Body[] = []
const NO_ANSWERS: readonly AnswerV1[] = []

const NO_AUTHORITIES: PerSide<readonly Uint8Array[]> = { initiator: [], responder: [] }

export class V1State {
  /** SAi_b: the body of the initiator's SA payload. */
  sa: Body | null = null
  /** SA payloads that the initiator sent in the clear before `sa`, with other content: anybody can send one. */
  offers: readonly Body[] = NO_OFFERS
  /** What the responder chose, the last it said in the clear; before it, with other content, what it or somebody else said. */
  answer: AnswerV1 | null = null
  otherAnswers: readonly AnswerV1[] = NO_ANSWERS
  ke: PerSide<Body | null> = { initiator: null, responder: null }
  nonce: PerSide<Body | null> = { initiator: null, responder: null }
  /** Every key exchange and nonce that a side sent in the clear, the first ones: anybody can add to them. */
  readonly flights: PerSide<Flight[]> = { initiator: [], responder: [] }
  /** IDii_b, IDir_b. */
  id: PerSide<Body | null> = { initiator: null, responder: null }
  certificates: PerSide<Uint8Array[]> = { initiator: [], responder: [] }
  /** Names of the authorities that it asks a certificate of, as DER; empty for any. RFC 2408 §3.10. */
  authorities: PerSide<readonly Uint8Array[]> = NO_AUTHORITIES
  /** With public-key encryption: `nonce`, `id` and (revised) `ke` of the side are in the clear; before that they are as on the wire. */
  readonly unsealed: PerSide<boolean> = { initiator: false, responder: false }
  /** Who XAUTH is about: the user name that the client sent under encryption. */
  xauthUser: string | null = null
  /** Chosen by Aggressive Mode or Main Mode. */
  exchangeType = 0
  /** The first messages of Quick Modes under way, by Message ID; made when there is one. */
  quick: BoundedMap<number, QuickMessages> | undefined = undefined
  /** GDOI: the policy that the keys of a registration come for, by Message ID; made when there is one. RFC 6407 §3.2. */
  policies: BoundedMap<number, GroupPolicy> | undefined = undefined
}

/** The prf of phase 1: HMAC of the negotiated hash, unless a PRF was negotiated. RFC 2409 §4. */
export const prfOfPhase1 = ({ answer }: V1State): Prf | undefined =>
  answer?.prf === undefined ? answer?.hash?.prf : undefined

/** The IKEv1 state of an SA, made at the first call. */
export function v1StateOf(sa: { v1?: V1State }): V1State {
  sa.v1 ??= new V1State()
  return sa.v1
}

/** Bodies that SAi_b of the hashes may be, the likeliest first. */
export const offersOf = ({ sa, offers }: V1State): Body[] => (sa === null ? [] : [sa, ...offers])

/** What both sides sent in the clear and keys are made from, and who they said to be beside it. */
export interface Exchanged extends Pick<V1State, "ke" | "nonce" | "id" | "certificates"> {
  readonly identity: PerSide<Identity | null>
}

/** Pairs of messages beside the current one: a message in the clear may be forged, late or a duplicate. */
export function* otherPairs(state: V1State): Generator<Exchanged> {
  const { flights, ke, nonce, answer } = state
  // With public-key encryption the values are not in the clear.
  if (isPublicKeyMethod(answer?.authMethod)) return
  if (flights.initiator.length < 2 && flights.responder.length < 2) return
  for (const i of flights.initiator)
    for (const r of flights.responder) {
      const same =
        i.ke === ke.initiator && r.ke === ke.responder && i.nonce === nonce.initiator && r.nonce === nonce.responder
      if (!same) yield exchangedIn(state, i, r)
    }
}

function exchangedIn({ id, certificates }: V1State, i: Flight, r: Flight): Exchanged {
  const sent = (flight: Flight, before: Uint8Array[]) => (flight.certificates.length > 0 ? flight.certificates : before)
  return {
    ke: { initiator: i.ke, responder: r.ke },
    nonce: { initiator: i.nonce, responder: r.nonce },
    id: { initiator: i.id ?? id.initiator, responder: r.id ?? id.responder },
    identity: { initiator: i.identity, responder: r.identity },
    certificates: {
      initiator: sent(i, certificates.initiator),
      responder: sent(r, certificates.responder),
    },
  }
}
