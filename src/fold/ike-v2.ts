/** One IKEv2 message after another: find its SA and exchange, open it, apply what it says, verify what it claims. */
import { allPayloads, type Message } from "../ike/message.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import { find } from "../ike/shared/payload.ts"
import { skf } from "../ike/v2/encrypted-fragment.ts"
import { IKEV2 } from "../ike/v2/table.ts"
import { Reassembly } from "../open/fragments.ts"
import { encryptedPayload, SKF } from "../open/ike-v2.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { Creation, KePair } from "../track/creation.ts"
import type { Datagram } from "../track/datagram.ts"
import { addMessage, type Exchange, internNames, type MessageRecord } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import { followPath, senderOf } from "../track/tracker.ts"
import { notifiesOf, type V2Listener, V2Rules } from "../track/v2.ts"
import { v2StateOf } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import { V2Unlock } from "../unlock/v2.ts"
import { verifyAuth } from "../verify/auth-v2.ts"
import { verifyMessageV2 } from "../verify/message-v2.ts"
import { skIntegrity, skPadding } from "../verify/sk.ts"
import { addCheck, type FoldContext } from "./context.ts"
import { decodeTelling } from "./decode.ts"
import { exchangeOfV2 } from "./v2-exchanges.ts"
import { messageIdFault } from "./v2-message-id.ts"

/** A message that no key opened yet. */
interface Pending {
  readonly sa: IkeSa
  readonly exchange: Exchange
  readonly record: MessageRecord
  readonly message: Message
  readonly datagram: Datagram
}

export class V2Fold implements V2Listener {
  readonly rules: V2Rules
  readonly unlock: V2Unlock
  readonly children: ChildUnlock
  readonly #pending = new Map<IkeSa, Pending[]>()
  readonly #reassembly = new WeakMap<Exchange, { request: Reassembly; response: Reassembly }>()

  constructor(
    readonly context: FoldContext,
    children: ChildUnlock,
  ) {
    this.rules = new V2Rules(context.tracker, this)
    this.unlock = new V2Unlock(context.pool, context.provider)
    this.children = children
  }

  /** Takes the next message. */
  message(message: Message, datagram: Datagram): void {
    const { tracker, limits } = this.context
    const sa = tracker.locate(message, datagram)
    const from = senderOf(sa, message, datagram)
    followPath(sa, from, datagram)
    const exchange = exchangeOfV2(sa, message, from, limits)
    const closed = encryptedPayload(message)
    const part = message.payloads.find(p => p.type === SKF)
    const fragment = part ? find([part], skf) : undefined
    const record = addMessage(exchange, datagram, message, from, {
      payloads: internNames(message.payloads.map(notationOf)),
      notifies: internNames(notifyNames(message.payloads)),
      fragment: fragment ? { number: fragment.number, total: fragment.total } : null,
      encrypted: closed !== undefined,
    })
    const fault = messageIdFault(sa, exchange, record)
    if (fault)
      addCheck(this.context, sa, {
        id: "message-id",
        status: "fail",
        reason: fault,
        rfc: "RFC 7296 §2.2",
        at: datagram,
      })
    if (closed) this.#closed({ sa, exchange, record, message, datagram }, closed)
    else {
      if (message.exchangeType >= 35 && sa.state === "unknown") exchange.complete ||= !record.request
      if (record.retransmissionOf === null)
        this.rules.apply(sa, exchange, from, {
          message,
          datagram,
          payloads: message.payloads,
          frames: [datagram.frame],
        })
    }
  }

  /** Forgets what is held of an SA that is let go; its last word is said here. */
  close(sa: IkeSa): void {
    this.#pending.delete(sa)
    const failed = sa.checks.some(c => c.id === "message-id")
    if (!failed && sa.exchanges.length > 0)
      addCheck(this.context, sa, {
        id: "message-id",
        status: "pass",
        reason: null,
        rfc: "RFC 7296 §2.2",
        at: sa.exchanges[0].messages[0] ?? null,
      })
  }

