/** One IKEv2 message after another: find its SA and exchange, open it, apply what it says, verify what it claims. */
import { allPayloads, type Message } from "../ike/message.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import { find } from "../ike/shared/payload.ts"
import type { Shape } from "../ike/shared/shapes.ts"
import { skf } from "../ike/v2/encrypted-fragment.ts"
import { Reassembly } from "../open/fragments.ts"
import { encryptedPayload, openSk, type SkKeys } from "../open/ike-v2.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import type { IkeSaSecret } from "../secrets/secrets.ts"
import { EAP_METHOD } from "../track/auth-method.ts"
import type { ChildSa } from "../track/child-sa.ts"
import { type Datagram, isCut } from "../track/datagram.ts"
import type { EventV2, InitCandidate, Rekey, UnderstoodContext } from "../track/event.ts"
import { addMessage, contentOf, type Exchange, isCopy, type MessageRecord } from "../track/exchange.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { SeenAt } from "../track/moment.ts"
import { addNatClaim } from "../track/nat-claim.ts"
import type { Negotiation } from "../track/negotiation.ts"
import type { Side } from "../track/peer.ts"
import type { SealedMessage } from "../track/sealed-message.ts"
import { followPath, noteCapturePoint, saysWhere, senderOf } from "../track/tracker.ts"
import { V2Rules } from "../track/v2.ts"
import { isRefusal } from "../track/v2-messages.ts"
import { forgetMessages, openExchange, v2StateOf } from "../track/v2-state.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import { V2Unlock } from "../unlock/v2.ts"
import { verifyAuth } from "../verify/auth-v2.ts"
import { verifyMessageV2 } from "../verify/message-v2.ts"
import { missingPpk } from "../verify/ppk.ts"
import { skIntegrity, skPadding } from "../verify/sk.ts"
import { ClosedV2 } from "./closed-v2.ts"
import { addCheck, type FoldContext } from "./context.ts"
import { decodeReporting } from "./decode.ts"
import { applyEvent } from "./events.ts"
import { GroupsV2 } from "./group-v2.ts"
import { changeKeys } from "./keys.ts"
import { type MessageNames, namesV2 } from "./message-names.ts"
import { noteMessageV2, type Whole } from "./notes-v2.ts"
import { judge, judgeAtClose } from "./outcome.ts"
import { rekeyedSa } from "./rekey.ts"
import { noteStrays } from "./strays.ts"
import { listen } from "./tls-inside.ts"
import { exchangeOfV2, isInit } from "./v2-exchanges.ts"
import { messageIdFault } from "./v2-message-id.ts"

/** A message with its place among the exchanges of its SA. */
type ClearMessage = Omit<SealedMessage, "payload">

export class V2Fold {
  readonly rules: V2Rules
  readonly unlock: V2Unlock
  readonly children: ChildUnlock
  readonly groups: GroupsV2
  readonly #closed: ClosedV2
  /** SAs for which keys may be found that were not there before: what is pending is worth another try. */
  readonly #due = new Set<IkeSa>()
  readonly #namesOfShapes = new WeakMap<Shape, MessageNames>()
  readonly #reassembly = new WeakMap<Exchange, { request: Reassembly; response: Reassembly }>()

  constructor(
    readonly context: FoldContext,
    children: ChildUnlock,
  ) {
    this.rules = new V2Rules(() => context.tracker.childId())
    this.unlock = new V2Unlock(context.pool, context.provider)
    this.children = children
    this.groups = new GroupsV2(context, children, this.unlock)
    this.#closed = new ClosedV2(context, this.unlock)
  }

  /** Takes the next message. */
  message(message: Message, datagram: Datagram): void {
    const { tracker, limits } = this.context
    const sa = tracker.locate(message, datagram)
    this.groups.recognize(sa, message, datagram.frame)
    const from = senderOf(sa, message, datagram)
    const content = contentOf(message)
    const exchange = exchangeOfV2(sa, message, content, from, limits)
    // What has a shape has nothing encrypted.
    const closed = message.shape ? undefined : encryptedPayload(message)
    const part = closed?.type === PAYLOAD_TYPE.SKF ? closed : undefined
    const fragment = part ? find([part], skf) : undefined
    const { payloads, notifies } = this.#namesOf(message)
    const about = {
      from,
      payloads,
      notifies,
      fragment: fragment ? { number: fragment.number, total: fragment.total } : null,
      encrypted: closed !== undefined,
    }
    const record = addMessage(exchange, datagram, message, about, content)
    if (sa.group?.role === "rekey") exchange.complete = true
    else if (saysWhere(sa, exchange, record)) followPath(sa, exchange, from, datagram)
    // Later, MOBIKE may try several paths at once with one request (RFC 4555 §3.5).
    else if (exchange.type <= EXCHANGE_TYPE.IKE_AUTH && isCopy(exchange, record)) noteCapturePoint(sa, from, datagram)
    if (message.spiI !== sa.spiI) noteSwapped(sa, datagram)
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
    if (closed) this.#sealed({ ...item, payload: closed })
    else this.#clear(item)
    this.#retryDue()
    judge(sa)
  }

