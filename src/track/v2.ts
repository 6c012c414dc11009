/**
 * What the payloads of an IKEv2 message say about its SA: suites, identities, Child SAs, rekeys, deletes, errors. The rules take every
 * whole message (clear or opened, retransmissions left out) and return events. They write to their own memory, `V2State`, alone.
 */

import { BoundedMap } from "../bytes/bounded-map.ts"
import { equal, spiOf } from "../bytes/bytes.ts"
import { toHex } from "../bytes/hex.ts"
import { find, findAll, payloadValue } from "../ike/shared/payload.ts"
import { auth as authPayload } from "../ike/v2/authentication.ts"
import { cert } from "../ike/v2/certificate.ts"
import { del } from "../ike/v2/delete.ts"
import { eap } from "../ike/v2/eap.ts"
import { gsa } from "../ike/v2/group-policy.ts"
import { idg, idi, idr } from "../ike/v2/identification.ts"
import { kd } from "../ike/v2/key-download.ts"
import { nonce } from "../ike/v2/nonce.ts"
import { puzzle } from "../ike/v2/notify/authentication.ts"
import { notify, notifyData } from "../ike/v2/notify.ts"
import { sa as saPayload } from "../ike/v2/security-association.ts"
import { vendorId } from "../ike/v2/vendor-id.ts"
import { EAP_CODE, EAP_TYPE } from "../registry/eap-types.ts"
import { CERT_ENCODING } from "../registry/ikev2/cert-encodings.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { ID_TYPE } from "../registry/ikev2/id-types.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { SECURITY_PROTOCOL } from "../registry/ikev2/security-protocols.ts"
import { CreatedSas, type DoneExchange } from "./created.ts"
import type { AskedCookie, EventV2 } from "./event.ts"
import type { Exchange } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"
import { childWith, orphansOf } from "./inherited.ts"
import type { Side } from "./peer.ts"
import { noteSim } from "./sim-transcript.ts"
import { choiceOf } from "./suite.ts"
import {
  asksAgain,
  candidatesOf,
  errorOf,
  has,
  hasAuth,
  isLastAuth,
  isRefusal,
  notifyOf,
  offersOf,
  pairOf,
} from "./v2-messages.ts"
import { type OpenExchange, openExchange, say, type V2State, v2StateOf } from "./v2-state.ts"
import type { WholeMessage } from "./whole.ts"

/** Tickets remembered, and the lifetime in front of one. RFC 5723 §7.1. */
const MAX_TICKETS = 4096
const TICKET_LIFETIME_BYTES = 4
/** Exchanges under way that are remembered of one SA. */
const MAX_OPEN = 64
/** IKE_INTERMEDIATE exchanges of one SA: seven key exchanges, a PPK, and room. */
const MAX_INTERMEDIATES = 32

export class V2Rules {
  readonly #created: CreatedSas
  readonly #tickets = new BoundedMap<string, IkeSa>(MAX_TICKETS)

  /** `childId` gives the next id for a Child SA. */
  constructor(childId: () => string) {
    this.#created = new CreatedSas(childId)
  }

  /** What a message that is no retransmission says. */
  apply(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): EventV2[] {
    const state = v2StateOf(sa)
    const events: EventV2[] = []
    const request = from === exchange.startedBy
    const open = this.#openOf(state, exchange)
    if (request) open.request = whole
    else open.response = whole
    const ids = findAll(whole.payloads, vendorId)
    if (ids.length > 0) events.push({ kind: "vendors", from, ids })
    if (exchange.type === EXCHANGE_TYPE.IKE_SA_INIT || exchange.type === EXCHANGE_TYPE.IKE_SESSION_RESUME) {
      // Who is who, proofs, tickets and deletes come encrypted (RFC 7296 §1.2, RFC 5723 §4.3).
      const cookie = exchange.type === EXCHANGE_TYPE.IKE_SA_INIT ? cookieOf(state, from, whole) : undefined
      events.push({ kind: "understood", context: { request: open.request, cookie } })
      if (state.negotiation || !sa.facts.agreed) this.#saInit(state, exchange, open, whole, events)
      return events
    }
    identities(sa, state, from, whole, events)
    const context = { request: open.request, childRequest: state.childRequest ?? undefined }
    events.push({ kind: "understood", context })
    if (exchange.type !== EXCHANGE_TYPE.GSA_REKEY) proofs(state, from, whole, events)
    group(whole, events)
    this.#ticketsGiven(sa, whole)
    if (exchange.type === EXCHANGE_TYPE.INFORMATIONAL || request) deletes(sa, from, whole, events)
    if (isRefusal(exchange, request, whole))
      events.push({ kind: "refused", at: whole.datagram, authenticated: whole.opened !== undefined })
    if (open.request && open.response) {
      state.open.splice(state.open.indexOf(open), 1)
      this.#exchangeDone({ sa, state, exchange, request: open.request, response: open.response }, events)
    }
    return events
  }

