/**
 * What the payloads of an IKEv1 message say about its SA: phase 1's choice, identities, Quick Mode's SAs, deletes, errors. The rules take
 * every whole message (clear or opened, retransmissions left out) and return events. They write to their own memory, `V1State`, alone.
 */
import { BoundedMap } from "../bytes/bounded-map.ts"
import { spiOf } from "../bytes/bytes.ts"
import { find, findAll } from "../ike/shared/payload.ts"
import { del } from "../ike/v1/delete.ts"
import { id as idPayload } from "../ike/v1/identification.ts"
import { keyDownload } from "../ike/v1/key-download.ts"
import { notification } from "../ike/v1/notification.ts"
import { sa as saPayload } from "../ike/v1/security-association.ts"
import { vid } from "../ike/v1/vendor-id.ts"
import { DOI } from "../registry/ikev1/doi.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { ID_TYPE } from "../registry/ikev1/id-types.ts"
import { isErrorType, NOTIFY as NOTIFY_V1 } from "../registry/ikev1/notify.ts"
import { PROTOCOL_ID } from "../registry/ikev1/protocol-ids.ts"
import type { ChildSa } from "./child-sa.ts"
import type { EventV1, ProgressV1 } from "./event.ts"
import type { Exchange, MessageRecord } from "./exchange.ts"
import { groupChildOf } from "./group.ts"
import type { IkeSa } from "./ike-sa.ts"
import { withSpi } from "./inherited.ts"
import type { Side } from "./peer.ts"
import { Phase1, type Reading } from "./phase1.ts"
import { QuickModes } from "./quick-mode.ts"
import { isGroupRequest, isPhase1 } from "./v1-messages.ts"
import { v1StateOf } from "./v1-state.ts"
import type { WholeMessage } from "./whole.ts"

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

export class V1Rules {
  readonly #phase1 = new Phase1()
  readonly #quick: QuickModes

  constructor(
    /** Next id for a Child SA. */
    childId: () => string,
    /** Other IKEv1 SAs between the same peers. */
    readonly siblings: (sa: IkeSa) => readonly IkeSa[],
  ) {
    this.#quick = new QuickModes(childId)
  }

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
    if (isPhase1(exchange.type)) this.#phase1.add({ state, from, whole, events }, exchange.type)
    const ids = findAll(whole.payloads, vid)
    if (ids.length > 0) events.push({ kind: "vendors", from, ids })
    events.push({ kind: "understood", context: {} })
    if (whole.opened || !sa.secured) {
      if (exchange.type === EXCHANGE_V1.QUICK_MODE) this.#quick.add(sa, { state, from, whole, events }, exchange)
      if (whole.opened && exchange.type >= EXCHANGE_V1.QUICK_MODE) group({ state, from, whole, events }, exchange)
      this.#deletes(sa, from, whole, events)
    }
    if (refuses(exchange, whole))
      events.push({ kind: "refused", at: whole.datagram, authenticated: whole.opened !== undefined })
    return events
  }

  #deletes(sa: IkeSa, from: Side, whole: WholeMessage, events: EventV1[]): void {
    const at = whole.datagram
    let others: readonly IkeSa[] | undefined
    const siblings = () => (others ??= this.siblings(sa).filter(s => s.children.length > 0))
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
      withSpi(owner, spi).find(c => (c.startedBy === side ? c.spiI : c.spiR) === spi)
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

/** Registrations under way that are remembered of one SA. */
const MAX_POLICIES = 64

/** Whether a message says that phase 1 failed: an error in the clear, or AUTHENTICATION-FAILED in an opened one. RFC 2408 §3.14.1. */
function refuses(exchange: Exchange, whole: WholeMessage): boolean {
  if (exchange.type !== EXCHANGE_V1.INFORMATIONAL) return false
  const error = findAll(whole.payloads, notification).find(n => isErrorType(n.type))
  return error !== undefined && (!whole.message.encrypted || error.type === NOTIFY_V1.AUTHENTICATION_FAILED)
}
