/**
 * What the payloads of an IKEv2 message say about its SA: suites, identities, Child SAs, rekeys, deletes, states.
 * Called with every whole message (clear or opened, retransmissions left out); tells the listener what keys can be made of.
 */
import { toHex } from "../bytes/hex.ts"
import { type DecodedPayload, find, findAll, payloadValue } from "../ike/shared/payload.ts"
import { auth as authPayload } from "../ike/v2/authentication.ts"
import { cert } from "../ike/v2/certificate.ts"
import { del } from "../ike/v2/delete.ts"
import { eap } from "../ike/v2/eap.ts"
import { idi, idr } from "../ike/v2/identification.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import { nonce } from "../ike/v2/nonce.ts"
import { type Notify, notify } from "../ike/v2/notify.ts"
import { type Proposal, sa as saPayload } from "../ike/v2/security-association.ts"
import { selectorText } from "../ike/v2/selector-text.ts"
import { tsi, tsr } from "../ike/v2/traffic-selector.ts"
import { vendorId } from "../ike/v2/vendor-id.ts"
import { EAP_CODE, EAP_TYPE } from "../registry/eap-types.ts"
import { CERT_ENCODING } from "../registry/ikev2/cert-encodings.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { ID_TYPE } from "../registry/ikev2/id-types.ts"
import { isErrorType, NOTIFY } from "../registry/ikev2/notify.ts"
import { SECURITY_PROTOCOL } from "../registry/ikev2/security-protocols.ts"
import type { ChildSa } from "./child-sa.ts"
import type { Creation, KePair } from "./creation.ts"
import type { Exchange } from "./exchange.ts"
import type { IkeSa, PathChange } from "./ike-sa.ts"
import { otherSide, type Side } from "./peer.ts"
import { noteStrayDelete } from "./stray-delete.ts"
import { childSuiteOf, choiceOf, offerOf } from "./suite.ts"
import type { Tracker } from "./tracker.ts"
import { type Halves, type OpenExchange, openExchange, type V2State, v2StateOf } from "./v2-state.ts"
import { noteVendors } from "./vendors.ts"
import type { WholeMessage } from "./whole.ts"

/** Tickets remembered, and the lifetime in front of one. RFC 5723 §7.1. */
const MAX_TICKETS = 4096
const TICKET_LIFETIME_BYTES = 4
/** Exchanges under way, and SAs in the making, that are remembered of one SA. */
const MAX_OPEN = 64
/** IKE_INTERMEDIATE exchanges of one SA: seven key exchanges, a PPK, and room. */
const MAX_INTERMEDIATES = 32

/** What the fold does when the tracker has understood something that keys follow from. */
export interface V2Listener {
  /** IKE_SA_INIT (or a resumption) is whole: SKEYSEED can be computed. */
  agreed(sa: IkeSa, creation: Creation): void
  /** IKE_INTERMEDIATE with an additional key exchange, or a PPK, is done: a new epoch under the same SPIs. RFC 9370 §2.2.2, RFC 9867 §3. */
  intermediate(sa: IkeSa, pair: KePair | null, exchange: Exchange, ppk: Uint8Array | null): void
  /** A rekey is done: `next` replaces `sa`. */
  rekeyed(sa: IkeSa, next: IkeSa, creation: Creation): void
  /** A Child SA came to be; `creation` is null when the capture missed the nonces of its IKE_SA_INIT. */
  child(sa: IkeSa, child: ChildSa, creation: Creation | null): void
  /** An AUTH payload came. `id` is the ID payload that it signs. */
  auth(sa: IkeSa, from: Side, whole: WholeMessage, payload: DecodedPayload, id: DecodedPayload | null): void
  /** Any whole message, for checks that need nothing else. */
  whole(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void
}

/** Notifications of a message. */
export const notifiesOf = (payloads: readonly DecodedPayload[]): readonly Notify[] => findAll(payloads, notify)
/** The first notification of a type. */
function notifyOf(payloads: readonly DecodedPayload[], type: number): Notify | undefined {
  for (const payload of payloads) {
    const n = payloadValue(payload, notify)
    if (n?.type === type) return n
  }
  return undefined
}

const has = (w: WholeMessage, type: number): boolean => notifyOf(w.payloads, type) !== undefined

function errorOf({ payloads }: WholeMessage): Notify | undefined {
  for (const payload of payloads) {
    const n = payloadValue(payload, notify)
    if (n && isErrorType(n.type)) return n
  }
  return undefined
}

export class V2Rules {
  #nextChild = 0
  readonly #tickets = new Map<string, IkeSa>()
  constructor(
    readonly tracker: Tracker,
    readonly listener: V2Listener,
  ) {}