  #openOf(state: V2State, { startedBy, messageId }: Exchange): OpenExchange {
    const known = openExchange(state, startedBy, messageId)
    if (known) return known
    const { open } = state
    const made: OpenExchange = { startedBy, messageId, request: undefined, response: undefined }
    // A list of its own length: one that is pushed to takes room for sixteen more.
    if (open.length === 0) state.open = [made]
    else open.push(made)
    if (open.length > MAX_OPEN) open.shift()
    return made
  }

  /** IKE_SA_INIT and its restarts: COOKIE, INVALID_KE_PAYLOAD and REDIRECT belong to one SA's story. RFC 7296 §2.6, §1.2, RFC 5685. */
  #saInit(state: V2State, exchange: Exchange, open: OpenExchange, whole: WholeMessage, events: EventV2[]): void {
    // An answer that asks for another request is none to this one, which was captured behind it.
    if (whole === open.request && open.response && asksAgain(open.response)) open.response = undefined
    const isNew = remember(whole === open.request ? state.initRequests : state.initResponses, whole)
    const { request, response } = open
    if (state.negotiation) {
      // The SA has been made from messages before: another one is late or forged, unless keys show it to be the one that counts.
      const candidates = isNew && candidatesOf(state)
      if (candidates) events.push({ kind: "agreed", candidates })
      return
    }
    const offers = whole === request ? offersOf(request) : undefined
    if (offers) events.push({ kind: "offered", offers })
    if (!response) return
    const chosen = find(response.payloads, saPayload)?.proposals[0]
    if (chosen) {
      events.push({ kind: "chosen", choice: choiceOf(chosen, response.datagram.frame) })
      state.init = { request, response }
    }
    // After an error, which anybody can send, a request may have its answer yet.
    const candidates = candidatesOf(state, { request: request ?? state.initRequests.at(-1), response })
    if (candidates) {
      const [likeliest] = candidates
      const { request } = likeliest
      events.push({ kind: "completed", exchange })
      state.init = { request, response: likeliest.response }
      state.negotiation = likeliest.negotiation
      if (exchange.type === EXCHANGE_TYPE.IKE_SESSION_RESUME) this.#resume(state, request, events)
      events.push({ kind: "agreed", candidates })
    } else if (!chosen && errorOf(response)) {
      events.push({ kind: "completed", exchange })
      const restart = errorOf(response)?.type === NOTIFY.INVALID_KE_PAYLOAD
      if (!restart) events.push({ kind: "refused", at: response.datagram, authenticated: false })
    } else if (has(response, NOTIFY.COOKIE) || has(response, NOTIFY.REDIRECT))
      events.push({ kind: "completed", exchange })
    // In a merged capture the response may come before its request: it is kept until then.
    if (request) state.open.length = 0
  }

  /** A resumed session has suite and SK_d of the SA in whose time its ticket was given. RFC 5723 §5. */
  #resume(state: V2State, request: WholeMessage, events: EventV2[]): void {
    state.resumed = true
    const ticket = notifyOf(request.payloads, NOTIFY.TICKET_OPAQUE)
    const giver = ticket && this.#tickets.get(toHex(ticket.data))
    if (giver) events.push({ kind: "resumed", giver })
  }

  /** Remembers which SA a ticket continues. RFC 5723 §4.1. */
  #ticketsGiven(sa: IkeSa, whole: WholeMessage): void {
    for (const payload of whole.payloads) {
      const n = payloadValue(payload, notify)
      if (n?.type !== NOTIFY.TICKET_LT_OPAQUE || n.data.length <= TICKET_LIFETIME_BYTES) continue
      this.#tickets.set(toHex(n.data.subarray(TICKET_LIFETIME_BYTES)), sa)
    }
  }

  #exchangeDone(done: DoneExchange, events: EventV2[]): void {
    const { sa, state, exchange, request, response } = done
    events.push({ kind: "completed", exchange })
    switch (exchange.type) {
      case EXCHANGE_TYPE.IKE_INTERMEDIATE: {
        if (state.intermediates.length < MAX_INTERMEDIATES) state.intermediates.push({ request, response })
        const pair = pairOf(request, response) ?? null
        const ppk = notifyOf(response.payloads, NOTIFY.PPK_IDENTITY)?.data ?? null
        if (pair || ppk) events.push({ kind: "intermediate", exchange, pair, ppk })
        return
      }
      case EXCHANGE_TYPE.IKE_AUTH: {
        if (isLastAuth(request, response)) authenticated(done, events)
        events.push({ kind: "authenticated", last: state.authenticated })
        // With EAP, SAi2 and the selectors came in the first request, the answer in the last response (RFC 7296 §2.16).
        if (request.payloads.some(p => p.type === saPayload.type)) state.childRequest = request
        if (!state.childRequest) return
        const made = { exchange, request: state.childRequest, response, negotiation: null, last: response }
        this.#created.child(sa, made, events)
        return
      }
      case EXCHANGE_TYPE.GSA_AUTH:
        if (isLastAuth(request, response)) authenticated(done, events)
        events.push({ kind: "authenticated", last: state.authenticated })
        return
      case EXCHANGE_TYPE.CREATE_CHILD_SA:
        this.#created.created(done, events)
        return
      case EXCHANGE_TYPE.IKE_FOLLOWUP_KE:
        this.#created.followup(done, events)
    }
  }
}

