/**
 * What the payloads of an IKEv1 message say about its SA: phase 1's choice, identities, Quick Mode's SAs, deletes, errors. The rules take
 * every whole message (clear or opened, retransmissions left out) and return events. They write to their own memory, `V1State`, alone.
 */

import { BoundedMap } from "../bytes/bounded-map.ts"
import { equal, spiOf } from "../bytes/bytes.ts"
import { Copies } from "../bytes/copies.ts"
import { encrOfEspV1 } from "../crypto/encr.ts"
import { integOfAhV1, integOfEspV1 } from "../crypto/integ.ts"
import { hashOfIkev1 } from "../crypto/prf.ts"
import { type DecodedPayload, find, findAll } from "../ike/shared/payload.ts"
import { cert, certReq } from "../ike/v1/certificate.ts"
import { del } from "../ike/v1/delete.ts"
import { type IdentificationV1, id as idPayload } from "../ike/v1/identification.ts"
import { ikeAttributes } from "../ike/v1/ike-attributes.ts"
import { ipsecAttributes } from "../ike/v1/ipsec-attributes.ts"
import { keyDownload } from "../ike/v1/key-download.ts"
import { notification } from "../ike/v1/notification.ts"
import type { ProposalV1 } from "../ike/v1/proposal.ts"
import { type SaV1, sa as saPayload } from "../ike/v1/security-association.ts"
import type { TransformV1 } from "../ike/v1/transform.ts"
import { vid } from "../ike/v1/vendor-id.ts"
import { DOI } from "../registry/ikev1/doi.ts"
import { ENCAP_MODE } from "../registry/ikev1/encap-mode.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { GROUP } from "../registry/ikev1/groups.ts"
import { ID_TYPE } from "../registry/ikev1/id-types.ts"
import { IPSEC_AUTH_ALG } from "../registry/ikev1/ipsec-auth-alg.ts"
import { isErrorType, NOTIFY as NOTIFY_V1 } from "../registry/ikev1/notify.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { PROTOCOL_ID } from "../registry/ikev1/protocol-ids.ts"
import { TRANS_AH } from "../registry/ikev1/trans-ah.ts"
import type { ChildSa } from "./child-sa.ts"
import type { EventV1, ProgressV1 } from "./event.ts"
import type { Exchange, MessageRecord } from "./exchange.ts"
import { groupChildOf } from "./group.ts"
import type { IkeSa } from "./ike-sa.ts"
import { otherSide, type Side } from "./peer.ts"
import { type Selector, type Selectors, selectorOfId, selectorOfPeer, selectorTexts } from "./selector.ts"
import { espEncrNameV1 } from "./suite.ts"
import { choiceOfV1, offerOfV1 } from "./suite-v1.ts"
import { authMethodV1, isPublicKeyMethod } from "./v1-methods.ts"
import {
  type AnswerV1,
  type Body,
  MAX_QUICK,
  MAX_QUICK_TRANSFORMS,
  type QuickHalves,
  type V1State,
  v1StateOf,
} from "./v1-state.ts"
import type { Identity, Offer } from "./vocabulary.ts"
import type { WholeMessage } from "./whole.ts"

/** Encapsulation modes: transport, and its UDP forms. RFC 2407 §4.5, RFC 3947 §5.1. */
export const TRANSPORT_MODES: readonly number[] = [
  ENCAP_MODE.TRANSPORT,
  ENCAP_MODE.UDP_ENCAPSULATED_TRANSPORT,
  ENCAP_MODE.UDP_ENCAPSULATED_TRANSPORT_DRAFT,
]

/** Messages that make a phase 1 or Quick Mode exchange complete. RFC 2409 §5. */
const MESSAGES: Readonly<Record<number, number>> = {
  [EXCHANGE_V1.BASE]: 4,
  [EXCHANGE_V1.MAIN_MODE]: 6,
  [EXCHANGE_V1.AGGRESSIVE]: 3,
  [EXCHANGE_V1.QUICK_MODE]: 3,
  [EXCHANGE_V1.TRANSACTION]: 2,
  [EXCHANGE_V1.NEW_GROUP_MODE]: 2,
  [EXCHANGE_V1.INFORMATIONAL]: 1,
}

