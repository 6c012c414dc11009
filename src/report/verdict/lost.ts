/** An SA that was up until one side fell silent, or lost its state. RFC 7296 §2.4, §2.21.4, RFC 3706 §5. */
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { NOTIFY as NOTIFY_V1 } from "../../registry/ikev1/notify.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"
import type { Notice } from "../../track/notice.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { icmpName } from "../explain/icmp.ts"
import { answerTo, type Facts, flowsAfter, goesOnFor, icmpTo, ofType, PATIENCE, spoke, traffic } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { noAnswer } from "./no-answer.ts"
import {
  bytesOf,
  frameOf,
  framesOf,
  isEncrypted,
  isOpened,
  lastSent,
  notifiesOf,
  payloadsOf,
  type Sent,
  timeOf,
} from "./sent.ts"
import { canBe, roomOf } from "./sizes.ts"
import { unseenSuccessor } from "./successor.ts"
import { addressOf, exchangeOf, plural, secondsText, sendings } from "./words.ts"

export function judgeLost(f: Facts): Judgement | undefined {
  return forgotten(f) ?? (f.sa.version === 2 ? silentV2(f) : deadPeerV1(f))
}

/** INVALID_IKE_SPI or INVALID-COOKIE: the peer does not know the SA any more. */
function forgotten(f: Facts): Judgement | undefined {
  const { sa } = f
  const type = sa.version === 2 ? NOTIFY.INVALID_IKE_SPI : NOTIFY_V1.INVALID_COOKIE
  const notice = sa.notices.find(n => n.type === type)
  if (!notice || !wasUp(f, notice) || spokeEncrypted(f, notice.from, notice.frame)) return undefined
  const by = addressOf(sa, notice.from)
  const said = `${by} answers ${notice.name}${notice.encrypted ? "" : " in the clear"} (frame ${notice.frame})`
  const base = { cause: "peer-restarted", frames: [notice.frame] } as const
  const stillSends = traffic(f)[otherSide(notice.from)]
  if (flowsAfter(stillSends, { ...notice.time, seconds: notice.time.seconds + 1 }))
    return {
      ...base,
      outcome: "degraded",
      certainty: "inferred",
      headline: `${by} denies the IKE SA, its ESP still comes`,
      why: `${said} that it has no IKE SA with these SPIs, while its ESP still comes (frame ${Math.max(...stillSends.map(d => d.lastFrame))}): its IKE daemon lost the SA, or somebody else sent the message`,
    }
  return {
    ...base,
    outcome: "lost",
    certainty: "seen",
    headline: `${by} no longer knows the SA`,
    why: `${said}: it has no IKE SA with these SPIs, so it restarted, or deleted the SA unheard`,
  }
}

/** Both ends had keys before; where its beginning is not in the capture, one of them. */
function wasUp(f: Facts, { from, frame }: Notice): boolean {
  const hadKeys = (side: Side) => f.sent.some(s => s.from === side && isEncrypted(s) && frameOf(s) < frame)
  return hadKeys(otherSide(from)) && (!f.sa.begun || f.carried.length > 0 || hadKeys(from))
}

const spokeEncrypted = (f: Facts, side: Side, frame: number): boolean =>
  f.sent.some(s => s.from === side && frameOf(s) > frame && s.parts.some(p => p.encrypted))

/** The last request of a side, repeated and never answered. */
function silentV2(f: Facts): Judgement | undefined {
  const requests = ofType(f, EXCHANGE.INFORMATIONAL, EXCHANGE.CREATE_CHILD_SA, EXCHANGE.IKE_FOLLOWUP_KE).filter(
    s => s.request,
  )
  const last = requests.findLast(s => s.repeats.length > 0)
  // Of an SA that was rekeyed the Delete alone stays unanswered.
  if (!last || f.sa.successors.length > 0 || unseenSuccessor(f)) return undefined
  const answer = answerTo(f, last)
  const silent = otherSide(last.from)
  if (answer) return answersLost(f, last, answer)
  if (spoke(f, silent, frameOf(last), timeOf(last))) return undefined
  if (last.repeats.length < 2 && goesOnFor(f, lastSent(last)) < PATIENCE) return undefined
  return silence(f, last, silent)
}