/** Messages of the first exchange that are remembered of each side, of which the pairs are tried. */
const MAX_INIT = 6

/** Keeps a message that keys can be made of, unless the same bytes are there; whether it was kept. */
function remember(list: WholeMessage[], whole: WholeMessage): boolean {
  if (list.length >= MAX_INIT || !find(whole.payloads, nonce)) return false
  const { src, start, end } = whole.message
  const bytes = src.bytes.subarray(start, end)
  const same = ({ message: m }: WholeMessage) => equal(m.src.bytes.subarray(m.start, m.end), bytes)
  if (list.some(same)) return false
  list.push(whole)
  return true
}

/** The COOKIE that a request is held against; remembers the one that an answer asks for. RFC 7296 §2.6. */
function cookieOf(state: V2State, from: Side, whole: WholeMessage): AskedCookie | undefined {
  if (from === "initiator")
    return state.cookie ? { data: state.cookie, due: state.cookieDue, puzzle: state.puzzle ?? undefined } : undefined
  const asked = notifyOf(whole.payloads, NOTIFY.COOKIE)
  state.cookieDue = asked !== undefined
  if (asked) {
    state.cookie = asked.data
    const n = notifyOf(whole.payloads, NOTIFY.PUZZLE)
    state.puzzle = (n && notifyData(n, puzzle)) ?? null
  }
  return undefined
}

