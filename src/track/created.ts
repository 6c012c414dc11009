/**
 * What CREATE_CHILD_SA makes: a Child SA, a rekeyed one, or a rekeyed IKE SA, after further key exchanges too; and the Child SA that comes
 * with IKE_AUTH. RFC 7296 §1.2, §1.3, RFC 9370 §2.2.4.
 */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { spiOf } from "../bytes/bytes.ts"
import { find } from "../ike/shared/payload.ts"
import { nonce } from "../ike/v2/nonce.ts"
import { sa as saPayload } from "../ike/v2/security-association.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { SECURITY_PROTOCOL } from "../registry/ikev2/security-protocols.ts"
import { type ChildSa, installedBy } from "./child-sa.ts"
import type { EventV2, Rekey } from "./event.ts"
import type { Exchange } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"
import { childWith } from "./inherited.ts"
import type { Negotiation } from "./negotiation.ts"
import { childSuiteOf, choiceOf, offerOf } from "./suite.ts"
import {
  IKE_SPI_BYTES,
  LatestSelectors,
  linkOf,
  modeOf,
  notifiesOf,
  notifyOf,
  type OptimizedRekey,
  optimizedOf,
  pairOf,
} from "./v2-messages.ts"
import { type V2State, v2StateOf } from "./v2-state.ts"
import type { WholeMessage } from "./whole.ts"

/** SAs in the making that are remembered of one SA. */
const MAX_OPEN = 64

/** An exchange of which both messages are known. */
export interface DoneExchange {
  readonly sa: IkeSa
  readonly state: V2State
  readonly exchange: Exchange
  readonly request: WholeMessage
  readonly response: WholeMessage
}

/** What a Child SA or a rekeyed IKE SA is made from; `last` is the message that completed it. */
interface Made {
  readonly exchange: Exchange
  readonly request: WholeMessage
  readonly response: WholeMessage
  readonly negotiation: Negotiation | null
  readonly optimized?: OptimizedRekey
  readonly last: WholeMessage
}

export class CreatedSas {
  readonly #selectors = new LatestSelectors()

  /** `childId` gives the next id for a Child SA. */
  constructor(readonly childId: () => string) {}

  /** A new Child SA, or a rekey of a Child or IKE SA. RFC 7296 §1.3. */
  created({ sa, state, exchange, request, response }: DoneExchange, events: EventV2[]): void {
    const chosen = find(response.payloads, saPayload)?.proposals[0]
    const ni = find(request.payloads, nonce)
    const nr = find(response.payloads, nonce)
    const optimized = chosen ? undefined : optimizedOf(request, response)
    if (!(chosen || optimized) || !ni || !nr) return
    const pair = pairOf(request, response)
    const negotiation: Negotiation = {
      startedBy: exchange.startedBy,
      nonces: { ni: ni.data, nr: nr.data, frameI: request.datagram.frame, frameR: response.datagram.frame },
      pairs: pair ? [pair] : [],
      ppk: notifyOf(response.payloads, NOTIFY.PPK_IDENTITY)?.data,
    }
    const link = linkOf(response)
    if (link === undefined)
      this.#made(sa, { exchange, request, response, negotiation, optimized, last: response }, events)
    else {
      const followups = (state.followups ??= new BoundedMap(MAX_OPEN))
      followups.set(link, { exchange, request, response, negotiation, optimized })
    }
  }

  /** Further key exchanges of an SA in the making; the one without a new link is the last. RFC 9370 §2.2.4. */
  followup({ sa, state, request, response }: DoneExchange, events: EventV2[]): void {
    const link = linkOf(request)
    const { followups } = state
    const open = link === undefined ? undefined : followups?.get(link)
    if (!open || !followups || link === undefined) return
    followups.delete(link)
    const pair = pairOf(request, response)
    if (pair) open.negotiation.pairs.push(pair)
    const next = linkOf(response)
    if (next === undefined) this.#made(sa, { ...open, last: response }, events)
    else followups.set(next, open)
  }