  /** Next id for a Child SA; IKEv1 shares the numbering. */
  childId(): string {
    return `child/${this.#nextChild++}`
  }

  /** Applies a whole message that is no retransmission. */
  apply(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void {
    const state = v2StateOf(sa)
    const request = from === exchange.startedBy
    const halves = this.#halvesOf(state, exchange)
    if (request) halves.request = whole
    else halves.response = whole
    noteVendors(sa, from, findAll(whole.payloads, vendorId))
    if (exchange.type === EXCHANGE_TYPE.IKE_SA_INIT || exchange.type === EXCHANGE_TYPE.IKE_SESSION_RESUME) {
      // Who is who, proofs, tickets and deletes come encrypted (RFC 7296 §1.2, RFC 5723 §4.3).
      this.listener.whole(sa, exchange, from, whole)
      this.#saInit(sa, state, exchange, halves, whole)
      return
    }
    this.#identities(sa, state, from, whole)
    this.listener.whole(sa, exchange, from, whole)
    this.#auth(sa, state, from, whole)
    this.#ticketsGiven(sa, whole)
    if (exchange.type === EXCHANGE_TYPE.INFORMATIONAL || request) this.#deletes(sa, from, whole)
    if (!request) this.#errors(sa, exchange, whole)
    else if (exchange.type === EXCHANGE_TYPE.INFORMATIONAL && has(whole, NOTIFY.AUTHENTICATION_FAILED))
      sa.state = "failed"
    if (halves.request && halves.response) {
      state.open.splice(state.open.indexOf(halves), 1)
      this.#exchangeDone(sa, state, exchange, halves.request, halves.response)
    }
  }

  #halvesOf(state: V2State, { startedBy, messageId }: Exchange): OpenExchange {
    const known = openExchange(state, startedBy, messageId)
    if (known) return known
    const { open } = state
    const made: OpenExchange = { startedBy, messageId, request: undefined, response: undefined }
    open.push(made)
    if (open.length > MAX_OPEN) open.shift()
    return made
  }

  #identities(sa: IkeSa, state: V2State, from: Side, whole: WholeMessage): void {
    const decoder = from === "initiator" ? idi : idr
    const payload = whole.payloads.find(p => p.type === decoder.type && p.value)
    if (payload) {
      state.id[from] = payload
      const id = find([payload], decoder)
      if (id && !sa.ids[from]) sa.ids[from] = { type: ID_TYPE.alias(id.type), value: id.text }
    }
    const certificates = findAll(whole.payloads, cert)
    const of = (...encodings: number[]) => certificates.filter(c => encodings.includes(c.encoding)).map(c => c.data)
    if (certificates.length > 0) {
      state.certificates[from] = of(CERT_ENCODING.X509_SIGNATURE)
      state.rawKeys[from] = of(CERT_ENCODING.RAW_PUBLIC_KEY)
      state.certifiedId[from] = state.id[from]
    }
    for (const packet of findAll(whole.payloads, eap)) {
      state.eap ??= 0
      if (packet.type !== undefined && packet.type > EAP_TYPE.NAK) state.eap = packet.type
      if (packet.code === EAP_CODE.SUCCESS) state.eapSucceeded = true
      if (packet.code === EAP_CODE.FAILURE && !state.authenticated) sa.state = "failed"
    }
  }