  /** An SK or SKF: opens it if a key is known or can be found, else keeps it for later. */
  #closed(item: Pending, payload: DecodedPayload): void {
    const { sa, exchange, record } = item
    exchange.complete ||= !record.request
    if (exchange.type === 35 && !record.request && sa.state === "half-open") sa.state = "established"
    if (this.#open(item, payload)) {
      this.#retryPending(sa)
      return
    }
    const list = this.#pending.get(sa) ?? []
    if (!this.context.pool.empty && list.length < this.context.limits.pending) {
      list.push(item)
      this.#pending.set(sa, list)
    } else this.#reportClosed(item, payload)
  }

  /** Checks of messages that stayed closed to the end. */
  giveUp(sa: IkeSa): void {
    for (const item of this.#pending.get(sa) ?? []) {
      const payload = encryptedPayload(item.message)
      if (payload) this.#reportClosed(item, payload)
    }
    this.#pending.delete(sa)
  }

  #reportClosed(item: Pending, payload: DecodedPayload): void {
    addCheck(this.context, item.sa, skIntegrity(this.unlock.closedReason(item.sa), payload, item.datagram))
  }

  #open(item: Pending, payload: DecodedPayload): boolean {
    const { sa, exchange, record, message, datagram } = item
    const opened = this.unlock.open(sa, exchange, record, message, payload)
    if (typeof opened === "string" || !opened) {
      if (opened === "icv" && this.unlock.hasKeys(sa)) {
        addCheck(this.context, sa, skIntegrity("icv", payload, datagram))
        return true
      }
      return false
    }
    addCheck(this.context, sa, skIntegrity(opened, payload, datagram))
    addCheck(this.context, sa, skPadding(opened, datagram))
    this.#apply(item, payload, opened, record.retransmissionOf === null)
    return true
  }

  #apply(item: Pending, payload: DecodedPayload, opened: Opened, first: boolean): void {
    const { sa, exchange, record, message, datagram } = item
    const full = payload.type === SKF ? this.#join(exchange, record, message, opened, datagram) : opened
    this.context.opened(datagram, full)
    record.opened = true
    const clear = decodeTelling(message.src, m => this.context.fault(datagram, m), full, message.start, message.end)
    if (!clear) return
    const payloads = allPayloads(clear)
    record.payloads = internNames(payloads.map(notationOf))
    record.notifies = internNames(notifyNames(payloads))
    if (!first || (payload.type === SKF && !full.reassembled)) return
    this.rules.apply(sa, exchange, record.from, {
      message: clear,
      datagram,
      payloads,
      frames: full.reassembled?.frames ?? [datagram.frame],
      opened: full,
    })
  }

  #join(exchange: Exchange, record: MessageRecord, _message: Message, opened: Opened, datagram: Datagram): Opened {
    let both = this.#reassembly.get(exchange)
    if (!both) {
      const make = () => new Reassembly(this.context.limits.fragmentBytes)
      this.#reassembly.set(exchange, (both = { request: make(), response: make() }))
    }
    const { number, total } = record.fragment ?? { number: 0, total: 0 }
    return (record.request ? both.request : both.response).add(number, total, opened, datagram.frame)
  }

  /** New keys may open what came before them. */
  #retryPending(sa: IkeSa): void {
    const list = this.#pending.get(sa)
    if (!list) return
    this.#pending.delete(sa)
    for (const item of list) {
      const payload = encryptedPayload(item.message)
      if (payload && !this.#open(item, payload)) {
        const kept = this.#pending.get(sa) ?? []
        kept.push(item)
        this.#pending.set(sa, kept)
      }
    }
  }

  agreed(sa: IkeSa, creation: Creation): void {
    this.unlock.agreed(sa, creation)
  }

  intermediate(sa: IkeSa, pair: KePair | null, exchange: Exchange, ppk: Uint8Array | null): void {
    this.unlock.intermediate(sa, pair, exchange, ppk)
  }

  rekeyed(sa: IkeSa, next: IkeSa, creation: Creation): void {
    this.unlock.rekeyed(sa, next, creation)
  }

  child(sa: IkeSa, child: ChildSa, creation: Creation): void {
    this.children.negotiated(child)
    const epoch = this.unlock.currentEpoch(sa)
    const prf = this.unlock.prfOf(sa)
    if (epoch?.values.sk_d && prf) this.children.v2(child, creation, epoch.values.sk_d, prf)
  }

  auth(sa: IkeSa, from: Side, whole: WholeMessage, payload: DecodedPayload, id: DecodedPayload | null): void {
    const state = v2StateOf(sa)
    for (const check of verifyAuth({
      sa,
      state,
      from,
      whole,
      payload,
      id,
      unlock: this.unlock,
      pool: this.context.pool,
    }))
      addCheck(this.context, sa, check)
  }

  /** Checks that need no key of their own. */
  whole(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void {
    for (const check of verifyMessageV2(sa, exchange, from, whole, this.context.provider))
      addCheck(this.context, sa, check)
  }
}

const notationOf = (p: DecodedPayload): string =>
  IKEV2.get(p.type)?.notation ?? PAYLOAD_TYPE.name(p.type) ?? String(p.type)
const notifyNames = (payloads: readonly DecodedPayload[]): string[] =>
  notifiesOf(payloads).map(n => NOTIFY.name(n.type) ?? String(n.type))
