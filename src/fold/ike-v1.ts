/** One IKEv1 message after another: find its SA and exchange, open it, apply what it says, verify what it claims. */
import type { Message } from "../ike/message.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import { find, findAll } from "../ike/shared/payload.ts"
import { fragment } from "../ike/v1/fragment.ts"
import { notification } from "../ike/v1/notification.ts"
import { IKEV1 } from "../ike/v1/table.ts"
import { offersPrf } from "../keys/context.ts"
import { EXCHANGE_TYPE, EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { NOTIFY } from "../registry/ikev1/notify.ts"
import { PAYLOAD_TYPE } from "../registry/ikev1/payload-types.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { Datagram } from "../track/datagram.ts"
import {
  addMessage,
  type Exchange,
  internNames,
  isCopy,
  type MessageRecord,
  recentExchange,
} from "../track/exchange.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { PerSide, Side } from "../track/peer.ts"
import { followPath, noteView, senderOf } from "../track/tracker.ts"
import { isPhase1, type QuickCreation, type V1Listener, V1Rules } from "../track/v1.ts"
import { prfOfPhase1, v1StateOf } from "../track/v1-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import { unsealPhase1 } from "../unlock/public-key-v1.ts"
import { V1Unlock } from "../unlock/v1.ts"
import { type QuickNonces, verifyHashV1 } from "../verify/hash-v1.ts"
import { verifyMessageV1 } from "../verify/message-v1.ts"
import { verifyPhase1 } from "../verify/phase1-v1.ts"
import { addCheck, type FoldContext } from "./context.ts"
import { decodeTelling } from "./decode.ts"
import { noteMessageV1 } from "./notes-v1.ts"
import { FragmentsV1 } from "./v1-fragments.ts"

interface Pending {
  readonly exchange: Exchange
  readonly record: MessageRecord
  readonly message: Message
  readonly datagram: Datagram
  /** The fragment that completed it, and the frames of all. */
  readonly outer?: { readonly datagram: Datagram; readonly frames: readonly number[] }
}

/** A phase 1 message whose proof could not be checked yet. */
interface Unproven {
  readonly from: Side
  readonly whole: WholeMessage
}

const MAX_UNPROVEN = 16

/** What is held of one SA beside the tracker's state. */
interface Held {
  readonly fragments: PerSide<FragmentsV1>
  pending: Pending[]
  unproven: Unproven[]
  readonly nonces: Map<number, QuickNonces>
}

export class V1Fold implements V1Listener {
  readonly rules: V1Rules
  readonly unlock: V1Unlock
  readonly #held = new WeakMap<IkeSa, Held>()
  #pendingBytes = 0

  constructor(
    readonly context: FoldContext,
    readonly children: ChildUnlock,
    childId: () => string,
  ) {
    this.rules = new V1Rules(this, childId, sa => context.tracker.siblings(sa))
    this.unlock = new V1Unlock(context.pool, context.provider)
  }

  /** Takes the next message. */
  message(message: Message, datagram: Datagram): void {
    const sa = this.context.tracker.locate(message, datagram)
    const from = senderOf(sa, message, datagram)
    const part = find(message.payloads, fragment)
    if (!part) {
      this.#take(sa, from, message, datagram)
      return
    }
    const whole = this.#of(sa).fragments[from].add(part, datagram)
    const inner = whole && decodeTelling(whole.datagram.src, m => this.context.fault(datagram, m))
    if (whole && inner && !find(inner.payloads, fragment)) {
      const outer = { datagram, frames: whole.frames }
      this.context.opened(datagram, wholeOf(inner, whole.frames))
      this.#take(sa, from, inner, whole.datagram, outer)
    } else this.#fragment(sa, from, message, datagram, { number: part.number, total: part.last ? part.number : 0 })
  }

  /** A fragment that did not complete its message: known by its number. */
  #fragment(
    sa: IkeSa,
    from: Side,
    message: Message,
    datagram: Datagram,
    numbers: { number: number; total: number },
  ): void {
    const exchange = this.#exchangeOf(sa, message, from)
    const record = addMessage(exchange, datagram, message, from, {
      payloads: internNames(message.payloads.map(notationOf)),
      notifies: [],
      fragment: numbers,
      encrypted: false,
    })
    follow(sa, exchange, record, datagram)
  }

  #take(sa: IkeSa, from: Side, message: Message, datagram: Datagram, outer?: Pending["outer"]): void {
    const exchange = this.#exchangeOf(sa, message, from)
    const record = addMessage(exchange, datagram, message, from, {
      payloads: internNames(message.payloads.map(notationOf)),
      notifies: internNames(notifyNames(message.payloads)),
      fragment: null,
      encrypted: message.encrypted !== undefined,
    })
    follow(sa, exchange, record, datagram)
    if (record.retransmissionOf === null) this.rules.progress(sa, exchange)
    const item = { exchange, record, message, datagram, outer }
    if (message.encrypted) {
      sa.secured = true
      if (this.#open(sa, item)) {
        this.#authenticateWaiting(sa)
        this.#retryPending(sa, exchange)
      } else this.#keep(sa, item)
    } else if (record.retransmissionOf === null) {
      this.rules.apply(sa, exchange, from, { message, datagram, payloads: message.payloads, frames: [datagram.frame] })
      // Phase 1 without an encrypted message is done: what a merged capture has before it may open now.
      if (isPhase1(exchange.type) && exchange.complete && exchange.type !== EXCHANGE_V1.MAIN_MODE)
        this.#retryPending(sa, exchange)
    }
  }

  /** The last word on an SA: what stayed closed, and which fragments never came. */
  close(sa: IkeSa): void {
    const held = this.#held.get(sa)
    if (!held) return
    this.#retryPending(sa)
    this.#authenticateWaiting(sa)
    for (const side of ["initiator", "responder"] as const)
      for (const group of held.fragments[side].incomplete())
        addFinding(
          sa,
          "fragment-missing",
          "error",
          { frame: group.frame, time: sa.last },
          `a fragmented message of the ${side} never became whole: fragments ${group.seen.join(", ")} of ${group.total || "an unknown number"} came`,
        )
    if (!this.context.pool.empty) this.#tellClosed(sa, held.pending)
    for (const item of held.pending) this.#pendingBytes -= heldBytes(item)
    this.#held.delete(sa)
  }

  /** What stayed closed: with keys an IV is missing, without them the keys are. */
  #tellClosed(sa: IkeSa, pending: readonly Pending[]): void {
    const closed = pending.filter(p => p.record.retransmissionOf === null)
    if (this.unlock.keysOf(sa)) {
      for (const item of closed)
        addFinding(
          sa,
          "iv-unknown",
          "warning",
          item.datagram,
          `${exchangeWords(item)} does not decrypt: its IV is the last block of the message before it, which is not in the capture (or this one is damaged)`,
        )
      return
    }
    const first = closed.find(p => isPhase1(p.exchange.type)) ?? closed[0]
    if (first)
      addFinding(
        sa,
        "decryption-failed",
        "warning",
        first.datagram,
        `${exchangeWords(first)} does not decrypt: ${this.unlock.closedReason(sa)}`,
      )
  }

  #open(sa: IkeSa, item: Pending): boolean {
    const { exchange, record, message } = item
    const result = this.unlock.open(sa, exchange, record, message)
    if (!result) return false
    this.#applyOpened(sa, item, result.opened)
    return true
  }

  #applyOpened(sa: IkeSa, { exchange, record, message, datagram, outer }: Pending, opened: Opened): void {
    if (outer) this.context.opened(outer.datagram, wholeOf(message, outer.frames, opened))
    else this.context.opened(datagram, opened)
    record.opened = true
    const clear = decodeTelling(message.src, m => this.context.fault(datagram, m), opened, message.start, message.end)
    if (!clear) return
    record.payloads = internNames(clear.payloads.map(notationOf))
    record.notifies = internNames(notifyNames(clear.payloads))
    if (record.retransmissionOf !== null) return
    this.rules.apply(sa, exchange, record.from, {
      message: clear,
      datagram,
      payloads: clear.payloads,
      frames: [datagram.frame],
      opened,
    })
  }

  #keep(sa: IkeSa, item: Pending): void {
    const { limits, pool } = this.context
    if (pool.empty) return
    const { pending } = this.#of(sa)
    const bytes = heldBytes(item)
    if (pending.length >= limits.pending || this.#pendingBytes + bytes > limits.pendingBytes) return
    pending.push(item)
    this.#pendingBytes += bytes
  }

  /**
   * A message may give the IV of those captured before it: one of the same exchange, or of phase 1, whose end all others follow from.
   * Without `after` all are tried, for the last time.
   */
  #retryPending(sa: IkeSa, after?: Exchange): void {
    const held = this.#of(sa)
    if (held.pending.length === 0) return
    const unfinished = sa.exchanges.some(x => x.type === EXCHANGE_V1.MAIN_MODE && !x.complete)
    const due = ({ exchange }: Pending): boolean => {
      if (!after || exchange.messageId === after.messageId) return true
      // Opened too early, messages of an exchange would be understood in the wrong order.
      return isPhase1(after.type) && !unfinished
    }
    const list = held.pending
    held.pending = []
    for (const item of list)
      if (!due(item) || !this.#open(sa, item)) held.pending.push(item)
      else this.#pendingBytes -= heldBytes(item)
  }

  /** Phase 1 is one exchange; every other has a Message ID of its own. RFC 2408 §3.1. */
  #exchangeOf(sa: IkeSa, message: Message, from: Side): Exchange {
    const { exchangeType, messageId } = message
    const known = recentExchange(sa.exchanges, x => x.type === exchangeType && x.messageId === messageId)
    if (known) return known
    const made: Exchange = {
      type: exchangeType,
      messageId,
      startedBy: from,
      messages: [],
      complete: false,
    }
    sa.exchanges.push(made)
    if (sa.exchanges.length > this.context.limits.exchanges) {
      sa.exchanges.splice(0, 1)
      sa.droppedExchanges++
    }
    return made
  }

  child(sa: IkeSa, child: ChildSa, creation: QuickCreation): void {
    this.children.negotiated(child)
    const keys = this.unlock.keysOf(sa)
    const skeyidD = keys?.values.skeyid_d
    const prf = keys?.prf ?? prfOfPhase1(v1StateOf(sa))
    if (skeyidD && prf) this.children.v1(child, creation, skeyidD, prf)
  }

  whole(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void {
    noteMessageV1(sa, exchange, from, whole)
    this.context.reuse.message(sa, from, whole)
    this.context.observer?.whole(sa, exchange, from, whole)
    const state = v1StateOf(sa)
    const { provider, pool } = this.context
    if (isPhase1(exchange.type)) unsealPhase1(sa, state, pool, provider)
    for (const check of verifyMessageV1(sa, state, exchange, from, whole, provider)) addCheck(this.context, sa, check)
    const keys = this.unlock.keysOf(sa)
    if (isPhase1(exchange.type)) {
      this.#authenticate(sa, { from, whole }, true)
      return
    }
    const nonces = this.#of(sa).nonces
    const quick = nonces.get(exchange.messageId) ?? {}
    nonces.set(exchange.messageId, quick)
    if (nonces.size > 256) nonces.delete(nonces.keys().next().value as number)
    const prf = keys?.prf ?? prfOfPhase1(state)
    const context = prf && offersPrf({ prf, provider }) ? { prf, provider } : undefined
    for (const check of verifyHashV1(exchange, from, whole, context, keys?.values.skeyid_a, quick))
      addCheck(this.context, sa, check)
  }

  /** HASH or SIG of a phase 1 message. One that came before its keys (Aggressive Mode's second) waits for them. */
  #authenticate(sa: IkeSa, item: Unproven, wait: boolean): void {
    const { provider, pool } = this.context
    const skeyid = this.unlock.keysOf(sa)?.values.skeyid
    const checks = verifyPhase1({ sa, state: v1StateOf(sa), ...item, skeyid, pool, provider })
    const { unproven } = this.#of(sa)
    const waits = wait && !skeyid && !pool.empty && unproven.length < MAX_UNPROVEN
    if (waits && checks.some(c => c.status === "skipped")) unproven.push(item)
    else for (const check of checks) addCheck(this.context, sa, check)
  }

  /** Verifies what waited, once keys are there or at the end. */
  #authenticateWaiting(sa: IkeSa): void {
    const held = this.#of(sa)
    const list = held.unproven
    held.unproven = []
    for (const item of list) this.#authenticate(sa, item, false)
  }

  #of(sa: IkeSa): Held {
    let held = this.#held.get(sa)
    if (!held) {
      const fragments = () => new FragmentsV1(this.context.limits.fragmentBytes)
      held = {
        fragments: { initiator: fragments(), responder: fragments() },
        pending: [],
        unproven: [],
        nonces: new Map(),
      }
      this.#held.set(sa, held)
    }
    return held
  }
}