  #auth(sa: IkeSa, state: V2State, from: Side, whole: WholeMessage): void {
    const ppk = notifyOf(whole.payloads, NOTIFY.PPK_IDENTITY)
    if (ppk && from === "initiator") state.ppkId = ppk.data
    if (from === "responder" && whole.payloads.some(p => p.type === authPayload.type))
      state.ppkAccepted ??= ppk !== undefined
    for (const payload of whole.payloads)
      if (payload.type === authPayload.type && payload.value)
        this.listener.auth(sa, from, whole, payload, state.id[from])
  }

  /** IKE_SA_INIT and its restarts: COOKIE, INVALID_KE_PAYLOAD and REDIRECT belong to one SA's story. RFC 7296 §2.6, §1.2, RFC 5685. */
  #saInit(sa: IkeSa, state: V2State, exchange: Exchange, halves: Halves, whole: WholeMessage): void {
    // An answer that asks for another request is none to this one, which was captured behind it.
    if (whole === halves.request && halves.response && asksAgain(halves.response)) halves.response = undefined
    const { request, response } = halves
    const offered = request && find(request.payloads, saPayload)
    if (whole === request && offered) {
      if (sa.offered.length > 0) sa.offered.length = 0
      sa.offered.push(...offered.proposals.filter(p => !p.fault || p.transforms.length > 0).map(offerOf))
    }
    // Behind the answer that keys were made of, another one (late, or forged) changes nothing.
    if (!response || (state.creation && !request)) return
    const chosen = find(response.payloads, saPayload)?.proposals[0]
    const nr = find(response.payloads, nonce)
    const ni = request && find(request.payloads, nonce)
    if (chosen) {
      sa.choice = choiceOf(chosen, response.datagram.frame)
      state.init = { request, response }
    }
    if (nr && ni && request && (chosen || exchange.type === EXCHANGE_TYPE.IKE_SESSION_RESUME)) {
      exchange.complete = true
      const nonces = { ni: ni.data, nr: nr.data, frameI: request.datagram.frame, frameR: response.datagram.frame }
      const pair = pairOf(request, response)
      state.init = { request, response }
      state.creation = { startedBy: "initiator", nonces, pairs: pair ? [pair] : [] }
      if (exchange.type === EXCHANGE_TYPE.IKE_SESSION_RESUME) this.#resume(sa, state, request)
      if (sa.state === "failed") sa.state = "half-open"
      this.listener.agreed(sa, state.creation)
    } else if (!chosen && errorOf(response)) {
      exchange.complete = true
      const restart = errorOf(response)?.type === NOTIFY.INVALID_KE_PAYLOAD
      if (!restart) sa.state = "failed"
    } else if (has(response, NOTIFY.COOKIE) || has(response, NOTIFY.REDIRECT)) exchange.complete = true
    // In a merged capture the response may come before its request: it is kept until then.
    if (request) state.open.length = 0
  }

  /** A resumed session has suite and SK_d of the SA in whose time its ticket was given. RFC 5723 §5. */
  #resume(sa: IkeSa, state: V2State, request: WholeMessage): void {
    state.resumed = true
    const ticket = notifyOf(request.payloads, NOTIFY.TICKET_OPAQUE)
    const giver = ticket && this.#tickets.get(toHex(ticket.data))
    if (!giver) return
    sa.choice ??= giver.choice && { ...giver.choice, names: { ...giver.choice.names, ke: [] }, ke: 0, additional: [] }
    const skD = giver.epochs.at(-1)?.values.sk_d
    if (skD) sa.resumable.push(skD)
  }

  /** Remembers which SA a ticket continues. RFC 5723 §4.1. */
  #ticketsGiven(sa: IkeSa, whole: WholeMessage): void {
    for (const payload of whole.payloads) {
      const n = payloadValue(payload, notify)
      if (n?.type !== NOTIFY.TICKET_LT_OPAQUE || n.data.length <= TICKET_LIFETIME_BYTES) continue
      this.#tickets.set(toHex(n.data.subarray(TICKET_LIFETIME_BYTES)), sa)
      if (this.#tickets.size > MAX_TICKETS) this.#tickets.delete(this.#tickets.keys().next().value as string)
    }
  }

  /** An error in IKE_AUTH without an AUTH payload beside it ends the IKE SA; with it only the Child SA failed. RFC 7296 §2.21.2. */
  #errors(sa: IkeSa, exchange: Exchange, response: WholeMessage): void {
    if (exchange.type === EXCHANGE_TYPE.IKE_AUTH && errorOf(response) && !hasAuth(response)) sa.state = "failed"
  }

  #exchangeDone(sa: IkeSa, state: V2State, exchange: Exchange, request: WholeMessage, response: WholeMessage): void {
    exchange.complete = true
    switch (exchange.type) {
      case EXCHANGE_TYPE.IKE_INTERMEDIATE: {
        if (state.intermediates.length < MAX_INTERMEDIATES) state.intermediates.push({ request, response })
        const pair = pairOf(request, response) ?? null
        const ppk = notifyOf(response.payloads, NOTIFY.PPK_IDENTITY)?.data ?? null
        if (pair || ppk) this.listener.intermediate(sa, pair, exchange, ppk)
        return
      }
      case EXCHANGE_TYPE.IKE_AUTH: {
        this.#authenticated(sa, state, request, response)
        // With EAP, SAi2 and the selectors came in the first request, the answer in the last response (RFC 7296 §2.16).
        if (request.payloads.some(p => p.type === saPayload.type)) state.childRequest = request
        const chosen = find(response.payloads, saPayload)?.proposals[0]
        if (chosen && state.childRequest) {
          const creation = state.creation && { ...state.creation, startedBy: exchange.startedBy, pairs: [] }
          this.#child(sa, exchange, state.childRequest, response, chosen, creation)
        }
        return
      }
      case EXCHANGE_TYPE.CREATE_CHILD_SA:
        this.#createChildSa(sa, state, exchange, request, response)
        return
      case EXCHANGE_TYPE.IKE_FOLLOWUP_KE:
        this.#followup(state, request, response)
    }
  }

  /** Whether an IKE_AUTH exchange was the last: with EAP, and with several authentications, more follow. RFC 7296 §2.16, RFC 4739 §3. */
  #authenticated(sa: IkeSa, state: V2State, request: WholeMessage, response: WholeMessage): void {
    const more = has(request, NOTIFY.ANOTHER_AUTH_FOLLOWS) || has(response, NOTIFY.ANOTHER_AUTH_FOLLOWS)
    // The responder proves itself once: its answer to the initiator's last AUTH may have none.
    const goesOn = response.payloads.some(p => p.type === eap.type) || errorOf(response) !== undefined
    const last = hasAuth(request)
      ? hasAuth(response) || !goesOn
      : response.payloads.some(p => p.type === saPayload.type)
    if (last && !more) state.authenticated = true
    if (sa.state !== "half-open" && sa.state !== "established" && sa.state !== "unknown") return
    if (state.authenticated) sa.state = "established"
    else if (sa.state === "established") sa.state = "half-open"
  }

  /** A new Child SA, or a rekey of a Child or IKE SA. RFC 7296 §1.3. */
  #createChildSa(sa: IkeSa, state: V2State, exchange: Exchange, request: WholeMessage, response: WholeMessage): void {
    const chosen = find(response.payloads, saPayload)?.proposals[0]
    const ni = find(request.payloads, nonce)
    const nr = find(response.payloads, nonce)
    if (!chosen || !ni || !nr) return
    const pair = pairOf(request, response)
    const creation: Creation = {
      startedBy: exchange.startedBy,
      nonces: { ni: ni.data, nr: nr.data, frameI: request.datagram.frame, frameR: response.datagram.frame },
      pairs: pair ? [pair] : [],
      ppk: notifyOf(response.payloads, NOTIFY.PPK_IDENTITY)?.data,
    }
    const finish = (done: Creation, last: WholeMessage): void => {
      if (chosen.protocol === SECURITY_PROTOCOL.IKE) this.#ikeRekey(sa, exchange, request, response, chosen, done)
      else this.#child(sa, exchange, request, response, chosen, done, last)
    }
    const link = linkOf(response)
    if (link === undefined) finish(creation, response)
    else {
      const followups = (state.followups ??= new Map())
      followups.set(link, { creation, finish })
      if (followups.size > MAX_OPEN) followups.delete(followups.keys().next().value as string)
    }
  }

  /** Further key exchanges of an SA in the making; the one without a new link is the last. RFC 9370 §2.2.4. */
  #followup(state: V2State, request: WholeMessage, response: WholeMessage): void {
    const link = linkOf(request)
    const { followups } = state
    const open = link === undefined ? undefined : followups?.get(link)
    if (!open || !followups || link === undefined) return
    followups.delete(link)
    const pair = pairOf(request, response)
    if (pair) open.creation.pairs.push(pair)
    const next = linkOf(response)
    if (next === undefined) open.finish(open.creation, response)
    else followups.set(next, open)
  }

  #ikeRekey(
    sa: IkeSa,
    exchange: Exchange,
    request: WholeMessage,
    response: WholeMessage,
    chosen: Proposal,
    creation: Creation,
  ): void {
    const offered = find(request.payloads, saPayload)?.proposals ?? []
    const spiI = offered.find(p => p.number === chosen.number)?.spi ?? new Uint8Array(0)
    if (spiI.length !== 8 || chosen.spi.length !== 8) return
    const next = this.#rekeyedSa(sa, exchange.startedBy, toHex(spiI), toHex(chosen.spi), response)
    next.offered.push(...offered.map(offerOf))
    next.choice = choiceOf(chosen, response.datagram.frame)
    if (next.state === "half-open" || next.state === "unknown") next.state = "established"
    next.rekeys = sa.id
    next.auth =
      exchange.startedBy === "initiator" ? sa.auth : { initiator: sa.auth.responder, responder: sa.auth.initiator }
    next.ids =
      exchange.startedBy === "initiator" ? sa.ids : { initiator: sa.ids.responder, responder: sa.ids.initiator }
    const state = v2StateOf(next)
    state.parent = sa
    state.swapped = exchange.startedBy === "responder"
    state.creation = { ...creation, startedBy: "initiator" }
    if (sa.state === "established" || sa.state === "unknown") sa.state = "rekeyed"
    sa.rekeyedBy ??= next.id
    v2StateOf(sa).successors.push(next)
    this.listener.rekeyed(sa, next, state.creation)
  }

  /** The SA that a rekey makes: known already when its own messages were captured before the exchange. */
  #rekeyedSa(old: IkeSa, startedBy: Side, spiI: string, spiR: string, { datagram }: WholeMessage): IkeSa {
    const known = this.tracker.find(spiI, spiR)
    if (known) {
      known.begun = true
      return known
    }
    const next = this.tracker.create(2, spiI, spiR, datagram, "responder", true)
    // RFC 7296 §2.18: who rekeys is the initiator of the new SA. The peers are where they are by now.
    const turned = (x: PathChange): PathChange =>
      startedBy === "initiator" ? x : { frame: x.frame, initiator: x.responder, responder: x.initiator }
    const { initiator, responder } = turned(old.paths.at(-1) ?? { frame: 0, ...peersOf(old) })
    Object.assign(next, { initiator, responder })
    next.views.push(...old.views.map(turned))
    return next
  }

  #child(
    sa: IkeSa,
    exchange: Exchange,
    request: WholeMessage,
    response: WholeMessage,
    chosen: Proposal,
    creation: Creation | null,
    last: WholeMessage = response,
  ): void {
    if (chosen.protocol !== SECURITY_PROTOCOL.ESP && chosen.protocol !== SECURITY_PROTOCOL.AH) return
    const offered = find(request.payloads, saPayload)?.proposals.find(p => p.number === chosen.number)
    const asked = notifiesOf(request.payloads)
    const rekey = asked.find(n => n.type === NOTIFY.REKEY_SA)
    const replaced = rekey && childWith(sa, exchange.startedBy, rekey.protocol, toHex(rekey.spi))
    const compression = (w: WholeMessage) => notifiesOf(w.payloads).filter(n => n.type === NOTIFY.IPCOMP_SUPPORTED)
    const child: ChildSa = {
      id: this.childId(),
      ike: sa.id,
      protocol: chosen.protocol === SECURITY_PROTOCOL.AH ? "AH" : "ESP",
      startedBy: exchange.startedBy,
      spiI: offered ? toHex(offered.spi) : null,
      spiR: toHex(chosen.spi),
      mode: modeOf(response),
      ...childSuiteOf(chosen),
      tsI: find(response.payloads, tsi)?.selectors.map(selectorText) ?? [],
      tsR: find(response.payloads, tsr)?.selectors.map(selectorText) ?? [],
      pfs: (creation?.pairs.length ?? 0) > 0,
      state: "installed",
      rekeys: replaced?.id ?? null,
      first: last.datagram.time,
      last: last.datagram.time,
      frame: last.datagram.frame,
      keyStatus: "none",
      keys: {},
      steps: [],
      ipcomp: compression(request).length > 0 ? compression(response).map(n => n.data[2] ?? 0) : [],
      provenBy: null,
    }
    if (replaced && replaced.state === "installed") replaced.state = "rekeyed"
    sa.children.push(child)
    this.listener.child(sa, child, creation)
  }

  /** Delete payloads: of the IKE SA itself, or of the sender's inbound ESP or AH SAs. RFC 7296 §1.4.1. */
  #deletes(sa: IkeSa, from: Side, whole: WholeMessage): void {
    for (const d of findAll(whole.payloads, del)) {
      if (d.protocol === SECURITY_PROTOCOL.IKE) {
        if (sa.state !== "rekeyed") sa.state = sa.state === "failed" ? "failed" : "deleted"
        sa.deletedAt ??= whole.datagram.frame
        const heir = survivingSibling(sa)
        if (heir) leaveTo(sa, heir)
        const mine = heir ? sa.children : inheritedChildren(sa).map(({ child }) => child)
        if (sa.rekeyedBy === null) for (const child of mine) if (child.state === "installed") end(child, whole)
      }
      for (const spi of d.spis) {
        const hex = toHex(spi)
        const child = childWith(sa, from, d.protocol, hex)
        if (!child) noteStrayDelete(sa, from, hex, whole.datagram)
        else if (child.state === "installed") end(child, whole)
        else child.last = whole.datagram.time
      }
    }
  }
}