function silence(f: Facts, last: Sent, silent: Side): Judgement {
  const who = addressOf(f.sa, silent)
  const what = `${exchangeOf(f, last)}${purposeText(f, last)} was ${sendings(last)}`
  const stillSends = traffic(f)[last.from]
  if (flowsAfter(stillSends, { ...timeOf(last), seconds: timeOf(last).seconds + 1 }))
    return {
      outcome: "degraded",
      certainty: "inferred",
      cause: "peer-silent",
      frames: framesOf(last),
      headline: `${who} answers no IKE, its ESP still comes`,
      why: `${what} and ${who} never answers, while ESP from ${who} still comes (frame ${Math.max(...stillSends.map(d => d.lastFrame))}): UDP one way is blocked, or its IKE daemon hangs`,
    }
  const anew = f.world.between(f.sa).find(x => x.number > f.sa.number && secondsBetween(timeOf(last), x.first) > 0)
  const path = noAnswer(f, last, "lost")
  if (path.cause === "icmp-error") return path
  const began = anew?.initiator.address === who
  // Who answers a new SA while this one's requests still go unanswered is there, and knows this one no more.
  const meanwhile = anew !== undefined && spokeIn(anew, who, lastSent(last))
  const since = anew && !began && anew.choice !== null ? `; it answers ${anew.id} after that` : ""
  return {
    outcome: "lost",
    certainty: meanwhile || began ? "inferred" : "seen",
    cause: meanwhile ? "peer-restarted" : "peer-silent",
    frames: framesOf(last),
    headline: meanwhile
      ? `${who} restarted without a word`
      : began
        ? `${who} was silent, then began anew`
        : `${who} fell silent`,
    why: `${what} and never answered: ${meanwhile ? `${who} ${began ? "begins anew with" : "answers"} ${anew.id} meanwhile, so it lost this SA` : began ? `${who} begins anew with ${anew.id} after that: it restarted, or nothing passed for a while and it gave this SA up as well` : `${who} answered before, so it is gone, restarted, or no longer reachable${since}`}`,
  }
}

/** Whether a peer sent a message of an SA before a moment. */
const spokeIn = (sa: IkeSa, address: string, before: Moment): boolean =>
  sa.exchanges.some(x =>
    x.messages.some(m => sa.peer(m.from).address === address && secondsBetween(m.time, before) > 0),
  )

/** An INFORMATIONAL that is empty, or can be, is a liveness check. RFC 7296 §1.4. */
function purposeText(f: Facts, s: Sent): string {
  if (s.exchange.type !== EXCHANGE.INFORMATIONAL) return ""
  const room = roomOf(s, f.sa.choice)
  if (isOpened(s))
    return payloadsOf(s).every(p => p === "SK") ? ", a liveness check (DPD)," : isDelete(s) ? ", a Delete," : ""
  return room && canBe(room, 0) ? ", a liveness check (DPD) by its size," : ""
}

/** Every repeat was answered in this capture: the answers get lost behind it. */
function answersLost(f: Facts, last: Sent, answer: Sent): Judgement | undefined {
  if (last.repeats.length < 2 || answer.repeats.length < 2) return undefined
  const end = last.repeats[last.repeats.length - 1].frame
  if (f.sent.some(s => s.from === last.from && frameOf(s) > frameOf(answer)) || spoke(f, last.from, end))
    return undefined
  const goesOn = (["initiator", "responder"] as const).every(to => flowsAfter(traffic(f)[to], lastSent(last)))
  return {
    outcome: goesOn ? "degraded" : "lost",
    certainty: "inferred",
    cause: "answers-lost",
    frames: [...framesOf(last), ...framesOf(answer)],
    headline: `The answers of ${addressOf(f.sa, answer.from)} do not arrive`,
    why: `${exchangeOf(f, last)} was ${sendings(last)} although each was answered (${plural(framesOf(answer).length, "answer")} from frame ${frameOf(answer)} on): the way back to ${addressOf(f.sa, last.from)} is broken behind this capture${goesOn ? " for IKE; ESP goes on both ways" : ""}`,
  }
}