  /** All key exchanges of a CREATE_CHILD_SA are done. */
  #made(sa: IkeSa, made: Made & { readonly negotiation: Negotiation }, events: EventV2[]): void {
    if (made.optimized) this.#optimized(sa, made, made.optimized, events)
    else if (find(made.response.payloads, saPayload)?.proposals[0].protocol === SECURITY_PROTOCOL.IKE)
      ikeRekey(made, events)
    else this.child(sa, made, events)
  }

  /** A rekey that names new SPIs alone: suite and selectors are those of the SA before. draft-ietf-ipsecme-ikev2-sa-ts-payloads-opt §4, §5. */
  #optimized(
    sa: IkeSa,
    { exchange, request, response, negotiation, last }: Made & { readonly negotiation: Negotiation },
    { spiI, spiR }: OptimizedRekey,
    events: EventV2[],
  ): void {
    const { startedBy } = exchange
    const rekey = notifyOf(request.payloads, NOTIFY.REKEY_SA)
    if (!rekey) {
      if (!sa.choice || spiI.length !== IKE_SPI_BYTES) return
      const choice = { ...sa.choice, frame: response.datagram.frame }
      const made = { ...negotiation, startedBy: "initiator" as const }
      events.push({
        kind: "rekeyed",
        rekey: { startedBy, spiI, spiR, offers: [], choice, negotiation: made, response },
      })
      return
    }
    const old = childWith(sa, startedBy, rekey.protocol, spiOf(rekey.spi))
    if (!old || spiI.length !== rekey.spi.length) return
    const turned = old.startedBy !== startedBy
    const { i, r } = old.selectors
    const child: ChildSa = {
      ...old,
      id: this.childId(),
      startedBy,
      spiI: spiOf(spiI),
      spiR: spiOf(spiR),
      selectors: turned ? { i: r, r: i } : old.selectors,
      pfs: negotiation.pairs.length > 0,
      rekeys: old.id,
      ...installedBy(last.datagram),
    }
    events.push({ kind: "child", child, negotiation, replaces: old })
  }

  child(sa: IkeSa, made: Made, events: EventV2[]): void {
    const { exchange, request, response, negotiation, last } = made
    const chosen = find(response.payloads, saPayload)?.proposals[0]
    if (chosen?.protocol !== SECURITY_PROTOCOL.ESP && chosen?.protocol !== SECURITY_PROTOCOL.AH) {
      if (chosen) v2StateOf(sa).otherProtocol = chosen.protocol
      return
    }
    const offered = find(request.payloads, saPayload)?.proposals.find(p => p.number === chosen.number)
    const rekey = notifyOf(request.payloads, NOTIFY.REKEY_SA)
    const replaces = rekey && childWith(sa, exchange.startedBy, rekey.protocol, spiOf(rekey.spi))
    const compression = (w: WholeMessage) => notifiesOf(w.payloads).filter(n => n.type === NOTIFY.IPCOMP_SUPPORTED)
    const child: ChildSa = {
      id: this.childId(),
      ike: sa.id,
      protocol: chosen.protocol === SECURITY_PROTOCOL.AH ? "AH" : "ESP",
      startedBy: exchange.startedBy,
      spiI: offered ? spiOf(offered.spi) : null,
      spiR: spiOf(chosen.spi),
      mode: modeOf(response),
      ...childSuiteOf(chosen),
      selectors: this.#selectors.of(response),
      pfs: (negotiation?.pairs.length ?? 0) > 0,
      rekeys: replaces?.id ?? null,
      ipcomp: compression(request).length > 0 ? compression(response).map(n => n.data[2] ?? 0) : [],
      ...installedBy(last.datagram),
    }
    events.push({ kind: "child", child, negotiation, replaces })
  }
}

function ikeRekey(made: Made & { readonly negotiation: Negotiation }, events: EventV2[]): void {
  const { exchange, request, response, negotiation } = made
  const chosen = find(response.payloads, saPayload)?.proposals[0]
  const offered = find(request.payloads, saPayload)?.proposals ?? []
  const spiI = chosen && offered.find(p => p.number === chosen.number)?.spi
  if (!chosen || spiI?.length !== IKE_SPI_BYTES || chosen.spi.length !== IKE_SPI_BYTES) return
  const rekey: Rekey = {
    startedBy: exchange.startedBy,
    spiI,
    spiR: chosen.spi,
    offers: offered.map(offerOf),
    choice: choiceOf(chosen, response.datagram.frame),
    negotiation: { ...negotiation, startedBy: "initiator" },
    response,
  }
  events.push({ kind: "rekeyed", rekey })
}
