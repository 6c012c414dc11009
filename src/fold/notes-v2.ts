/** What is noted of a whole IKEv2 message for the explanations at the end: refusals, tries to make SAs, choices that were not offered. */
import { toHex } from "../bytes/hex.ts"
import { eapFailureOf } from "../ike/shared/eap/failures.ts"
import { type DecodedPayload, find, payloadValue } from "../ike/shared/payload.ts"
import { certreq } from "../ike/v2/certificate.ts"
import { eap } from "../ike/v2/eap.ts"
import { idr } from "../ike/v2/identification.ts"
import { ke } from "../ike/v2/key-exchange.ts"
import { invalidKePayload } from "../ike/v2/notify/errors.ts"
import { redirect, redirectedFrom } from "../ike/v2/notify/mobility.ts"
import { backoffTimer, n3gppBackoffTimer } from "../ike/v2/notify/three-gpp.ts"
import { type Notify, notify, notifyData } from "../ike/v2/notify.ts"
import { type Proposal, sa as saPayload } from "../ike/v2/security-association.ts"
import { selectorText } from "../ike/v2/selector-text.ts"
import { tsi, tsr } from "../ike/v2/traffic-selector.ts"
import { EAP_TYPE } from "../registry/eap-types.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { KE_METHOD } from "../registry/ikev2/ke-methods.ts"
import { isErrorType, NOTIFY } from "../registry/ikev2/notify.ts"
import { type ChildAttempt, MAX_ATTEMPTS } from "../track/child-attempt.ts"
import type { UnderstoodContext } from "../track/event.ts"
import type { Exchange } from "../track/exchange.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { outsideOf } from "../track/narrowing.ts"
import { addNotice, groupDetail, MAX_NOTICES_OF_MESSAGE, type Notice, textOf } from "../track/notice.ts"
import type { Side } from "../track/peer.ts"
import type { Selector, Selectors } from "../track/selector.ts"
import { notOffered, offerOf } from "../track/suite.ts"
import { notifiesOf, selectorsOf } from "../track/v2-messages.ts"
import { say, v2StateOf } from "../track/v2-state.ts"
import type { WholeMessage } from "../track/whole.ts"

const PROTOCOL: Readonly<Partial<Record<number, "IKE" | "AH" | "ESP">>> = { 1: "IKE", 2: "AH", 3: "ESP" }
/** Status types that turn an SA's beginning another way. */
const TURNS: readonly number[] = [NOTIFY.COOKIE, NOTIFY.REDIRECT]

/** A whole message, clear or opened, in its place. */
export interface Whole {
  readonly sa: IkeSa
  readonly exchange: Exchange
  readonly from: Side
  readonly whole: WholeMessage
}

/** Notes one message; called for every one that is no retransmission, once its payloads are known. */
export function noteMessageV2(message: Whole, { request: asked, childRequest }: UnderstoodContext): void {
  const { sa, exchange, from, whole } = message
  const request = from === exchange.startedBy
  noteNotices(message, asked)
  noteAsked(message)
  if (request) return
  if (exchange.type === EXCHANGE_TYPE.IKE_SA_INIT) noteChoice(sa, asked, whole)
  if (exchange.type === EXCHANGE_TYPE.CREATE_CHILD_SA && asked) noteAttempt(message, asked)
  if (exchange.type === EXCHANGE_TYPE.IKE_AUTH) {
    // With EAP the proposals came in the first request (RFC 7296 §2.16).
    const first = asked && find(asked.payloads, saPayload) ? asked : childRequest
    if (first) noteAttempt(message, first)
  }
}