/** Seconds that probes are apart at least: Deletes and the like come together. */
const APART = 0.9

/** Unanswered probes that are no gap in the capture. */
const MANY = 3

/** R-U-THERE that nobody acknowledges; closed, Informational messages of one size at intervals with nothing from the other side. RFC 3706 §5.4. */
function deadPeerV1(f: Facts): Judgement | undefined {
  const all = withoutDeletes(ofType(f, EXCHANGE_V1.INFORMATIONAL))
  const last = all.at(-1)
  if (!last) return undefined
  const probes: Sent[] = []
  for (const s of [...all].reverse()) {
    const next = probes[0]
    if (s.from !== last.from || bytesOf(s) !== bytesOf(last)) break
    if (next && secondsBetween(timeOf(s), timeOf(next)) < APART) break
    probes.unshift(s)
  }
  const [first] = probes
  const silent = otherSide(last.from)
  // What the other one says after this side gave it up is no answer.
  const gaveUp = f.sent.find(s => s.from === last.from && frameOf(s) > frameOf(last) && isDelete(s))
  const heard = f.sent.some(
    s =>
      s.from === silent &&
      (frameOf(s) > frameOf(first) || secondsBetween(timeOf(first), timeOf(s)) > 0) &&
      (!gaveUp || frameOf(s) < frameOf(gaveUp)),
  )
  // One answer may be missing in the capture, and the last is still due where it ends.
  const due = probes.filter(s => goesOnFor(f, timeOf(s)) >= APART)
  if (due.length < 2 || probes.length < MANY || heard) return undefined
  if (flowsAfter(traffic(f)[last.from], { ...timeOf(first), seconds: timeOf(first).seconds + 1 })) return undefined
  const read = notifiesOf(last).some(n => n.replaceAll("_", "-") === "R-U-THERE")
  if (isOpened(last) && !read) return undefined
  const who = addressOf(f.sa, silent)
  const frames = probes.map(frameOf)
  const icmp = icmpTo(f, who, frameOf(first)).find(e => e.frame > frameOf(first))
  const said = icmp ? `; ${icmp.reporter} says ICMP "${icmpName(icmp)}" (frame ${icmp.frame})` : ""
  const span = `${plural(probes.length, read ? "R-U-THERE" : "Informational message", read ? "R-U-THERE" : "Informational messages")} in ${secondsText(secondsBetween(timeOf(first), timeOf(last)))} (frames ${frames[0]} to ${frames[frames.length - 1]})`
  return {
    outcome: "lost",
    certainty: read ? "proven" : "inferred",
    cause: "peer-silent",
    frames,
    headline: `${who} fell silent: liveness checks unanswered`,
    why: read
      ? `${span} of dead peer detection (DPD) are not answered: ${who} is gone, or no longer reachable${said}`
      : `${span}, of one size and regular as DPD's R-U-THERE, and nothing from ${who} any more, no ESP either: it never answers${said}`,
  }
}

/** Who gives a silent peer up deletes its SAs; closed, Deletes of the IPsec SA and the ISAKMP SA are two messages at once. */
function withoutDeletes(all: readonly Sent[]): readonly Sent[] {
  const end = all.findLastIndex(s => !isDelete(s)) + 1
  const [one, other] = all.slice(end - 2, end)
  const together =
    other !== undefined &&
    !isOpened(one) &&
    !isOpened(other) &&
    one.from === other.from &&
    secondsBetween(timeOf(one), timeOf(other)) < TOGETHER
  return all.slice(0, together ? end - 2 : end)
}

/** Seconds in which a side sends the Deletes of its SAs one behind another. */
const TOGETHER = 0.05

const isDelete = (s: Sent): boolean => payloadsOf(s).some(p => p === "D" || p === "DELETE")
