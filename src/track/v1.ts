/**
 * What the payloads of an IKEv1 message say about its SA: phase 1's choice, identities, Quick Mode's SAs, deletes, states.
 * Called with every whole message (clear or opened, retransmissions left out); tells the listener what keys can be made of.
 */

import { toHex } from "../bytes/hex.ts"
import { encrOfEspV1, encrOfIkev1 } from "../crypto/encr.ts"
import { integOfAhV1, integOfEspV1 } from "../crypto/integ.ts"
import { hashOfIkev1 } from "../crypto/prf.ts"
import { find, findAll } from "../ike/shared/payload.ts"
import { cert } from "../ike/v1/certificate.ts"
import { del } from "../ike/v1/delete.ts"
import { type IdentificationV1, id as idPayload } from "../ike/v1/identification.ts"
import { ikeAttributes } from "../ike/v1/ike-attributes.ts"
import { ipsecAttributes } from "../ike/v1/ipsec-attributes.ts"
import { notification } from "../ike/v1/notification.ts"
import type { ProposalV1 } from "../ike/v1/proposal.ts"
import { type SaV1, sa as saPayload } from "../ike/v1/security-association.ts"
import type { TransformV1 } from "../ike/v1/transform.ts"
import { vid } from "../ike/v1/vendor-id.ts"
import { AUTH_METHOD } from "../registry/ikev1/auth-methods.ts"
import { ENCAP_MODE } from "../registry/ikev1/encap-mode.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { GROUP } from "../registry/ikev1/groups.ts"
import { ID_TYPE } from "../registry/ikev1/id-types.ts"
import { IKE_HASH } from "../registry/ikev1/ike-hash.ts"
import { IPSEC_AUTH_ALG } from "../registry/ikev1/ipsec-auth-alg.ts"
import { isErrorType, NOTIFY as NOTIFY_V1 } from "../registry/ikev1/notify.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { IKE_PRF } from "../registry/ikev1/prf.ts"
import { PROTOCOL_ID } from "../registry/ikev1/protocol-ids.ts"
import { TRANS_AH } from "../registry/ikev1/trans-ah.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import type { ChildSa } from "./child-sa.ts"
import type { KePair, Nonces } from "./creation.ts"
import type { Exchange } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"
import { otherSide, type Side } from "./peer.ts"
import { noteStrayDelete } from "./stray-delete.ts"
import { espEncrNameV1, type IkeChoice, ikeEncrNameV1 } from "./suite.ts"
import { isPublicKeyMethod } from "./v1-methods.ts"
import { type Body, type V1State, v1StateOf } from "./v1-state.ts"
import { noteVendors } from "./vendors.ts"
import type { Offer } from "./vocabulary.ts"
import type { WholeMessage } from "./whole.ts"

