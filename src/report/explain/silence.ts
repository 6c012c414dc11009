/** Requests that nobody answers: how often they were sent, and what the silence may mean. RFC 7296 §2.1, §2.4, RFC 2408 §5.1. */

import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { type Exchange, isCopy, type MessageRecord, sendingsOf } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { misframingIn, misframingText } from "../../track/misframing.ts"
import { secondsBetween } from "../../track/moment.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { isPathCheck } from "./mediation.ts"
import type { Say } from "./say.ts"
import { addressOf, exchangeText, framesText, plural, timetable } from "./words.ts"

export const NAT_T_PORT = 4500
/** Bytes of an IKE message that need no IP fragments: IPv6's smallest MTU without headers. RFC 7383 §2.5.1. */
export const FITS = 1280 - 48

/** A message that was sent again and again with nothing from the other side after it. */
interface Unanswered {
  readonly exchange: Exchange
  readonly from: Side
  /** First sending and its repetitions; fragments by their first. */
  readonly sent: readonly MessageRecord[]
}

export function explainSilence(sa: IkeSa, say: Say): void {
  // Nobody answers a key server that speaks to its group.
  if (sa.group?.role === "rekey") return
  // Where nothing was sent again there is nothing to report, and most SAs are so.
  if (!sa.exchanges.some(x => x.messages.some(m => m.retransmissionOf !== null)) || isPathCheck(sa)) return
  for (const unanswered of unansweredOf(sa)) if (unanswered.sent.length > 1) explain(sa, say, unanswered)
  explainLoss(sa, say)
}

/** Messages that were repeated, and after whose first sending the other side said nothing in that exchange. */
function unansweredOf(sa: IkeSa): Unanswered[] {
  return sa.exchanges.flatMap(exchange => {
    const last = exchange.messages.findLast(m => m.retransmissionOf === null && (m.fragment?.number ?? 1) === 1)
    if (!last || exchange.complete || (sa.version === 2 && !last.request)) return []
    if (exchange.messages.some(m => m.from !== last.from && m.frame > last.frame)) return []
    const sent = sendingsOf(exchange, last)
    return [{ exchange, from: last.from, sent }]
  })
}

/** Whether a message of a side is in the capture. */
export const speaks = (sa: IkeSa, side: Side): boolean => sa.exchanges.some(x => x.messages.some(m => m.from === side))

/** From whom to whom go the sides of SAs of which something is true. */
export const waysOf = (sas: readonly IkeSa[], is: (sa: IkeSa, side: Side) => boolean): Set<string> =>
  new Set(
    (["initiator", "responder"] as const).flatMap(side => sas.filter(sa => is(sa, side)).map(sa => wayOf(sa, side))),
  )

export const wayOf = (sa: IkeSa, from: Side): string => `${sa.peer(from).address} ${sa.peer(otherSide(from)).address}`

/** Where only one side is in the capture, and goes on or answers, the other one's messages are missing, not its answers. */
export const isOneSided = (sa: IkeSa, side: Side): boolean =>
  !speaks(sa, otherSide(side)) &&
  (new Set(sa.exchanges.map(x => x.type)).size > 1 || sa.exchanges.some(x => x.messages.some(m => !m.request)))

