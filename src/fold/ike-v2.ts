/** One IKEv2 message after another: find its SA and exchange, open it, apply what it says, verify what it claims. */
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import { allPayloads, type Message } from "../ike/message.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import { find } from "../ike/shared/payload.ts"
import { skf } from "../ike/v2/encrypted-fragment.ts"
import { IKEV2 } from "../ike/v2/table.ts"
import { Reassembly } from "../open/fragments.ts"
import { encryptedPayload } from "../open/ike-v2.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { Creation, KePair } from "../track/creation.ts"
import type { Datagram } from "../track/datagram.ts"
import { addMessage, contentOf, type Exchange, internNames, isCopy, type MessageRecord } from "../track/exchange.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import { followPath, noteView, senderOf } from "../track/tracker.ts"
import { notifiesOf, type V2Listener, V2Rules } from "../track/v2.ts"
import { v2StateOf } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import { V2Unlock } from "../unlock/v2.ts"
import { verifyAuth } from "../verify/auth-v2.ts"
import { verifyMessageV2 } from "../verify/message-v2.ts"
import { missingPpk } from "../verify/ppk.ts"
import { skIntegrity, skPadding } from "../verify/sk.ts"
import { addCheck, type FoldContext } from "./context.ts"
import { decodeTelling } from "./decode.ts"
import { noteMessageV2 } from "./notes-v2.ts"
import { exchangeOfV2, isInit } from "./v2-exchanges.ts"
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
  #pendingBytes = 0
  /** SAs for which keys may be found that were not there before: what is pending is worth another try. */
  readonly #due = new Set<IkeSa>()
  /** Which halves of an exchange, the request (true) and the response, were opened and applied. */
  readonly #understood = new WeakMap<Exchange, Set<boolean>>()
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
    const content = contentOf(message)
    const exchange = exchangeOfV2(sa, message, content, from, limits)
    // What has a shape has nothing encrypted.
    const closed = message.shape ? undefined : encryptedPayload(message)
    const part = closed?.type === PAYLOAD_TYPE.SKF ? closed : undefined
    const fragment = part ? find([part], skf) : undefined
    const { payloads, notifies } = namesOf(message)
    const about = {
      payloads,
      notifies,
      fragment: fragment ? { number: fragment.number, total: fragment.total } : null,
      encrypted: closed !== undefined,
    }
    const record = addMessage(exchange, datagram, message, from, about, content)
    if (record.retransmissionOf === null) followPath(sa, from, datagram)
    // Later, MOBIKE may try several paths at once with one request (RFC 4555 §3.5).
    else if (exchange.type <= EXCHANGE_TYPE.IKE_AUTH && isCopy(exchange, record)) noteView(sa, from, datagram)
    const fault = messageIdFault(sa, exchange, record)
    if (fault)
      addCheck(this.context, sa, {
        id: "message-id",
        status: "fail",
        reason: fault,
        rfc: "RFC 7296 §2.2",
        at: datagram,
      })
    if (closed && record.retransmissionOf === null)
      this.context.observer?.sealed(sa, exchange, from, closed, datagram.frame)
    const item = { sa, exchange, record, message, datagram }
    if (closed) this.#closed(item, closed)
    else this.#clear(item)
    this.#retryDue()
  }

  /** Forgets what is held of an SA that is let go; its last word is said here. */
  close(sa: IkeSa): void {
    this.#giveUp(sa)
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

  /** A message without SK or SKF. Behind encrypted ones only those that begin an SA count. */
  #clear({ sa, exchange, record, message, datagram }: Pending): void {
    if (message.exchangeType >= EXCHANGE_TYPE.IKE_AUTH && sa.state === "unknown") exchange.complete ||= !record.request
    if (record.retransmissionOf !== null) return
    const whole = { message, datagram, payloads: message.payloads, frames: [datagram.frame] }
    if (sa.secured && !isInit(exchange.type)) this.whole(sa, exchange, record.from, whole)
    else this.rules.apply(sa, exchange, record.from, whole)
  }

  /** An SK or SKF: opens it if a key is known or can be found, else keeps it for later. */
  #closed(item: Pending, payload: DecodedPayload): void {
    const { sa, exchange, record } = item
    exchange.complete ||= !record.request
    sa.secured = true
    // Closed, it looks like success: what it says is known once it is opened.
    const answer = !record.request && record.retransmissionOf === null
    if (answer && AUTHENTICATES.includes(exchange.type) && sa.state === "half-open") sa.state = "established"
    if (this.#open(item, payload)) return
    const { pool, limits } = this.context
    const list = this.#pending.get(sa) ?? []
    const bytes = heldBytes(item)
    const room = list.length < limits.pending && this.#pendingBytes + bytes <= limits.pendingBytes
    if (!pool.empty && room) {
      list.push(item)
      this.#pending.set(sa, list)
      this.#pendingBytes += bytes
    } else this.#reportClosed(item, payload)
  }

  /** Checks of messages that stayed closed to the end, in their places among the others. */
  #giveUp(sa: IkeSa): void {
    const items = this.#pending.get(sa)
    if (!items) return
    this.#pending.delete(sa)
    for (const item of items) {
      this.#pendingBytes -= heldBytes(item)
      const payload = encryptedPayload(item.message)
      if (payload) this.#reportClosed(item, payload)
    }
    sa.checks.sort((a, b) => (a.frame ?? 0) - (b.frame ?? 0))
    this.#tellClosed(sa, items)
  }

  /** One finding for what stayed closed although secrets were given. */
  #tellClosed(sa: IkeSa, items: readonly Pending[]): void {
    const frames = items.map(item => item.datagram.frame)
    const failed = frames.filter(f =>
      sa.checks.some(c => c.id === "sk-integrity" && c.frame === f && c.status === "fail"),
    )
    const say = (code: DiagnosticCode, severity: "warning" | "info", at: number[], why: string) => {
      const first = items.find(item => item.datagram.frame === at[0])
      if (first) addFinding(sa, code, severity, first.datagram, `${frameList(at)} ${why}`)
    }
    say(
      "decryption-failed",
      "warning",
      failed,
      "does not verify under the keys of this SA: a wrong key, or a damaged message",
    )
    const rest = frames.filter(f => !failed.includes(f))
    say("no-key-fits", "info", rest, "stays closed: none of the secrets given opens it")
  }

  #reportClosed({ sa, exchange, record, message, datagram }: Pending, payload: DecodedPayload): void {
    const outcome = this.unlock.closedOutcome(sa, exchange, record, message, payload)
    addCheck(this.context, sa, skIntegrity(outcome, payload, datagram))
  }

  #open(item: Pending, payload: DecodedPayload): boolean {
    const { sa, exchange, record, message, datagram } = item
    const epochs = sa.epochs.length
    const opened = this.unlock.open(sa, exchange, record, message, payload)
    if (sa.epochs.length > epochs) this.#due.add(sa)
    if (typeof opened === "string" || !opened) return false
    addCheck(this.context, sa, skIntegrity(opened, payload, datagram))
    addCheck(this.context, sa, skPadding(opened, payload, datagram))
    this.#apply(item, payload, opened, record.retransmissionOf === null)
    return true
  }

  #apply(item: Pending, payload: DecodedPayload, opened: Opened, first: boolean): void {
    const { sa, exchange, record, message, datagram } = item
    const full = payload.type === PAYLOAD_TYPE.SKF ? this.#join(exchange, record, message, opened, datagram) : opened
    this.context.opened(datagram, full)
    record.opened = true
    const clear = decodeTelling(message.src, m => this.context.fault(datagram, m), full, message.start, message.end)
    if (!clear) return
    const payloads = allPayloads(clear)
    record.payloads = internNames(payloads.map(notationOf))
    record.notifies = internNames(notifyNames(payloads))
    if (!first || (payload.type === PAYLOAD_TYPE.SKF && !full.reassembled) || !this.#isNew(exchange, record)) return
    this.rules.apply(sa, exchange, record.from, {
      message: clear,
      datagram,
      payloads,
      frames: full.reassembled?.frames ?? [datagram.frame],
      opened: full,
    })
  }

  /** One message may be sent whole, then in fragments, then in smaller ones (RFC 7383 §2.5.1): it says what it says once. */
  #isNew(exchange: Exchange, { request }: MessageRecord): boolean {
    const known = this.#understood.get(exchange)
    if (known?.has(request)) return false
    this.#understood.set(exchange, (known ?? new Set()).add(request))
    return true
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

  /** New keys may open what came before them, and what that says may lead to more. */
  #retryDue(): void {
    if (this.#due.size === 0) return
    for (const sa of this.#due) {
      this.#due.delete(sa)
      const list = this.#pending.get(sa)
      if (!list) continue
      this.#pending.delete(sa)
      // Keys of a later epoch follow from messages of the one before.
      list.sort((a, b) => a.exchange.messageId - b.exchange.messageId)
      const kept = list.filter(item => {
        const payload = encryptedPayload(item.message)
        const closed = payload !== undefined && !this.#open(item, payload)
        if (!closed) this.#pendingBytes -= heldBytes(item)
        return closed
      })
      if (kept.length > 0) this.#pending.set(sa, kept)
    }
  }

  agreed(sa: IkeSa, creation: Creation): void {
    // Without secrets nothing will ever be computed from it: its bytes may go.
    if (this.context.pool.empty) {
      sa.v2 = undefined
      return
    }
    this.unlock.agreed(sa, creation)
    this.#due.add(sa)
  }

  intermediate(sa: IkeSa, pair: KePair | null, exchange: Exchange, ppk: Uint8Array | null): void {
    this.unlock.intermediate(sa, pair, exchange, ppk)
    this.#due.add(sa)
  }

  rekeyed(sa: IkeSa, next: IkeSa, creation: Creation): void {
    this.unlock.rekeyed(sa, next, creation)
    this.#due.add(next)
  }

  child(sa: IkeSa, child: ChildSa, creation: Creation | null): void {
    this.children.negotiated(child)
    const epoch = this.unlock.currentEpoch(sa)
    const prf = this.unlock.prfOf(sa)
    // Without the PPK that was agreed, SK_d is not the one in force (RFC 8784 §3).
    if (!epoch || missingPpk(v2StateOf(sa), "responder", epoch, this.context.pool)) return
    const made = creation ?? this.unlock.givenCreation(sa)
    if (epoch.values.sk_d && prf && made) this.children.v2(child, made, epoch.values.sk_d, prf)
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
    noteMessageV2(sa, exchange, from, whole)
    this.context.reuse.message(sa, from, whole)
    this.context.observer?.whole(sa, exchange, from, whole)
    for (const check of verifyMessageV2(sa, exchange, from, whole, this.context.provider))
      addCheck(this.context, sa, check)
  }
}