export const isPhase1 = (type: number): boolean => type >= EXCHANGE_V1.BASE && type <= EXCHANGE_V1.AGGRESSIVE

/** Bodies are short, and kept of every SA of a flood. */
const copies = new Copies()

/** Body of the first payload of a type, without its generic header: a copy, which may be kept. */
export function bodyOf(whole: WholeMessage, type: number): Body | null {
  const p = payloadOf(whole, type)
  return p
    ? { bytes: copies.of(p.src.bytes, p.start + GENERIC_HEADER_BYTES, p.end), frame: whole.datagram.frame }
    : null
}

/** The same as a view of the message. */
export function bodyIn(whole: WholeMessage, type: number): Uint8Array | undefined {
  const p = payloadOf(whole, type)
  return p?.src.bytes.subarray(p.start + GENERIC_HEADER_BYTES, p.end)
}

const transformsOf = ({ payloads }: WholeMessage): number =>
  findAll(payloads, saPayload).reduce((n, sa) => sa.proposals.reduce((m, p) => m + p.transforms.length, n), 0)

/** Forgets the oldest Quick Modes under way whose offers are too long together. */
function forgetLong(quick: BoundedMap<number, QuickHalves>): void {
  let transforms = [...quick.values()].reduce((n, halves) => n + halves.transforms, 0)
  for (const [id, halves] of quick) {
    if (transforms <= MAX_QUICK_TRANSFORMS || quick.size === 1) return
    transforms -= halves.transforms
    quick.delete(id)
  }
}

function payloadOf({ payloads }: WholeMessage, type: number): DecodedPayload | undefined {
  for (const p of payloads) if (p.type === type && !p.fault) return p
  return undefined
}

const GENERIC_HEADER_BYTES = 4

/** Messages with a key exchange that are remembered of each side, of which the pairs are tried; as many offers. */
const MAX_FLIGHTS = 4
/** Child SAs remembered as those that a new one may replace. */
const MAX_NEWEST = 65_536

/** Peers, selectors and protocol, no matter which side asked. */
function purposeOf(sa: IkeSa, child: Pick<ChildSa, "protocol" | "selectors" | "startedBy">): string {
  const { i, r } = child.selectors
  const end = (side: Side, selectors: readonly Selector[]) =>
    `${sa.peer(side).address} ${sa.ids[side]?.value ?? ""} ${selectorTexts(selectors)}`
  const ends = [end(child.startedBy, i), end(otherSide(child.startedBy), r)]
  return [child.protocol, ...ends.sort()].join(" | ")
}

export class V1Rules {
  readonly #newest = new BoundedMap<string, ChildSa>(MAX_NEWEST)
  /** Messages of one shape share what they offer. */
  #latest: { readonly sa: SaV1; readonly offers: readonly Offer[] } | undefined

  constructor(
    /** Next id for a Child SA. */
    readonly childId: () => string,
    /** Other IKEv1 SAs between the same peers. */
    readonly siblings: (sa: IkeSa) => readonly IkeSa[],
  ) {}

  /** What a message shows by being there; for every one that is no retransmission, closed ones too. */
  progress(exchange: Exchange, record: MessageRecord): ProgressV1[] {
    const events: ProgressV1[] = []
    const wanted = MESSAGES[exchange.type] ?? 1
    const inPhase1 = isPhase1(exchange.type)
    exchange.steps = inPhase1 ? (exchange.steps ?? 0) | stepOf(record) : (exchange.steps ?? 0) + 1
    const complete = exchange.complete || (inPhase1 ? bitsIn(exchange.steps) : exchange.steps) >= wanted
    if (complete && !exchange.complete) events.push({ kind: "completed", exchange })
    if (isPhase1(exchange.type) && complete) events.push({ kind: "established", by: "phase 1" })
    if (exchange.type === EXCHANGE_V1.TRANSACTION) events.push({ kind: "established", by: "transaction" })
    if (exchange.type === EXCHANGE_V1.QUICK_MODE) events.push({ kind: "established", by: "quick mode" })
    return events
  }

