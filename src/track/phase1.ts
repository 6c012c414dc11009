/** Phase 1: what its messages offer, choose and say of their senders; anybody can add to those in the clear. RFC 2409 §5. */
import { equal } from "../bytes/bytes.ts"
import { hashOfIkev1 } from "../crypto/prf.ts"
import { find, findAll } from "../ike/shared/payload.ts"
import { cert, certReq } from "../ike/v1/certificate.ts"
import { id as idPayload } from "../ike/v1/identification.ts"
import { ikeAttributes } from "../ike/v1/ike-attributes.ts"
import { type SaV1, sa as saPayload } from "../ike/v1/security-association.ts"
import type { TransformV1 } from "../ike/v1/transform.ts"
import { ID_TYPE } from "../registry/ikev1/id-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import type { EventV1 } from "./event.ts"
import type { Side } from "./peer.ts"
import { choiceOfV1, offerOfV1 } from "./suite-v1.ts"
import { bodyOf } from "./v1-messages.ts"
import { authMethodV1, isPublicKeyMethod } from "./v1-methods.ts"
import type { AnswerV1, V1State } from "./v1-state.ts"
import type { Identity, Offer } from "./vocabulary.ts"
import type { WholeMessage } from "./whole.ts"

/** Messages with a key exchange that are remembered of each side, of which the pairs are tried; as many offers. */
const MAX_FLIGHTS = 4

/** A message being read, and what it was found to say. */
export interface Reading {
  readonly state: V1State
  readonly from: Side
  readonly whole: WholeMessage
  readonly events: EventV1[]
}

export class Phase1 {
  /** Messages of one shape share what they offer. */
  #latest: { readonly sa: SaV1; readonly offers: readonly Offer[] } | undefined

  /** What the initiator offers, then what else the message has. */
  add(reading: Reading, exchangeType: number): void {
    const { from, whole, events } = reading
    const offered = from === "initiator" ? find(whole.payloads, saPayload) : undefined
    if (offered) events.push({ kind: "offered", offers: this.#offersOf(offered) })
    notePhase1(reading, exchangeType)
  }

  #offersOf(sa: SaV1): readonly Offer[] {
    if (this.#latest?.sa !== sa) this.#latest = { sa, offers: sa.proposals.flatMap(p => p.transforms.map(offerOfV1)) }
    return this.#latest.offers
  }
}

function notePhase1(reading: Reading, exchangeType: number): void {
  const { state, from, whole, events } = reading
  state.exchangeType = exchangeType
  const offered = find(whole.payloads, saPayload)
  if (offered && from === "initiator") {
    const body = bodyOf(whole, PAYLOAD_V1.SA)
    const before = state.sa
    if (before && body && !equal(before.bytes, body.bytes) && state.offers.length < MAX_FLIGHTS)
      state.offers = [...state.offers, before]
    state.sa = body
  }
  const chosen = offered?.proposals[0]?.transforms[0]
  if (chosen && from === "responder") choose(reading, chosen)
  const ke = bodyOf(whole, PAYLOAD_V1.KE)
  const nonce = bodyOf(whole, PAYLOAD_V1.NONCE)
  state.ke[from] ??= ke
  state.nonce[from] ??= nonce
  const id = bodyOf(whole, PAYLOAD_V1.ID)
  const identity = id && identityIn(whole, state.answer?.authMethod ?? offeredMethod(offered))
  const certificates = findAll(whole.payloads, cert).map(c => c.data)
  if (ke && nonce && state.flights[from].length < MAX_FLIGHTS)
    state.flights[from].push({ ke, nonce, id, identity, certificates })
  // What stands beside another key exchange in the clear counts with that alone.
  if (ke && state.ke[from] !== ke) return
  if (id) state.id[from] = id
  if (identity) events.push({ kind: "identified", side: from, id: identity })
  if (certificates.length > 0) state.certificates[from] = certificates
  const asked = findAll(whole.payloads, certReq).map(c => c.authority.slice())
  if (asked.length > 0) state.authorities = { ...state.authorities, [from]: asked }
}

/** Who a message says that its sender is; with public-key encryption that is not in the clear. */
function identityIn({ payloads }: WholeMessage, method: number | undefined): Identity | null {
  const value = find(payloads, idPayload)
  return value && !isPublicKeyMethod(method) ? { type: ID_TYPE.alias(value.type), value: value.text } : null
}

function choose({ state, whole, events }: Reading, chosen: TransformV1): void {
  const a = ikeAttributes(chosen)
  const answer = answerOf(whole, chosen)
  if (!answer) return
  const before = state.answer
  if (before && !equal(before.body.bytes, answer.body.bytes) && state.otherAnswers.length < MAX_FLIGHTS)
    state.otherAnswers = [...state.otherAnswers, before]
  state.answer = answer
  // What looked like an identity was encrypted to the responder's key.
  if (isPublicKeyMethod(a.authMethod)) events.push({ kind: "identified", side: "initiator", id: null })
  events.push({ kind: "chosen", choice: answer.choice })
  if (answer.method) events.push({ kind: "method", method: answer.method })
}

function answerOf(whole: WholeMessage, chosen: TransformV1): AnswerV1 | null {
  const { hash, authMethod, prf, group, lifetimeSeconds, lifetimeKilobytes } = ikeAttributes(chosen)
  const body = bodyOf(whole, PAYLOAD_V1.SA)
  return (
    body && {
      body,
      choice: choiceOfV1(chosen, whole.datagram.frame),
      method: authMethod === undefined ? null : authMethodV1(authMethod),
      hash: hash === undefined ? undefined : hashOfIkev1(hash),
      ...{ authMethod, prf, group, lifetimeSeconds, lifetimeKilobytes },
    }
  )
}

/** The Authentication Method that an offer begins with. */
function offeredMethod(offer: SaV1 | undefined): number | undefined {
  const first = offer?.proposals[0]?.transforms[0]
  return first && ikeAttributes(first).authMethod
}