/** Encapsulation modes: transport, and its UDP forms. RFC 2407 §4.5, RFC 3947 §5.1. */
const TRANSPORT_MODES: readonly number[] = [
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

/** A Quick Mode as far as keys need it. */
export interface QuickCreation {
  readonly nonces: Nonces
  /** With PFS: the key exchange; `i` is the starter's value. */
  readonly pair: KePair | null
}

export interface V1Listener {
  child(sa: IkeSa, child: ChildSa, creation: QuickCreation): void
  whole(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void
}

/** Body of the first payload of a type, without its generic header. */
export function bodyOf(whole: WholeMessage, type: number): Body | null {
  const p = whole.payloads.find(x => x.type === type && !x.fault)
  return p ? { bytes: p.src.bytes.slice(p.start + 4, p.end), frame: whole.datagram.frame } : null
}

/** Child SAs remembered as those that a new one may replace. */
const MAX_NEWEST = 65_536

/** Peers, selectors and protocol, whoever asked. */
function purposeOf(sa: IkeSa, child: Pick<ChildSa, "protocol" | "tsI" | "tsR" | "startedBy">): string {
  const end = (side: Side, selectors: readonly string[]) =>
    `${sa.peer(side).address} ${sa.ids[side]?.value ?? ""} ${selectors}`
  const ends = [end(child.startedBy, child.tsI), end(otherSide(child.startedBy), child.tsR)]
  return [child.protocol, ...ends.sort()].join(" | ")
}

export class V1Rules {
  readonly #newest = new Map<string, ChildSa>()

  constructor(
    readonly listener: V1Listener,
    /** Next id for a Child SA. */
    readonly childId: () => string,
    /** Other IKEv1 SAs between the same peers. */
    readonly siblings: (sa: IkeSa) => readonly IkeSa[],
  ) {}

  /** Notes the message in its exchange; for every message that is no retransmission, closed ones too. */
  progress(sa: IkeSa, exchange: Exchange): void {
    const wanted = MESSAGES[exchange.type] ?? 1
    exchange.complete ||= exchange.messages.filter(m => m.retransmissionOf === null && !m.fragment).length >= wanted
    if (isPhase1(exchange.type) && exchange.complete && sa.state === "half-open") sa.state = "established"
    if (exchange.type === EXCHANGE_V1.TRANSACTION && sa.state === "half-open") sa.state = "established"
    if (exchange.type === EXCHANGE_V1.QUICK_MODE && (sa.state === "half-open" || sa.state === "failed"))
      sa.state = "established"
  }

  /** Applies a whole message that is no retransmission. */
  apply(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void {
    const state = v1StateOf(sa)
    if (isPhase1(exchange.type)) this.#phase1(sa, state, exchange, from, whole)
    noteVendors(sa, from, findAll(whole.payloads, vid))
    this.listener.whole(sa, exchange, from, whole)
    if (whole.opened || !sa.secured) {
      if (exchange.type === EXCHANGE_V1.QUICK_MODE) this.#quick(sa, state, exchange, from, whole)
      this.#deletes(sa, from, whole)
    }
    this.#errors(sa, exchange, whole)
  }

  #phase1(sa: IkeSa, state: V1State, exchange: Exchange, from: Side, whole: WholeMessage): void {
    state.exchangeType = exchange.type
    const offered = find(whole.payloads, saPayload)
    if (offered && from === "initiator") {
      state.sa = bodyOf(whole, PAYLOAD_V1.SA)
      sa.offered.length = 0
      for (const p of offered.proposals) sa.offered.push(...p.transforms.map(offerOfV1))
    }
    const chosen = offered?.proposals[0]?.transforms[0]
    if (chosen && from === "responder") this.#choose(sa, state, chosen, whole)
    state.ke[from] ??= bodyOf(whole, PAYLOAD_V1.KE)
    state.nonce[from] ??= bodyOf(whole, PAYLOAD_V1.NONCE)
    const identity = bodyOf(whole, PAYLOAD_V1.ID)
    if (identity) {
      state.id[from] = identity
      const value = find(whole.payloads, idPayload)
      if (value && !isPublicKeyMethod(state.authMethod ?? offeredMethod(offered)))
        sa.ids[from] = { type: ID_TYPE.alias(value.type), value: value.text }
    }
    const certificates = findAll(whole.payloads, cert).map(c => c.data)
    if (certificates.length > 0) state.certificates[from] = certificates
  }

  #choose(sa: IkeSa, state: V1State, chosen: TransformV1, whole: WholeMessage): void {
    const a = ikeAttributes(chosen)
    state.hash = a.hash === undefined ? undefined : hashOfIkev1(a.hash)
    state.authMethod = a.authMethod
    state.prf = a.prf
    if (isPublicKeyMethod(a.authMethod)) sa.ids.initiator = null
    state.group = a.group
    state.lifetimeSeconds = a.lifetimeSeconds
    state.lifetimeKilobytes = a.lifetimeKilobytes
    sa.choice = choiceOfV1(chosen, whole.datagram.frame)
    if (a.authMethod !== undefined)
      sa.auth = { initiator: AUTH_METHOD.alias(a.authMethod), responder: AUTH_METHOD.alias(a.authMethod) }
  }

  /** Quick Mode: SA, Ni, KE and IDs in its first two messages. RFC 2409 §5.5. */
  #quick(sa: IkeSa, state: V1State, exchange: Exchange, from: Side, whole: WholeMessage): void {
    if (!whole.payloads.some(p => p.type === PAYLOAD_V1.SA)) return
    const halves = state.quick.get(exchange.messageId) ?? {}
    if (from === exchange.startedBy) halves.first = whole
    else halves.second = whole
    state.quick.set(exchange.messageId, halves)
    if (state.quick.size > 64) state.quick.delete(state.quick.keys().next().value as number)
    const { first, second } = halves
    if (!first || !second) return
    state.quick.delete(exchange.messageId)
    this.#children(sa, exchange, first, second)
  }

  #children(sa: IkeSa, exchange: Exchange, first: WholeMessage, second: WholeMessage): void {
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
        const child = this.#childOf(sa, exchange, first, second, chosen, t, mine, pair !== null)
        sa.children.push(child)
        this.#remember(sa, child)
        if (ni && nr)
          this.listener.child(sa, child, {
            nonces: { ni: ni.bytes, nr: nr.bytes, frameI: ni.frame, frameR: nr.frame },
            pair,
          })
      }
    })
  }

  #childOf(
    sa: IkeSa,
    exchange: Exchange,
    first: WholeMessage,
    second: WholeMessage,
    chosen: ProposalV1,
    t: TransformV1,
    mine: ProposalV1 | undefined,
    pfs: boolean,
  ): ChildSa {
    const a = ipsecAttributes(t)
    const ah = chosen.protocol === PROTOCOL_ID.PROTO_IPSEC_AH
    const encr = ah ? undefined : encrOfEspV1(t.id, a.keyLength)
    const integ = ah ? integOfAhV1(t.id) : a.authAlg === undefined ? undefined : integOfEspV1(a.authAlg)
    const integName =
      integ?.name ?? (ah ? TRANS_AH.alias(t.id) : a.authAlg === undefined ? null : IPSEC_AUTH_ALG.alias(a.authAlg))
    const ids = findAll(second.payloads, idPayload)
    const selectors = ids.length >= 2 ? ids : findAll(first.payloads, idPayload)
    const [tsI, tsR] =
      selectors.length >= 2
        ? selectors.map(quickSelectorText)
        : [sa.peer(exchange.startedBy).address, sa.peer(otherSide(exchange.startedBy)).address]
    return {
      id: this.childId(),
      ike: sa.id,
      protocol: ah ? "AH" : "ESP",
      startedBy: exchange.startedBy,
      spiI: mine ? toHex(mine.spi) : null,
      spiR: toHex(chosen.spi),
      mode: a.encapMode !== undefined && TRANSPORT_MODES.includes(a.encapMode) ? "transport" : "tunnel",
      suite: {
        encr: ah ? null : espEncrNameV1(t.id, a.keyLength),
        integ: integName,
        ke: pfs && a.group !== undefined ? [GROUP.alias(a.group)] : [],
        esn: a.esn,
      },
      encr,
      integ,
      tsI: [tsI],
      tsR: [tsR],
      pfs,
      state: "installed",
      rekeys: this.#replaced(sa, ah ? "AH" : "ESP", [tsI], [tsR], exchange.startedBy, second.datagram.frame),
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
  #replaced(
    sa: IkeSa,
    protocol: ChildSa["protocol"],
    tsI: readonly string[],
    tsR: readonly string[],
    startedBy: Side,
    frame: number,
  ): string | null {
    const old = this.#newest.get(purposeOf(sa, { protocol, tsI, tsR, startedBy }))
    // SAs of one Quick Mode stand side by side.
    if (old?.state !== "installed" || old.frame === frame) return null
    old.state = "rekeyed"
    return old.id
  }

  #remember(sa: IkeSa, child: ChildSa): void {
    const key = purposeOf(sa, child)
    this.#newest.delete(key)
    this.#newest.set(key, child)
    if (this.#newest.size > MAX_NEWEST) this.#newest.delete(this.#newest.keys().next().value as string)
  }

  #deletes(sa: IkeSa, from: Side, whole: WholeMessage): void {
    for (const d of findAll(whole.payloads, del)) {
      if (d.protocol === PROTOCOL_ID.PROTO_ISAKMP) {
        sa.state = "deleted"
        sa.deletedAt ??= whole.datagram.frame
        continue
      }
      for (const spi of d.spis) {
        const hex = toHex(spi)
        if (!this.#deleteChild(sa, from, hex, whole)) noteStrayDelete(sa, from, hex, whole.datagram)
      }
    }
  }

  /** Ends the Child SA whose SPI the sender chose; any ISAKMP SA between the two peers may say so. RFC 2408 §3.15. */
  #deleteChild(sa: IkeSa, from: Side, spi: string, whole: WholeMessage): boolean {
    const sender = sa.peer(from).address
    const mine = (owner: IkeSa, side: Side) =>
      owner.children.find(c => (c.startedBy === side ? c.spiI : c.spiR) === spi)
    let child = mine(sa, from)
    if (!child)
      for (const other of this.siblings(sa))
        child ??= mine(other, other.initiator.address === sender ? "initiator" : "responder")
    if (!child) return false
    if (child.state === "installed") child.state = "deleted"
    child.last = whole.datagram.time
    return true
  }

  #errors(sa: IkeSa, exchange: Exchange, whole: WholeMessage): void {
    if (exchange.type !== EXCHANGE_V1.INFORMATIONAL || sa.state !== "half-open") return
    const error = findAll(whole.payloads, notification).find(n => isErrorType(n.type))
    if (error && (!whole.message.encrypted || error.type === NOTIFY_V1.AUTHENTICATION_FAILED)) sa.state = "failed"
  }
}