  #namesOf({ payloads, shape }: Message): MessageNames {
    const known = shape && this.#namesOfShapes.get(shape)
    if (known) return known
    const found = namesV2(this.context.memory.names, payloads)
    if (shape) this.#namesOfShapes.set(shape, found)
    return found
  }

  /** Secrets have come while the capture is read: what stayed closed is tried again. */
  learn(entries: readonly IkeSaSecret[]): void {
    this.unlock.given.add(entries)
    for (const sa of this.#closed.sas()) this.#due.add(sa)
    this.#retryDue()
  }

  /** Forgets what is held of an SA that leaves; its last checks and findings are made here. */
  close(sa: IkeSa): void {
    this.#closed.giveUp(sa)
    judgeAtClose(sa)
    noteStrays(sa)
    forgetMessages(sa)
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
  #clear({ sa, exchange, record, message, datagram }: ClearMessage): void {
    if (message.exchangeType >= EXCHANGE_TYPE.IKE_AUTH && !sa.begun) exchange.complete ||= !record.request
    if (record.retransmissionOf !== null) return
    sa.facts.cut ||= isCut(datagram)
    const whole = { message, datagram, payloads: message.payloads, frames: [datagram.frame] }
    const read = { sa, exchange, from: record.from, whole }
    if (isInit(exchange.type)) this.#apply(read, this.rules.apply(sa, exchange, record.from, whole))
    else this.#distrust(read)
  }

  /**
   * A message in the clear that does not begin an SA counts for nothing, but for an error. Until both ends have sent an encrypted message, that is
   * the likely reason why the SA does not come up. RFC 7296 §2.21.2.
   */
  #distrust(read: Whole): void {
    const { sa, exchange, from, whole } = read
    const open = openExchange(v2StateOf(sa), exchange.startedBy, exchange.messageId)
    this.#understand(read, { request: open?.request })
    if (isRefusal(exchange, from === exchange.startedBy, whole))
      applyEvent(this.context.memory, sa, { kind: "refused", at: whole.datagram, authenticated: false })
  }

  /** An SK or SKF: opens it if a key is known or can be found, else keeps it for later. */
  #sealed(item: SealedMessage): void {
    const { sa, exchange, record } = item
    exchange.complete ||= !record.request
    sa.secured = true
    sa.facts.sealed[record.from] = true
    // Closed, it looks like success: what it says is known once it is opened.
    const answer = !record.request && record.retransmissionOf === null
    if (answer && AUTHENTICATES.includes(exchange.type)) sa.facts.closedAnswer = true
    if (!this.#open(item) && !this.#openNull(item)) this.#closed.add(item)
  }

  #open(item: SealedMessage): boolean {
    const { sa, record, payload, datagram } = item
    // What is left of a cut ICV would hold as a shorter one.
    if (isCut(datagram)) return false
    const epochs = sa.epochs.length
    const { size } = this.unlock.read
    const opened = this.context.keys.apply(this.unlock.open(item))
    if (sa.epochs.length > epochs || this.unlock.read.size > size) this.#due.add(sa)
    const init = epochs === 0 && sa.epochs.length > 0 ? this.unlock.initOf(sa) : undefined
    if (init) this.#settle(sa, init)
    if (typeof opened === "string" || !opened) return false
    addCheck(this.context, sa, skIntegrity(opened, payload, datagram))
    addCheck(this.context, sa, skPadding(opened, payload, record.from, datagram))
    this.#applyOpened(item, opened, record.retransmissionOf === null)
    return true
  }

  /** ENCR_NULL hides nothing: what no key opened is read as it stands, its ICV unchecked. RFC 2410, RFC 7296 §3.3.2. */
  #openNull(item: SealedMessage): boolean {
    const { sa, record, message, payload, datagram } = item
    const keys = nullKeys(sa)
    const opened = keys && openSk(message, payload, keys, this.context.provider)
    if (!opened || typeof opened === "string") return false
    addCheck(this.context, sa, skIntegrity(opened, payload, datagram))
    this.#applyOpened(item, opened, record.retransmissionOf === null)
    return true
  }

  #applyOpened(item: SealedMessage, opened: Opened, first: boolean): void {
    const { sa, exchange, record, message, payload, datagram } = item
    const full = payload.type === PAYLOAD_TYPE.SKF ? this.#join(item, opened) : opened
    record.opened = true
    const clear = decodeReporting(message.src, m => this.context.fault(datagram, m), {
      opened: full,
      start: message.start,
      end: message.end,
    })
    const isWhole = payload.type !== PAYLOAD_TYPE.SKF || full.reassembled !== undefined
    const isNew = clear !== undefined && first && isWhole && comesFirst(exchange, record)
    const payloads = clear ? allPayloads(clear) : []
    const heard = isNew ? listen(this.context, sa, payloads, datagram) : undefined
    this.context.opened(datagram, heard ? { ...full, inside: heard.draw } : full)
    if (!clear) return
    Object.assign(record, namesV2(this.context.memory.names, payloads))
    if (!isNew) return
    const frames = full.reassembled?.frames ?? [datagram.frame]
    const whole = { message: clear, datagram, payloads, frames, opened: full, heard }
    this.#apply({ sa, exchange, from: record.from, whole }, this.rules.apply(sa, exchange, record.from, whole))
  }

  #join({ exchange, record, datagram }: SealedMessage, opened: Opened): Opened {
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
      this.#closed.retry(sa, item => this.#open(item))
    }
  }

  /** Applies what a message says; the only writer of the SA. */
  #apply(message: Whole, events: readonly EventV2[]): void {
    for (const event of events) this.#on(message, event)
    judge(message.sa)
  }

  #on(message: Whole, event: EventV2): void {
    const { sa } = message
    switch (event.kind) {
      case "understood":
        this.#understand(message, event.context)
        return
      case "agreed":
        this.#agreed(sa, event.candidates)
        return
      case "resumed":
        resume(sa, event.giver)
        return
      case "intermediate":
        this.unlock.next.intermediate(sa, event)
        this.#due.add(sa)
        return
      case "auth":
        this.#authenticate(message, event.payload, event.id)
        return
      case "handed":
        for (const rekey of this.groups.handed(message, event)) this.#due.add(rekey)
        return
      case "unproved":
        this.#unproved(sa, event.side, event.at)
        return
      case "authenticated":
        sa.facts.authenticated ||= event.last
        sa.facts.closedAnswer = false
        return
      case "child":
        if (event.replaces?.state === "installed") event.replaces.state = "rekeyed"
        sa.children.push(event.child)
        this.#child(sa, event.child, event.negotiation)
        return
      case "rekeyed":
        this.#rekeyed(sa, event.rekey)
        return
      default:
        applyEvent(this.context.memory, sa, event)
    }
  }

  #agreed(sa: IkeSa, candidates: readonly [InitCandidate, ...InitCandidate[]]): void {
    const [{ request, response }] = candidates
    sa.facts.agreed ??= { request: request.datagram.frame, response: response.datagram.frame }
    sa.facts.refusal = null
    // Without secrets nothing will ever be computed from it: its bytes may go.
    if (this.context.pool.empty && !nullKeys(sa)) {
      sa.v2 = undefined
      return
    }
    this.unlock.next.agreed(sa, candidates)
    this.#due.add(sa)
  }

  /** Keys, or an AUTH that holds, show which of the first messages the SA was made from. */
  #settle(sa: IkeSa, { request, response, offers, choice, negotiation, spiR }: InitCandidate): void {
    const state = v2StateOf(sa)
    state.init = { request, response }
    state.negotiation = negotiation
    sa.offered.splice(0, sa.offered.length, ...offers)
    sa.choice = choice ?? sa.choice
    sa.facts.agreed = { request: request.datagram.frame, response: response.datagram.frame }
    this.context.tracker.settle(sa, spiR)
  }

  #rekeyed(sa: IkeSa, rekey: Rekey): void {
    const next = rekeyedSa(this.context.tracker, sa, rekey)
    this.unlock.next.rekeyed(sa, next, rekey.negotiation)
    this.#due.add(next)
    judge(next)
  }

  #child(sa: IkeSa, child: ChildSa, negotiation: Negotiation | null): void {
    const { keys } = this.context
    keys.apply(this.children.negotiated(child))
    const epoch = this.unlock.currentEpoch(sa)
    const prf = this.unlock.next.prfOf(sa)
    // Without the PPK that was agreed, SK_d is not the one in force (RFC 8784 §3).
    if (!epoch || missingPpk(v2StateOf(sa), "responder", epoch, this.context.pool)) return
    const first = v2StateOf(sa).negotiation
    const made =
      negotiation ?? (first && { ...first, startedBy: child.startedBy, pairs: [] }) ?? this.unlock.givenNegotiation(sa)
    if (!epoch.values.sk_d || !prf || !made) return
    const skDs = [...sa.epochs, ...(sa.parent?.epochs ?? [])].flatMap(e => e.values.sk_d ?? [])
    const around = { skDs, nonces: first?.nonces, pair: first?.pairs[0] }
    keys.apply(this.children.v2(child, made, epoch.values.sk_d, prf, around))
  }

  #authenticate({ sa, from, whole }: Whole, payload: DecodedPayload, id: DecodedPayload | null): void {
    const { pool } = this.context
    const input = { sa, state: v2StateOf(sa), from, whole, payload, id, unlock: this.unlock, pool }
    const { checks, method, used, epoch, change, init } = verifyAuth(input)
    if (init) this.#settle(sa, init)
    // A responder that authenticates by EAP alone (RFC 5998) sends no AUTH before it.
    if (method?.afterEap && (from === "initiator" || sa.auth[from] === null)) sa.auth[from] = EAP_METHOD
    else if (method) sa.auth[from] ??= method
    pool.used(used, sa.id)
    if (epoch && change) {
      changeKeys(epoch, change)
      if (change.origin) pool.used([change.origin], sa.id)
    }
    for (const check of checks) addCheck(this.context, sa, check)
  }

  /** A check that must be there and is not has failed. RFC 7296 §1.2, §2.15. */
  #unproved(sa: IkeSa, side: Side, at: SeenAt): void {
    const reason = `the ${side} sends no AUTH payload: it is not authenticated`
    addCheck(this.context, sa, { id: `auth-${side}`, status: "fail", reason, rfc: "RFC 7296 §1.2", at })
    const text = `frame ${at.frame} ends IKE_AUTH without an AUTH payload of the ${side}: anybody can have sent it, and a peer that goes on has authenticated nobody`
    addFinding(sa, "auth-missing", "error", at, text)
  }

  /** Checks that need no key of their own. */
  #understand(message: Whole, about: UnderstoodContext): void {
    const { sa, exchange, from, whole } = message
    const { provider, reuse, observer } = this.context
    noteMessageV2(message, about)
    reuse.message(sa, from, whole)
    observer?.whole(sa, exchange, from, whole)
    if (sa.group?.role === "rekey" && whole.opened) this.groups.verify(message)
    const request = from === exchange.startedBy
    const { checks, natClaims } = verifyMessageV2({ from, request, whole, cookie: about.cookie, provider })
    for (const check of checks) addCheck(this.context, sa, check)
    for (const claim of natClaims) addNatClaim(sa, claim)
  }
}