  /** What a whole message says that is no retransmission: first what is in it, then (`consequences`) what follows when it may be believed. */
  apply(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): EventV1[] {
    const state = v1StateOf(sa)
    const events: EventV1[] = []
    if (isPhase1(exchange.type)) this.#phase1({ state, from, whole, events }, exchange.type)
    const ids = findAll(whole.payloads, vid)
    if (ids.length > 0) events.push({ kind: "vendors", from, ids })
    events.push({ kind: "understood", context: {} })
    if (whole.opened || !sa.secured) {
      if (exchange.type === EXCHANGE_V1.QUICK_MODE) this.#quick(sa, { state, from, whole, events }, exchange)
      if (whole.opened && exchange.type >= EXCHANGE_V1.QUICK_MODE) group({ state, from, whole, events }, exchange)
      this.#deletes(sa, from, whole, events)
    }
    if (refuses(exchange, whole))
      events.push({ kind: "refused", at: whole.datagram, authenticated: whole.opened !== undefined })
    return events
  }

  /** What the initiator offers, then what else the message has. */
  #phase1(reading: Reading, exchangeType: number): void {
    const { from, whole, events } = reading
    const offered = from === "initiator" ? find(whole.payloads, saPayload) : undefined
    if (offered) events.push({ kind: "offered", offers: this.#offersOf(offered) })
    notePhase1(reading, exchangeType)
  }

  #offersOf(sa: SaV1): readonly Offer[] {
    if (this.#latest?.sa !== sa) this.#latest = { sa, offers: sa.proposals.flatMap(p => p.transforms.map(offerOfV1)) }
    return this.#latest.offers
  }

  /** Quick Mode: SA, Ni, KE and IDs in its first two messages. RFC 2409 §5.5. */
  #quick(sa: IkeSa, { state, from, whole, events }: Reading, exchange: Exchange): void {
    const offer = find(whole.payloads, saPayload)
    if (!offer || offer.groupPolicy) return
    const quick = (state.quick ??= new BoundedMap(MAX_QUICK))
    const both = quick.get(exchange.messageId) ?? { transforms: 0 }
    if (from === exchange.startedBy) both.first = whole
    else both.second = whole
    both.transforms += transformsOf(whole)
    quick.set(exchange.messageId, both)
    const { first, second } = both
    if (!first || !second) {
      forgetLong(quick)
      return
    }
    quick.delete(exchange.messageId)
    this.#children({ sa, exchange, first, second }, events)
  }