function noteNotices(message: Whole, asked: WholeMessage | undefined): void {
  const request = message.from === message.exchange.startedBy
  const { sa, whole } = message
  if (whole.heard?.said.length) noteInside(sa, whole, whole.heard.said)
  let noted = 0
  for (const payload of whole.payloads) {
    if (noted === MAX_NOTICES_OF_MESSAGE) return
    const n = payloadValue(payload, notify)
    if (n) {
      // Later a gateway redirects by a request of its own. RFC 5685 §5.
      const turns = TURNS.includes(n.type) && (!request || message.exchange.type === EXCHANGE_TYPE.INFORMATIONAL)
      if (!isErrorType(n.type) && !turns) continue
      const detail = waitOf(n, whole.payloads) ?? detailOf(n, asked, message)
      note(message, { kind: "notification", type: n.type, name: NOTIFY.label(n.type), data: n.data, detail })
      noted++
      continue
    }
    const packet = payloadValue(payload, eap)
    const failure = packet && (whole.heard ? whole.heard.failure : eapFailureOf(packet))
    if (!failure) continue
    note(message, { ...failure, type: -1, data: NO_DATA })
    noted++
  }
}

const NO_DATA = new Uint8Array(0)

/** What was read inside TLS inside EAP. */
function noteInside(sa: IkeSa, { datagram, payloads }: WholeMessage, said: readonly string[]): void {
  const outer = EAP_TYPE.alias(find(payloads, eap)?.type ?? 0)
  const suite = v2StateOf(sa).tls?.suite
  addFinding(
    sa,
    "eap-inside",
    "info",
    datagram,
    `frame ${datagram.frame}: inside ${outer} (${suite}): ${said.join(", ")}`,
  )
}

/** What the peers ask of each other: an identity of the responder, certificates of certain authorities, that older SAs go. */
function noteAsked({ sa, from, whole }: Whole): void {
  for (const payload of whole.payloads) {
    const wanted = payloadValue(payload, certreq)
    if (wanted) say(v2StateOf(sa), from, { authorities: wanted.hashes.map(h => h.slice()) })
    if (from !== "initiator") continue
    const id = payloadValue(payload, idr)
    if (id) v2StateOf(sa).askedId ??= id.text
    const n = payloadValue(payload, notify)
    if (n?.type === NOTIFY.INITIAL_CONTACT) v2StateOf(sa).initialContact ??= whole.datagram.frame
    if (n?.type === NOTIFY.REDIRECTED_FROM) sa.facts.redirectedFrom ??= notifyData(n, redirectedFrom)?.text ?? null
  }
}

function note(
  { sa, exchange, from, whole }: Whole,
  what: Pick<Notice, "kind" | "type" | "name" | "data" | "detail">,
): void {
  const { frame, time } = whole.datagram
  const { type: exchangeType, messageId } = exchange
  const request = from === exchange.startedBy
  addNotice(sa, { frame, time, from, exchangeType, messageId, request, encrypted: whole.opened !== undefined, ...what })
}

/** Errors of private use, among which are 3GPP's. RFC 7296 §3.10.1. */
const FIRST_PRIVATE_ERROR = 8192

/** How long 3GPP's network asks a handset to wait, beside the error. TS 24.302 §8.2.9.1, TS 24.502 §9.3.1.7. */
function waitOf(error: Notify, payloads: readonly DecodedPayload[]): string | null {
  if (error.type < FIRST_PRIVATE_ERROR) return null
  for (const n of notifiesOf(payloads)) {
    const timer = notifyData(n, backoffTimer) ?? notifyData(n, n3gppBackoffTimer)
    if (!timer) continue
    if (timer.seconds === undefined)
      return "no new attempt until the handset restarts or changes its SIM (timer deactivated)"
    if (timer.seconds === 0) return "a new attempt is allowed at once"
    return `no new attempt for ${durationText(timer.seconds)}`
  }
  return null
}

/** Seconds in the largest unit that divides them. */
function durationText(seconds: number): string {
  const [size, unit] = (
    [
      [86400, "d"],
      [3600, "h"],
      [60, "min"],
    ] as const
  ).find(([n]) => seconds % n === 0) ?? [1, "s"]
  return `${seconds / size} ${unit}`
}

