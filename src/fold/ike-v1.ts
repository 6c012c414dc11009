/** One IKEv1 message after another: find its SA and exchange, open it, apply what it says, verify what it claims. */
import { BoundedMap } from "../bytes/bounded-map.ts"
import type { Message } from "../ike/message.ts"
import type { Opened } from "../ike/shared/payload.ts"
import { find } from "../ike/shared/payload.ts"
import { type FragmentV1, fragment } from "../ike/v1/fragment.ts"
import { offersPrf } from "../keys/context.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE } from "../registry/ikev1/payload-types.ts"
import type { IkeSaSecret } from "../secrets/secrets.ts"
import type { ChildSa } from "../track/child-sa.ts"
import { type Datagram, isCut } from "../track/datagram.ts"
import type { EventV1, ProgressV1 } from "../track/event.ts"
import { addMessage, type Exchange, isCopy, type MessageRecord, recentExchange, turn } from "../track/exchange.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { addNatClaim } from "../track/nat-claim.ts"
import type { QuickNegotiation } from "../track/negotiation.ts"
import type { PerSide, Side } from "../track/peer.ts"
import { followPath, noteCapturePoint, saysWhere, senderOf } from "../track/tracker.ts"
import { V1Rules } from "../track/v1.ts"
import { isPhase1 } from "../track/v1-messages.ts"
import { prfOfPhase1, v1StateOf } from "../track/v1-state.ts"
import type { WholeMessage } from "../track/whole.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import { unsealPhase1 } from "../unlock/public-key-v1.ts"
import { V1Unlock } from "../unlock/v1.ts"
import { noncesAfter, type QuickNonces, verifyHashV1 } from "../verify/hash-v1.ts"
import { verifyMessageV1 } from "../verify/message-v1.ts"
import { verifyPhase1 } from "../verify/phase1-v1.ts"
import { noteClosed, type PendingV1 } from "./closed-v1.ts"
import { addCheck, type FoldContext } from "./context.ts"
import { decodeReporting } from "./decode.ts"
import { applyEvent } from "./events.ts"
import { GroupsV1 } from "./group-v1.ts"
import { settlePhase1 } from "./keys.ts"
import { namesV1 } from "./message-names.ts"
import { noteMessageV1 } from "./notes-v1.ts"
import type { Whole } from "./notes-v2.ts"
import { judge, judgeAtClose } from "./outcome.ts"
import { noteStrays } from "./strays.ts"
import { FragmentsV1, wholeOf } from "./v1-fragments.ts"

/** A phase 1 message whose proof could not be checked yet. */
interface Unproven {
  readonly from: Side
  readonly whole: WholeMessage
}

const MAX_UNPROVEN = 16
/** Quick Modes whose nonces are held of one SA. */
const MAX_QUICK_NONCES = 256

/** What is held of one SA beside the tracker's state. */
interface Held {
  readonly fragments: PerSide<FragmentsV1>
  pending: PendingV1[]
  unproven: Unproven[]
  /** By Message ID. */
  readonly nonces: BoundedMap<number, QuickNonces>
}

export class V1Fold {
  readonly rules: V1Rules
  readonly unlock: V1Unlock
  readonly groups: GroupsV1
  readonly #held = new WeakMap<IkeSa, Held>()
  #pendingBytes = 0

  constructor(
    readonly context: FoldContext,
    readonly children: ChildUnlock,
  ) {
    const { tracker } = context
    this.rules = new V1Rules(
      () => tracker.childId(),
      sa => tracker.siblings(sa),
    )
    this.unlock = new V1Unlock(context.pool, context.provider)
    this.groups = new GroupsV1(context, children)
  }

  /** Takes the next message. */
  message(message: Message, datagram: Datagram): void {
    const sa = this.context.tracker.locate(message, datagram)
    this.groups.recognize(sa, message)
    this.#read(sa, message, datagram)
    judge(sa)
  }