/** Memory of a message that is held: its bytes, and about what its objects take. */
const heldBytes = ({ message }: Pending): number => message.end - message.start + 512

function follow(sa: IkeSa, exchange: Exchange, record: MessageRecord, datagram: Datagram): void {
  if (record.retransmissionOf === null) followPath(sa, record.from, datagram)
  else if (isPhase1(exchange.type) && isCopy(exchange, record)) noteView(sa, record.from, datagram)
}

/** A message put together from fragments, for whoever draws the fragment that completed it. */
export function wholeOf(message: Message, frames: readonly number[], opened?: Opened): Opened {
  const clear = message.src
  const first = message.nextPayload
  const end = clear.bytes.length
  return {
    ivBytes: 0,
    icvBytes: 0,
    icvOk: undefined,
    clear,
    end,
    padLength: 0,
    first,
    reassembled: { clear, first, frames, opened },
  }
}

/** `Main Mode message 5 (frame 5)`. */
function exchangeWords({ exchange, record }: Pending): string {
  const at = `(frame ${record.frame})`
  if (exchange.type === EXCHANGE_V1.MAIN_MODE) return `Main Mode message ${record.request ? 5 : 6} ${at}`
  const distinct = exchange.messages.filter(m => m.retransmissionOf === null)
  const name = exchange.type === EXCHANGE_V1.AGGRESSIVE ? "Aggressive Mode" : EXCHANGE_TYPE.alias(exchange.type)
  return `${name} message ${distinct.indexOf(record) + 1} ${at}`
}

const notationOf = (p: DecodedPayload): string =>
  IKEV1.get(p.type)?.notation ?? PAYLOAD_TYPE.name(p.type) ?? String(p.type)
const notifyNames = (payloads: readonly DecodedPayload[]): string[] =>
  findAll(payloads, notification).map(n => NOTIFY.name(n.type) ?? String(n.type))