function explain(sa: IkeSa, say: Say, { exchange, from, sent }: Unanswered): void {
  // What its receiver cannot read it drops: `decryption-failed` says so.
  const isUnreadable = (m: MessageRecord) =>
    sa.checks.some(c => c.frame === m.frame && c.id === "sk-integrity" && c.status === "fail")
  if (isOneSided(sa, from) || sent.every(isUnreadable)) return
  // IKEv1 answers by Informational messages too, which speak of something else than silence (ikev1.ts).
  if (sa.version === 1 && spokeAfter(sa, otherSide(from), sent[0].frame)) return
  const [first] = sent
  const to = addressOf(sa, otherSide(from))
  const what = `${exchangeText(sa, exchange)} in ${framesText(sent.map(m => m.frame))} was sent ${plural(sent.length, "time")} (after ${timetable(sent.map(m => m.time))})`
  const how = misframingIn(
    sa,
    from,
    sent.map(m => m.frame),
  )
  if (how)
    say(
      "no-answer",
      goesOn(sa, otherSide(from), sent) ? "warning" : "error",
      first,
      `${to} never answers: ${what}, ${misframingText(how)}`,
    )
  else if (isBlocked(sa, otherSide(from), first.frame))
    say(
      "no-answer-on-4500",
      "error",
      first,
      `${to} answers on port 500 and never on 4500: ${what}; a firewall or a NAT without a rule for UDP 4500 is in the way${first.bytes > FITS ? ", or packets of this size are lost" : ""}`,
    )
  else
    say(
      "no-answer",
      goesOn(sa, otherSide(from), sent) ? "warning" : "error",
      first,
      `${to} never answers: ${what}. ${meaning(sa, exchange, otherSide(from))}`,
    )
}

function meaning(sa: IkeSa, exchange: Exchange, silent: Side): string {
  const spoke = sa.exchanges.some(x => x.messages.some(m => m.from === silent))
  if (spoke)
    return "It answered before: its daemon is gone or lost its state, or packets of this size or port are dropped on the way"
  return sa.version === 1 && (exchange.type === EXCHANGE_V1.MAIN_MODE || exchange.type === EXCHANGE_V1.AGGRESSIVE)
    ? "Nobody listens there, a filter drops UDP 500, or the responder has no connection for this peer and stays silent"
    : "Nobody listens there, or a filter drops UDP 500 on the way or back"
}

/** The port that a side had when a frame was sent. */
export function portOf(sa: IkeSa, side: Side, frame: number): number {
  const path = sa.paths.findLast(p => p.frame <= frame)
  return (path ? path[side] : sa.peer(side)).port
}

/** Whether a side that answers on port 500 has never answered on 4500, where a frame goes. */
export const isBlocked = (sa: IkeSa, silent: Side, frame: number): boolean =>
  portOf(sa, silent, frame) === NAT_T_PORT && answeredOn500(sa, silent)

function answeredOn500(sa: IkeSa, side: Side): boolean {
  const frames = sa.exchanges.flatMap(x =>
    x.messages.filter(m => m.from === side && m.retransmissionOf === null).map(m => m.frame),
  )
  return frames.length > 0 && frames.every(frame => portOf(sa, side, frame) !== NAT_T_PORT)
}

const spokeAfter = (sa: IkeSa, side: Side, frame: number): boolean =>
  sa.exchanges.some(x => x.messages.some(m => m.from === side && m.frame > frame))

/** Whether the silent side speaks again after the last repetition. */
const goesOn = (sa: IkeSa, side: Side, sent: readonly MessageRecord[]): boolean =>
  spokeAfter(sa, side, sent[sent.length - 1].frame)

/** Repetitions that were answered in the end: loss, or a slow peer. */
function explainLoss(sa: IkeSa, say: Say): void {
  const again = (x: Exchange) => x.messages.filter(m => m.retransmissionOf !== null && !isCopy(x, m))
  const repeated = sa.exchanges.flatMap(again)
  if (repeated.length === 0 || !sa.exchanges.some(x => x.complete && again(x).length > 0)) return
  const [first] = repeated
  const longest = longestWait(sa)
  say(
    "retransmissions",
    "info",
    first,
    `${plural(repeated.length, "message was", "messages were")} sent again (${framesText(repeated.map(m => m.frame))})${longest}: packets were lost, or the peer was slow to answer`,
  )
}

function longestWait(sa: IkeSa): string {
  const waits = sa.exchanges.flatMap(x => {
    const [request] = x.messages
    const answer = x.messages.find(m => m.from !== request?.from)
    return request && answer && sa.version === 2 ? [secondsBetween(request.time, answer.time)] : []
  })
  const longest = Math.max(0, ...waits)
  return longest > 1 ? `, the longest wait for an answer took ${longest.toFixed(1)} s` : ""
}