  #read(sa: IkeSa, message: Message, datagram: Datagram): void {
    const from = senderOf(sa, message, datagram)
    const part = find(message.payloads, fragment)
    if (!part) {
      this.#take(sa, from, { message, datagram })
      return
    }
    const fragments = this.#of(sa).fragments[from]
    const before = fragments.frameBefore(part)
    const whole = fragments.add(part, datagram)
    const inner =
      whole &&
      decodeReporting(whole.datagram.src, isCut(whole.datagram) ? undefined : m => this.context.fault(datagram, m), {
        shapes: this.context.memory.shapes,
      })
    if (whole && inner && !find(inner.payloads, fragment)) {
      const outer = { datagram, frames: whole.frames }
      this.context.opened(datagram, wholeOf(inner, whole.frames))
      this.#take(sa, from, { message: inner, datagram: whole.datagram, outer })
    } else this.#fragment(sa, message, datagram, part, before)
  }

  /** A fragment that did not complete its message: known by its number. One of a message that is whole already repeats the frame `before`. */
  #fragment(sa: IkeSa, message: Message, datagram: Datagram, { number, last }: FragmentV1, before?: number): void {
    const from = senderOf(sa, message, datagram)
    const exchange = this.#exchangeOf(sa, message, from)
    const about = {
      from,
      payloads: namesV1(this.context.memory.names, message.payloads).payloads,
      notifies: [],
      fragment: { number, total: last ? number : 0 },
      encrypted: false,
    }
    // The record of the frame that completed a message is of the whole, so its content does not show it.
    const same = before === undefined ? undefined : exchange.messages.find(m => m.frame === before)?.digest
    const record = addMessage(exchange, datagram, message, about, same)
    follow(sa, exchange, record, datagram)
  }

  #take(sa: IkeSa, from: Side, { message, datagram, outer }: Pick<PendingV1, "message" | "datagram" | "outer">): void {
    const exchange = this.#exchangeOf(sa, message, from)
    const record = addMessage(exchange, datagram, message, {
      from,
      ...namesV1(this.context.memory.names, message.payloads),
      fragment: null,
      encrypted: message.encrypted !== undefined,
    })
    follow(sa, exchange, record, datagram)
    if (record.retransmissionOf === null)
      for (const event of this.rules.progress(exchange, record)) this.#progress(sa, event)
    // A key server waits for no answer.
    if (sa.group?.role === "rekey") exchange.complete = true
    const item = { sa, exchange, record, message, datagram, outer }
    if (message.encrypted) {
      sa.secured = true
      sa.facts.sealed[from] = true
      if (this.#open(item)) {
        this.#authenticateWaiting(sa)
        this.#retryPending(sa, exchange)
      } else this.#keep(sa, item)
    } else if (record.retransmissionOf === null) {
      sa.facts.cut ||= isCut(datagram)
      const whole = { message, datagram, payloads: message.payloads, frames: [datagram.frame] }
      this.#apply({ sa, exchange, from, whole })
      // Phase 1 without an encrypted message is done: what a merged capture has before it may open now.
      if (isPhase1(exchange.type) && exchange.complete && exchange.type !== EXCHANGE_V1.MAIN_MODE)
        this.#retryPending(sa, exchange)
    }
  }

  /** Secrets have come while the capture is read: what stayed closed is tried again. */
  learn(entries: readonly IkeSaSecret[]): void {
    this.unlock.given.add(entries)
    for (const sa of this.context.tracker.all()) {
      if (!this.#held.has(sa)) continue
      this.#retryPending(sa)
      this.#authenticateWaiting(sa)
    }
  }

  /** What is left to be done when no message of an SA comes any more: what stayed closed, and which fragments never came. */
  close(sa: IkeSa): void {
    const held = this.#held.get(sa)
    if (held) this.#closeHeld(sa, held)
    judgeAtClose(sa)
    noteStrays(sa)
  }

  #closeHeld(sa: IkeSa, held: Held): void {
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
    if (!this.context.pool.empty)
      noteClosed(sa, held.pending, {
        hasKeys: this.unlock.keysOf(sa) !== null,
        reason: () => this.groups.closedReason(sa) ?? this.unlock.closedReason(sa),
      })
    for (const item of held.pending) this.#pendingBytes -= heldBytes(item)
    this.#held.delete(sa)
  }

  #open(item: PendingV1): boolean {
    if (isCut(item.datagram)) return false
    const inGroup = item.sa.group?.role === "rekey"
    const result = inGroup ? this.groups.open(item) : this.context.keys.apply(this.unlock.open(item))
    if (!result) return false
    this.#applyOpened(item, result.opened)
    return true
  }

  #applyOpened({ sa, exchange, record, message, datagram, outer }: PendingV1, opened: Opened): void {
    if (outer) this.context.opened(outer.datagram, wholeOf(message, outer.frames, opened))
    else this.context.opened(datagram, opened)
    record.opened = true
    const clear = decodeReporting(message.src, m => this.context.fault(datagram, m), {
      opened,
      start: message.start,
      end: message.end,
    })
    if (!clear) return
    Object.assign(record, namesV1(this.context.memory.names, clear.payloads))
    if (record.retransmissionOf !== null) return
    if (this.#isTurned(sa, exchange, record, opened, clear)) turn(exchange)
    const whole = { message: clear, datagram, payloads: clear.payloads, frames: [datagram.frame], opened }
    this.#apply({ sa, exchange, from: record.from, whole })
  }

  /**
   * Whether the first message of a Quick Mode was captured behind the second. The first has its IV from phase 1, the second from the first; they
   * alone have an SA payload. RFC 2409 §5.5, App. B.
   */
  #isTurned(sa: IkeSa, exchange: Exchange, record: MessageRecord, { iv }: Opened, clear: Message): boolean {
    if (exchange.type !== EXCHANGE_V1.QUICK_MODE || !iv || !clear.payloads.some(p => p.type === PAYLOAD_TYPE.SA))
      return false
    if (exchange.messages.some(m => m !== record && m.opened && m.payloads.includes("SA"))) return false
    return record.request === this.unlock.isChained(sa, exchange, iv)
  }

  #keep(sa: IkeSa, item: PendingV1): void {
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
    // Opened too early, messages of an exchange would be understood in the wrong order.
    const all =
      !after || (isPhase1(after.type) && !sa.exchanges.some(x => x.type === EXCHANGE_V1.MAIN_MODE && !x.complete))
    const due = ({ exchange }: PendingV1): boolean => all || exchange.messageId === after?.messageId
    const list = held.pending
    held.pending = []
    for (const item of list)
      if (!due(item) || !this.#open(item)) held.pending.push(item)
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
    sa.addExchange(made, this.context.limits.exchanges)
    return made
  }

  /** Applies what a message says; the only writer of the SA. */
  #apply(message: Whole): void {
    const { sa, exchange, from, whole } = message
    for (const event of this.rules.apply(sa, exchange, from, whole)) this.#on(message, event)
    judge(sa)
  }

  #on(message: Whole, event: EventV1): void {
    const { sa } = message
    switch (event.kind) {
      case "understood":
        this.#understand(message)
        return
      case "child":
        if (event.replaces?.state === "installed") event.replaces.state = "rekeyed"
        sa.children.push(event.child)
        if (event.negotiation) this.#child(sa, event.child, event.negotiation)
        return
      case "handed":
        for (const rekey of this.groups.handed(message, event)) this.#retryPending(rekey)
        return
      case "refused":
        // Once phase 1 is done an error is about something else.
        if (!sa.facts.authenticated && sa.begun) applyEvent(this.context.memory, sa, event)
        return
      case "method":
        sa.auth = { initiator: event.method, responder: event.method }
        return
      default:
        applyEvent(this.context.memory, sa, event)
    }
  }

  #progress(sa: IkeSa, event: ProgressV1): void {
    if (event.kind === "completed") event.exchange.complete = true
    else {
      sa.facts.authenticated = true
      // Nobody begins Quick Mode under an SA that was refused: the error was about something else, or forged.
      if (event.by === "quick mode") sa.facts.refusal = null
    }
  }

  #child(sa: IkeSa, child: ChildSa, negotiation: QuickNegotiation): void {
    this.context.keys.apply(this.children.negotiated(child))
    const keys = this.unlock.keysOf(sa)
    const skeyidD = keys?.values.skeyid_d
    const prf = keys?.prf ?? prfOfPhase1(v1StateOf(sa))
    if (!skeyidD || !prf) return
    const { nonce, ke, answer } = v1StateOf(sa)
    const group = answer?.group
    const nonces =
      nonce.initiator && nonce.responder ? { ni: nonce.initiator.bytes, nr: nonce.responder.bytes } : undefined
    const pair =
      ke.initiator && ke.responder && group !== undefined
        ? {
            group,
            i: ke.initiator.bytes,
            r: ke.responder.bytes,
            frameI: ke.initiator.frame,
            frameR: ke.responder.frame,
          }
        : undefined
    this.context.keys.apply(this.children.v1(child, negotiation, skeyidD, prf, { skDs: [], nonces, pair }))
  }

  #understand(message: Whole): void {
    const { sa, exchange, from, whole } = message
    const { provider, pool, reuse, observer } = this.context
    noteMessageV1(message)
    reuse.message(sa, from, whole)
    observer?.whole(sa, exchange, from, whole)
    const state = v1StateOf(sa)
    if (isPhase1(exchange.type)) this.context.keys.apply(unsealPhase1({ sa, state, pool, provider }))
    const { checks, natClaims } = verifyMessageV1({ state, exchange, from, whole, provider })
    for (const check of checks) addCheck(this.context, sa, check)
    for (const claim of natClaims) addNatClaim(sa, claim)
    if (sa.group?.role === "rekey") this.groups.verify(message)
    else if (isPhase1(exchange.type)) this.#authenticate(sa, { from, whole }, true)
    else this.#verifyHash(message)
  }

  #verifyHash({ sa, exchange, from, whole }: Whole): void {
    const { provider } = this.context
    const all = this.#of(sa).nonces
    const nonces = noncesAfter(all.get(exchange.messageId) ?? {}, { exchange, from, whole })
    all.set(exchange.messageId, nonces)
    const keys = this.unlock.keysOf(sa)
    const prf = keys?.prf ?? prfOfPhase1(v1StateOf(sa))
    const context = prf && offersPrf({ prf, provider }) ? { prf, provider } : undefined
    const skeyidA = keys?.values.skeyid_a
    for (const check of verifyHashV1({ exchange, from, whole, context, skeyidA, nonces }))
      addCheck(this.context, sa, check)
  }

  /** HASH or SIG of a phase 1 message. One that came before its keys (Aggressive Mode's second) waits for them. */
  #authenticate(sa: IkeSa, item: Unproven, wait: boolean): void {
    const { provider, pool } = this.context
    const skeyid = this.unlock.keysOf(sa)?.values.skeyid
    const verified = verifyPhase1({ sa, state: v1StateOf(sa), ...item, skeyid, pool, provider })
    if (!verified) return
    const { unproven } = this.#of(sa)
    const waits = wait && !skeyid && !pool.empty && unproven.length < MAX_UNPROVEN
    if (waits && verified.check.status === "skipped") {
      unproven.push(item)
      return
    }
    pool.used(verified.used, sa.id)
    if (verified.exchanged && !skeyid) settlePhase1({ sa, exchanged: verified.exchanged })
    addCheck(this.context, sa, verified.check)
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
        nonces: new BoundedMap(MAX_QUICK_NONCES),
      }
      this.#held.set(sa, held)
    }
    return held
  }
}

/** Memory of a message that is held: its bytes, and about what its objects take. */
const heldBytes = ({ message }: PendingV1): number => message.end - message.start + 512

function follow(sa: IkeSa, exchange: Exchange, record: MessageRecord, datagram: Datagram): void {
  // To whom a key server sends does not say where it is.
  if (sa.group?.role === "rekey") return
  if (saysWhere(sa, exchange, record)) followPath(sa, exchange, record.from, datagram)
  else if (isPhase1(exchange.type) && isCopy(exchange, record)) noteCapturePoint(sa, record.from, datagram)
}