/** A message whose SPIs are in the order of the exchange's ends; said once. RFC 7296 §3.1. */
function noteSwapped(sa: IkeSa, at: Datagram): void {
  if (sa.findings.some(f => f.code === "spis-swapped")) return
  const text = `frame ${at.frame} of ${at.source.address} has the two SPIs in the other order: the first is always that of the SA's original initiator (RFC 7296 §3.1), whichever side sends; a strict peer drops such messages`
  addFinding(sa, "spis-swapped", "warning", at, text)
}

/** A resumed session has suite and SK_d of the SA in whose time its ticket was given. RFC 5723 §5. */
function resume(sa: IkeSa, { choice, epochs }: IkeSa): void {
  sa.choice ??= choice && { ...choice, names: { ...choice.names, ke: [] }, ke: 0, additional: [] }
  const skD = epochs.at(-1)?.values.sk_d
  if (skD) sa.resumable = [...sa.resumable, skD]
}

/** One message may be sent whole, then in fragments, then in smaller ones (RFC 7383 §2.5.1): it says what it says once. */
function comesFirst(exchange: Exchange, { request }: MessageRecord): boolean {
  const known = exchange.understood ?? 0
  const half = request ? 1 : 2
  if ((known & half) !== 0) return false
  exchange.understood = known | half
  return true
}

/** Exchanges whose encrypted answer shows that the SA stands. */
const AUTHENTICATES: readonly number[] = [EXCHANGE_TYPE.IKE_AUTH, EXCHANGE_TYPE.GSA_AUTH, EXCHANGE_TYPE.CREATE_CHILD_SA]

const NO_KEY = new Uint8Array(0)

/** What opens the messages of an SA that agreed to encrypt nothing; undefined for other SAs. */
function nullKeys({ choice }: IkeSa): SkKeys | undefined {
  const { encr, integ } = choice ?? {}
  if (encr?.name !== "NULL") return undefined
  return { encr, integ: integ ?? null, ske: NO_KEY, ska: NO_KEY, unchecked: true }
}