/** Child SAs under this IKE SA: its own, and those it took over when it replaced another. RFC 7296 §2.18. */
function inheritedChildren(sa: IkeSa): Heirloom[] {
  const all: Heirloom[] = []
  const seen = new Set<IkeSa>()
  let swapped = false
  for (let at: IkeSa | null = sa; at && !seen.has(at) && seen.size < MAX_ANCESTORS; at = v2StateOf(at).parent) {
    seen.add(at)
    for (const child of at.children)
      all.push({ child, startedBy: swapped ? otherSide(child.startedBy) : child.startedBy })
    if (v2StateOf(at).swapped) swapped = !swapped
  }
  return all
}

/** A Child SA, and which side of the IKE SA that has it now started it. */
interface Heirloom {
  readonly child: ChildSa
  readonly startedBy: Side
}

/** Rekeys looked back over for Child SAs. */
const MAX_ANCESTORS = 1024

/** Protocol of a Child SA by its number. RFC 7296 §3.3.1. */
const PROTOCOL: Readonly<Record<number, ChildSa["protocol"]>> = {
  [SECURITY_PROTOCOL.AH]: "AH",
  [SECURITY_PROTOCOL.ESP]: "ESP",
}

/**
 * The Child SA whose inbound SPI a side names: the newest that is still there, else the newest. Some peers name the other side's SPI, or
 * no protocol: that is understood when nothing fits better.
 */