/** Identities, certificates, and how far EAP has come. */
function identities(sa: IkeSa, state: V2State, from: Side, whole: WholeMessage, events: EventV2[]): void {
  const decoder = from === "initiator" ? idi : idr
  const payload = whole.payloads.find(p => p.type === decoder.type && p.value)
  if (payload) {
    say(state, from, { id: payload })
    const id = find([payload], decoder)
    // With several authentications the first identity names the side (RFC 4739).
    if (id && !sa.ids[from])
      events.push({ kind: "identified", side: from, id: { type: ID_TYPE.alias(id.type), value: id.text } })
  }
  const wanted = from === "initiator" && whole.payloads.find(p => p.type === idr.type && p.value)
  if (wanted) say(state, from, { wanted })
  const certificates = findAll(whole.payloads, cert)
  const of = (...encodings: number[]) => certificates.filter(c => encodings.includes(c.encoding)).map(c => c.data)
  if (certificates.length > 0) {
    say(state, from, {
      certificates: of(CERT_ENCODING.X509_SIGNATURE),
      rawKeys: of(CERT_ENCODING.RAW_PUBLIC_KEY),
      certifiedId: state.said[from].id,
      urls: certificates.flatMap(c => c.hashAndUrl ?? []),
      ocsp: of(CERT_ENCODING.OCSP_CONTENT),
    })
  }
  for (const packet of findAll(whole.payloads, eap)) {
    state.eap ??= 0
    if (packet.type !== undefined && packet.type > EAP_TYPE.NAK) state.eap = packet.type
    if (packet.code === EAP_CODE.RESPONSE) state.eapAnswered = true
    if (packet.method?.kind === "nak")
      state.eapNak = { frame: whole.datagram.frame, refused: state.eap, wanted: packet.method.desired }
    state.sim = noteSim(state.sim, packet)
    if (packet.code === EAP_CODE.SUCCESS) state.eapSucceeded = true
    if (packet.code === EAP_CODE.FAILURE && !state.authenticated)
      events.push({ kind: "refused", at: whole.datagram, authenticated: whole.opened !== undefined })
  }
}

/** G-IKEv2: the group that a member asks for, and what the key server hands out. RFC 9838 §2.3, §2.4. */
function group({ payloads }: WholeMessage, events: EventV2[]): void {
  const asked = find(payloads, idg)
  if (asked) events.push({ kind: "joins", id: { type: ID_TYPE.alias(asked.type), value: asked.text } })
  const policy = find(payloads, gsa)
  const download = find(payloads, kd)
  if (policy && download) events.push({ kind: "handed", policy, download })
}

/** AUTH payloads, and what was agreed about a PPK (RFC 8784 §3). */
function proofs(state: V2State, from: Side, whole: WholeMessage, events: EventV2[]): void {
  const ppk = notifyOf(whole.payloads, NOTIFY.PPK_IDENTITY)
  if (ppk && from === "initiator") state.ppkId = ppk.data
  if (from === "responder" && hasAuth(whole)) state.ppkAccepted ??= ppk !== undefined
  if (hasAuth(whole)) say(state, from, { proved: true })
  for (const payload of whole.payloads)
    if (payload.type === authPayload.type && payload.value)
      events.push({ kind: "auth", payload, id: state.said[from].id })
}

/** The last IKE_AUTH exchange: each side must have sent an AUTH payload by now, the responder at the latest in its answer. RFC 7296 §1.2. */
function authenticated({ state, request, response }: DoneExchange, events: EventV2[]): void {
  for (const side of ["initiator", "responder"] as const)
    if (!state.said[side].proved)
      events.push({ kind: "unproved", side, at: (side === "initiator" ? request : response).datagram })
  if (state.said.initiator.proved && state.said.responder.proved) state.authenticated = true
}

/** SPIs that one message deletes and that may be of Child SAs of the IKE SAs before. */
const MAX_INHERITED = 128

/** Delete payloads: of the IKE SA itself, or of the sender's inbound ESP or AH SAs. RFC 7296 §1.4.1. */
function deletes(sa: IkeSa, from: Side, whole: WholeMessage, events: EventV2[]): void {
  let spis = 0
  for (const d of findAll(whole.payloads, del)) {
    if (d.protocol === SECURITY_PROTOCOL.IKE) {
      events.push({ kind: "deleted", at: whole.datagram, authenticated: whole.opened !== undefined })
      if (sa.successors.length === 0)
        for (const child of orphansOf(sa)) events.push({ kind: "child-deleted", child, at: whole.datagram })
    }
    for (const spi of d.spis) {
      const child = childWith(sa, from, d.protocol, spiOf(spi), spis++ < MAX_INHERITED ? undefined : 1)
      if (child) events.push({ kind: "child-deleted", child, at: whole.datagram })
      else events.push({ kind: "stray-delete", from, spi, at: whole.datagram })
    }
  }
}