/** The Authentication Method that an offer begins with. */
function offeredMethod(offer: SaV1 | undefined): number | undefined {
  const first = offer?.proposals[0]?.transforms[0]
  return first && ikeAttributes(first).authMethod
}

/** An ID payload of Quick Mode as a traffic selector: `10.1.0.0/16[tcp/443]`. RFC 2407 §4.6.2. */
export function quickSelectorText(id: IdentificationV1): string {
  const range =
    id.type === ID_TYPE.ID_IPV4_ADDR ? `${id.text}/32` : id.type === ID_TYPE.ID_IPV6_ADDR ? `${id.text}/128` : id.text
  if (id.protocol === 0 && id.port === 0) return range
  const protocol = id.protocol === 0 ? "any" : (IP_PROTOCOL.name(id.protocol)?.toLowerCase() ?? String(id.protocol))
  return `${range}[${protocol}${id.port === 0 ? "" : `/${id.port}`}]`
}

const named = (name: string | undefined): string[] => (name === undefined ? [] : [name])

function offerOfV1(t: TransformV1): Offer {
  const a = ikeAttributes(t)
  return {
    number: t.number,
    encr: named(a.encr === undefined ? undefined : ikeEncrNameV1(a.encr, a.keyLength)),
    integ: named(a.hash === undefined ? undefined : IKE_HASH.alias(a.hash)),
    prf: [],
    ke: named(a.group === undefined ? undefined : GROUP.alias(a.group)),
  }
}

/** The negotiated PRF by number (none has a name), else HMAC of the hash. */
function prfNameOf(prf: number | undefined, hash: number | undefined): string | null {
  if (prf !== undefined) return IKE_PRF.alias(prf)
  const name = hash === undefined ? undefined : hashOfIkev1(hash)?.name
  return name === undefined ? null : `HMAC-${name}`
}

function choiceOfV1(t: TransformV1, frame: number): IkeChoice {
  const a = ikeAttributes(t)
  const encr = a.encr === undefined ? undefined : encrOfIkev1(a.encr, a.keyLength)
  return {
    names: {
      encr: a.encr === undefined ? null : ikeEncrNameV1(a.encr, a.keyLength),
      integ: null,
      prf: prfNameOf(a.prf, a.hash),
      ke: named(a.group === undefined ? undefined : GROUP.alias(a.group)),
      hash: a.hash === undefined ? null : IKE_HASH.alias(a.hash),
    },
    encr,
    ke: a.group ?? 0,
    additional: [],
    frame,
  }
}