  #children(quick: QuickMode, events: EventV1[]): void {
    const { first, second } = quick
    const ni = bodyOf(first, PAYLOAD_V1.NONCE)
    const nr = bodyOf(second, PAYLOAD_V1.NONCE)
    const offered = findAll(first.payloads, saPayload)
    const ki = bodyOf(first, PAYLOAD_V1.KE)
    const kr = bodyOf(second, PAYLOAD_V1.KE)
    findAll(second.payloads, saPayload).forEach((chosenSa, index) => {
      for (const chosen of chosenSa.proposals) {
        const t = chosen.transforms[0]
        if (!t || (chosen.protocol !== PROTOCOL_ID.PROTO_IPSEC_ESP && chosen.protocol !== PROTOCOL_ID.PROTO_IPSEC_AH))
          continue
        const mine =
          offered[index]?.proposals.find(p => p.number === chosen.number && p.protocol === chosen.protocol) ??
          offered[index]?.proposals.find(p => p.protocol === chosen.protocol)
        const group = ipsecAttributes(t).group
        const pair =
          ki && kr && group !== undefined
            ? { group, i: ki.bytes, r: kr.bytes, frameI: ki.frame, frameR: kr.frame }
            : null
        const replaces = this.#replacedBy(quick, chosen.protocol)
        const child = this.#childOf(quick, { chosen, transform: t, mine, pfs: pair !== null, replaces })
        this.#remember(quick.sa, child)
        const nonces = ni && nr && { ni: ni.bytes, nr: nr.bytes, frameI: ni.frame, frameR: nr.frame }
        events.push({ kind: "child", child, negotiation: nonces && { nonces, pair }, replaces })
      }
    })
  }

  #childOf(quick: QuickMode, { chosen, transform: t, mine, pfs, replaces }: ChosenTransform): ChildSa {
    const { sa, exchange, second } = quick
    const a = ipsecAttributes(t)
    const ah = chosen.protocol === PROTOCOL_ID.PROTO_IPSEC_AH
    const encr = ah ? undefined : encrOfEspV1(t.id, a.keyLength)
    const integ = ah ? integOfAhV1(t.id) : a.authAlg === undefined ? undefined : integOfEspV1(a.authAlg)
    const integName =
      integ?.name ?? (ah ? TRANS_AH.alias(t.id) : a.authAlg === undefined ? null : IPSEC_AUTH_ALG.alias(a.authAlg))
    return {
      id: this.childId(),
      ike: sa.id,
      protocol: ah ? "AH" : "ESP",
      startedBy: exchange.startedBy,
      spiI: mine ? spiOf(mine.spi) : null,
      spiR: spiOf(chosen.spi),
      mode: a.encapMode !== undefined && TRANSPORT_MODES.includes(a.encapMode) ? "transport" : "tunnel",
      suite: {
        encr: ah ? null : espEncrNameV1(t.id, a.keyLength),
        integ: integName,
        ke: pfs && a.group !== undefined ? [GROUP.alias(a.group)] : [],
        esn: a.esn,
      },
      encr,
      integ,
      selectors: selectorsOf(quick),
      pfs,
      state: "installed",
      rekeys: replaces?.id ?? null,
      first: second.datagram.time,
      last: second.datagram.time,
      frame: second.datagram.frame,
      keyStatus: "none",
      keys: {},
      steps: [],
      ipcomp: [],
      provenBy: null,
    }
  }

  /** A newer SA for the same selectors between the same peers replaces the older, under whichever ISAKMP SA: IKEv1 has no REKEY_SA. */
  #replacedBy(quick: QuickMode, proto: number): ChildSa | undefined {
    const { sa, exchange, second } = quick
    const selectors = selectorsOf(quick)
    const protocol = proto === PROTOCOL_ID.PROTO_IPSEC_AH ? "AH" : "ESP"
    const purpose = purposeOf(sa, { protocol, selectors, startedBy: exchange.startedBy })
    const old = this.#newest.get(purpose)
    // SAs of one Quick Mode stand side by side.
    return old?.state === "installed" && old.frame !== second.datagram.frame ? old : undefined
  }

  #remember(sa: IkeSa, child: ChildSa): void {
    const key = purposeOf(sa, child)
    this.#newest.set(key, child)
  }

  #deletes(sa: IkeSa, from: Side, whole: WholeMessage, events: EventV1[]): void {
    const at = whole.datagram
    let others: readonly IkeSa[] | undefined
    const siblings = () => (others ??= this.siblings(sa))
    for (const d of findAll(whole.payloads, del)) {
      // GDOI numbers protocols as SA TEK does; 0 is the rekey SA. RFC 6407 §5.9.
      if (d.protocol === (d.doi === DOI.GDOI ? 0 : PROTOCOL_ID.PROTO_ISAKMP)) {
        events.push({ kind: "deleted", at, authenticated: whole.opened !== undefined })
        continue
      }
      for (const spi of d.spis) {
        const number = spiOf(spi)
        const childOf = (n: number) => (sa.group ? groupChildOf(sa, n) : this.#childOfSender(sa, from, n, siblings))
        const child = number === null ? undefined : childOf(number)
        events.push(child ? { kind: "child-deleted", child, at } : { kind: "stray-delete", from, spi, at })
      }
    }
  }

  /** The Child SA whose SPI the sender chose; any ISAKMP SA between the two peers may speak of it. RFC 2408 §3.15. */
  #childOfSender(sa: IkeSa, from: Side, spi: number, siblings: () => readonly IkeSa[]): ChildSa | undefined {
    const sender = sa.peer(from).address
    const mine = (owner: IkeSa, side: Side) =>
      owner.children.find(c => (c.startedBy === side ? c.spiI : c.spiR) === spi)
    let child = mine(sa, from)
    if (!child)
      for (const other of siblings())
        child ??= mine(other, other.initiator.address === sender ? "initiator" : "responder")
    return child
  }
}