function detailOf(n: Notify, asked: WholeMessage | undefined, { sa, exchange }: Whole): string | null {
  if (n.type === NOTIFY.INVALID_KE_PAYLOAD) {
    const group = notifyData(n, invalidKePayload)?.group
    if (group === undefined) return null
    const wanted = KE_METHOD.alias(group)
    const requests = exchange.type === EXCHANGE_TYPE.IKE_SA_INIT ? v2StateOf(sa).initRequests : []
    const earlier = requests.findLast(r => (groupIn(r) ?? wanted) !== wanted)
    return groupDetail(wanted, asked && groupIn(asked), earlier && groupIn(earlier))
  }
  if (n.type === NOTIFY.REDIRECT) return notifyData(n, redirect)?.text ?? null
  // Private use: whatever the vendor puts there.
  if (n.type >= FIRST_PRIVATE_ERROR && isErrorType(n.type) && n.data.length > 0) return textOf(n.data)
  return n.spi.length > 0 ? toHex(n.spi) : null
}

function groupIn({ payloads }: WholeMessage): string | undefined {
  const group = find(payloads, ke)?.group
  return group === undefined ? undefined : KE_METHOD.alias(group)
}

/** What was asked for, in the object of the answer where that says the same: most do, and hundreds of selectors are kept once. */
const sharedWith = (answered: Selectors | null, asked: Selectors): Selectors =>
  answered && isSame(answered.i, asked.i) && isSame(answered.r, asked.r) ? answered : asked

const isSame = (a: readonly Selector[], b: readonly Selector[]): boolean =>
  a.length === b.length && a.every((selector, i) => selectorText(selector) === selectorText(b[i]))

/** The Child SA that an answer made. */
const madeIn = (sa: IkeSa, { datagram }: WholeMessage) => sa.children.findLast(c => c.frame === datagram.frame)

/** A responder takes one transform of each type from one proposal that was offered. RFC 7296 §2.7. */
function noteChoice(sa: IkeSa, asked: WholeMessage | undefined, answer: WholeMessage): void {
  const chosen = find(answer.payloads, saPayload)?.proposals[0]
  const offered = asked && find(asked.payloads, saPayload)?.proposals
  if (chosen && offered) noteUnoffered(sa, answer, chosen, offered)
}

function noteUnoffered(sa: IkeSa, answer: WholeMessage, chosen: Proposal, offered: readonly Proposal[]): void {
  const what = notOffered(chosen, offered)
  if (what === null) return
  const { frame } = answer.datagram
  addFinding(
    sa,
    "proposal-not-offered",
    "error",
    answer.datagram,
    `frame ${frame} chooses ${what} in proposal ${chosen.number}, which was not offered: the answering side breaks RFC 7296 §2.7, and a strict peer gives up here`,
  )
}

function noteAttempt({ sa, exchange, whole: answer }: Whole, asked: WholeMessage): void {
  const offered = find(asked.payloads, saPayload)?.proposals
  const protocol = offered?.[0] && PROTOCOL[offered[0].protocol]
  const chosen = find(answer.payloads, saPayload)?.proposals[0]
  const errors = notifiesOf(answer.payloads).filter(n => isErrorType(n.type))
  if (!offered || !protocol || (!chosen && errors.length === 0)) return
  if (chosen) noteUnoffered(sa, answer, chosen, offered)
  if (sa.attempts.length >= MAX_ATTEMPTS) return
  const selectors = (w: WholeMessage) => ({
    i: find(w.payloads, tsi)?.selectors ?? [],
    r: find(w.payloads, tsr)?.selectors ?? [],
  })
  const wanted = selectors(asked)
  const got = selectors(answer)
  const answered = chosen ? (madeIn(sa, answer)?.selectors ?? selectorsOf(answer)) : null
  const attempt: ChildAttempt = {
    protocol,
    startedBy: exchange.startedBy,
    exchangeType: exchange.type,
    messageId: exchange.messageId,
    requestFrame: asked.datagram.frame,
    responseFrame: answer.datagram.frame,
    time: answer.datagram.time,
    offered: offered.map(offerOf),
    asked: sharedWith(answered, selectorsOf(asked)),
    answered,
    outside: chosen ? [...outsideOf(got.i, wanted.i), ...outsideOf(got.r, wanted.r)] : [],
    errors: errors.map(n => NOTIFY.label(n.type)),
  }
  sa.attempts.push(attempt)
}