/** Exchanges whose encrypted answer shows that the SA stands. */
const AUTHENTICATES: readonly number[] = [EXCHANGE_TYPE.IKE_AUTH, EXCHANGE_TYPE.CREATE_CHILD_SA]

/** Memory of a message that is held: its bytes, and about what its objects take. */
const heldBytes = ({ message }: Pending): number => message.end - message.start + 512

/** `frame 4`, `frame 4 (and 5 more)`. */
const frameList = ([first, ...more]: readonly number[]): string =>
  `frame ${first}${more.length > 0 ? ` (and ${more.length} more)` : ""}`

interface Names {
  readonly payloads: readonly string[]
  readonly notifies: readonly string[]
}

const namesOfShapes = new WeakMap<object, Names>()

/** Notations of the payloads of a message, and names of its notifications. */
function namesOf({ payloads, shape }: Message): Names {
  const known = shape && namesOfShapes.get(shape)
  if (known) return known
  const names = { payloads: internNames(payloads.map(notationOf)), notifies: internNames(notifyNames(payloads)) }
  if (shape) namesOfShapes.set(shape, names)
  return names
}

const notationOf = (p: DecodedPayload): string =>
  IKEV2.get(p.type)?.notation ?? PAYLOAD_TYPE.name(p.type) ?? String(p.type)
const notifyNames = (payloads: readonly DecodedPayload[]): string[] =>
  notifiesOf(payloads).map(n => NOTIFY.name(n.type) ?? String(n.type))