/**
 * Which message of a side in phase 1 it is, as a bit: it has the SA payload, goes on in the clear, or is encrypted. A second one of a kind,
 * forged or sent by mistake, is no further step. RFC 2409 §5.
 */
const stepOf = ({ from, encrypted, payloads }: MessageRecord): number =>
  (encrypted ? 1 : payloads.includes(saPayload.notation) ? 2 : 4) << (from === "initiator" ? 0 : 3)

const bitsIn = (steps: number): number => steps.toString(2).replaceAll("0", "").length

/** A message being read, and what it was found to say. */
interface Reading {
  readonly state: V1State
  readonly from: Side
  readonly whole: WholeMessage
  readonly events: EventV1[]
}

/** The first two messages of a Quick Mode. */
interface QuickMode {
  readonly sa: IkeSa
  readonly exchange: Exchange
  readonly first: WholeMessage
  readonly second: WholeMessage
}

/** What the second message chose of a proposal, and the one that was offered for it. */
interface ChosenTransform {
  readonly chosen: ProposalV1
  readonly transform: TransformV1
  readonly mine: ProposalV1 | undefined
  readonly pfs: boolean
  readonly replaces: ChildSa | undefined
}

/** Selectors of a Quick Mode: its ID payloads, else the addresses of the peers. RFC 2409 §5.5. */
function selectorsOf({ sa, exchange, first, second }: QuickMode): Selectors {
  const [i, r] = clientIds({ first, second })
  if (i && r) return { i: [selectorOfId(i)], r: [selectorOfId(r)] }
  const peer = (side: Side) => [selectorOfPeer(sa.peer(side).address)]
  return { i: peer(exchange.startedBy), r: peer(otherSide(exchange.startedBy)) }
}

/** IDci and IDcr as answered, else as asked. RFC 2409 §5.5. */
function clientIds({ first, second }: Pick<QuickMode, "first" | "second">): readonly IdentificationV1[] {
  const ids = findAll(second.payloads, idPayload)
  return ids.length >= 2 ? ids : findAll(first.payloads, idPayload)
}

/** GDOI: who asks for which group, and the keys that come for its policy. RFC 6407 §3.2, §4. */
function group({ state, whole, events }: Reading, exchange: Exchange): void {
  const policy = find(whole.payloads, saPayload)?.groupPolicy
  const { messageId } = exchange
  if (policy) (state.policies ??= new BoundedMap(MAX_POLICIES)).set(messageId, policy)
  const asked = find(whole.payloads, idPayload)
  if (asked && isGroupRequest(whole))
    events.push({ kind: "joins", id: { type: ID_TYPE.alias(asked.type), value: asked.text } })
  const known = policy ?? state.policies?.get(messageId)
  const download = find(whole.payloads, keyDownload)
  if (known && download) events.push({ kind: "handed", policy: known, download })
}

/** The first message of a GROUPKEY-PULL: a nonce as Quick Mode has it, and no SA. RFC 6407 §3.2. */
export const isGroupRequest = ({ payloads }: WholeMessage): boolean =>
  payloads.some(p => p.type === PAYLOAD_V1.NONCE) && !payloads.some(p => p.type === PAYLOAD_V1.SA)

/** Registrations under way that are remembered of one SA. */
const MAX_POLICIES = 64

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

/** Whether a message says that phase 1 failed: an error in the clear, or AUTHENTICATION-FAILED in an opened one. RFC 2408 §3.14.1. */
function refuses(exchange: Exchange, whole: WholeMessage): boolean {
  if (exchange.type !== EXCHANGE_V1.INFORMATIONAL) return false
  const error = findAll(whole.payloads, notification).find(n => isErrorType(n.type))
  return error !== undefined && (!whole.message.encrypted || error.type === NOTIFY_V1.AUTHENTICATION_FAILED)
}

/** The Authentication Method that an offer begins with. */
function offeredMethod(offer: SaV1 | undefined): number | undefined {
  const first = offer?.proposals[0]?.transforms[0]
  return first && ikeAttributes(first).authMethod
}