function childWith(sa: IkeSa, side: Side, protocol: number, spi: string): ChildSa | undefined {
  const all = inheritedChildren(sa).filter(({ child: c }) => c.spiI === spi || c.spiR === spi)
  const exact = all.filter(
    ({ child: c, startedBy }) =>
      c.protocol === (PROTOCOL[protocol] ?? c.protocol) && (startedBy === side ? c.spiI : c.spiR) === spi,
  )
  const of = (exact.length > 0 ? exact : all).map(({ child }) => child)
  return newest(of.filter(c => c.state === "installed")) ?? newest(of)
}

const newest = (children: readonly ChildSa[]): ChildSa | undefined =>
  children.reduce<ChildSa | undefined>((a, b) => (a && a.frame > b.frame ? a : b), undefined)

/** Of two SAs that replaced one at once the other, unless it is gone: it takes over the Child SAs. RFC 7296 §2.8.2. */
function survivingSibling(sa: IkeSa): IkeSa | undefined {
  const { parent } = v2StateOf(sa)
  return parent ? v2StateOf(parent).successors.find(x => x !== sa && x.state !== "deleted") : undefined
}

/** The SA that was replaced is followed by its heir. */
function leaveTo(sa: IkeSa, heir: IkeSa): void {
  const { parent } = v2StateOf(sa)
  if (parent?.rekeyedBy === sa.id) parent.rekeyedBy = heir.id
}

const peersOf = ({ initiator, responder }: IkeSa) => ({ initiator, responder })

function end(child: ChildSa, whole: WholeMessage): void {
  child.state = "deleted"
  child.last = whole.datagram.time
}

/** COOKIE, INVALID_KE_PAYLOAD, REDIRECT: the initiator sends IKE_SA_INIT anew. */
const asksAgain = (w: WholeMessage): boolean =>
  has(w, NOTIFY.COOKIE) || has(w, NOTIFY.REDIRECT) || has(w, NOTIFY.INVALID_KE_PAYLOAD)
const hasAuth = (w: WholeMessage): boolean => w.payloads.some(p => p.type === authPayload.type)

/** What the responder agreed to; tunnel mode unless a notification says otherwise. RFC 7296 §1.3.1. */
const modeOf = (response: WholeMessage): ChildSa["mode"] =>
  has(response, NOTIFY.USE_TRANSPORT_MODE) ? "transport" : has(response, NOTIFY.USE_BEET_MODE) ? "beet" : "tunnel"

/** The key exchange that a request and its response make. */
function pairOf(request: WholeMessage, response: WholeMessage): KePair | undefined {
  const i = find(request.payloads, ke)
  const r = find(response.payloads, ke)
  if (!i || !r || i.group !== r.group) return undefined
  return { group: i.group, i: i.data, r: r.data, frameI: request.datagram.frame, frameR: response.datagram.frame }
}

/** Data of ADDITIONAL_KEY_EXCHANGE: links the exchanges of one SA in the making. RFC 9370 §2.2.4. */
function linkOf(whole: WholeMessage): string | undefined {
  const n = notifyOf(whole.payloads, NOTIFY.ADDITIONAL_KEY_EXCHANGE)
  return n && toHex(n.data)
}
