/** Quick Mode, XAUTH and Mode Config: phase 1 is up, and nothing comes of it. RFC 2409 §5.5, draft-beaulieu-ike-xauth, draft-dukes-ike-mode-cfg. */

import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import type { ChildAttempt } from "../../track/child-attempt.ts"
import { otherSide } from "../../track/peer.ts"
import { selectorTexts } from "../../track/selector.ts"
import { listText } from "../explain/words.ts"
import { REFUSAL_V1 } from "./at-once.ts"
import { type Facts, goesOnFor, isSilence, ofType, PATIENCE, stopsText } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { arrivedAt, frameOf, framesOf, isOpened, isWithin, type Sent, timeOf } from "./sent.ts"
import { addressOf, framesText, plural, secondsText, sendings } from "./words.ts"

export function judgeQuick(f: Facts): Judgement | undefined {
  if (f.sa.version !== 1) return undefined
  const quick = ofType(f, EXCHANGE_V1.QUICK_MODE)
  if (quick.length === 0) return xauthUnfinished(f)
  // One Quick Mode that was finished is a tunnel; what else fails only takes from it.
  const finished = f.sa.exchanges.some(
    x => x.type === EXCHANGE_V1.QUICK_MODE && x.complete && !refusedLater(f, x.messageId),
  )
  const open = quick.filter(s => !s.exchange.complete || refusedLater(f, s.exchange.messageId))
  const last = open.at(-1)
  if (!last || (finished && f.carried.length > 0 && isRetried(f, last))) return undefined
  const refused = refusal(f, open, finished ? "A further Quick Mode failed" : NO_TUNNEL)
  if (!refused) return finished ? undefined : unanswered(f, last)
  return finished ? { ...refused, outcome: "degraded" } : refused
}

/** How headlines begin. */
const NO_TUNNEL = "IKE up, no tunnel"

const refusedLater = ({ sa }: Facts, messageId: number): boolean =>
  sa.attempts.some(a => a.exchangeType === EXCHANGE_V1.QUICK_MODE && a.messageId === messageId)

/** A later Quick Mode of the same side was finished. */
const isRetried = ({ sa }: Facts, last: Sent): boolean =>
  sa.exchanges.some(
    x =>
      x.type === EXCHANGE_V1.QUICK_MODE &&
      x.complete &&
      x.startedBy === last.exchange.startedBy &&
      x.messages[0].frame > frameOf(last),
  )

/** `fails` says what the refusal makes of the SA: the headline begins with it. */
function refusal(f: Facts, open: readonly Sent[], fails: string): Judgement | undefined {
  const attempt = f.sa.attempts.findLast(a => a.exchangeType === EXCHANGE_V1.QUICK_MODE && a.errors.length > 0)
  if (attempt) return read(f, attempt, fails)
  const last = open[open.length - 1]
  const ofPhase1 = refusedWithPhase1(f, last)
  if (ofPhase1) return ofPhase1
  const answers = ofType(f, EXCHANGE_V1.INFORMATIONAL).filter(
    s => s.from !== last.from && frameOf(s) > frameOf(last) && isPrompt(f, last, s),
  )
  const [first] = answers
  if (!first || isOpened(first)) return undefined
  // A responder that goes on got the last message, which the capture lacks.
  if (!last.request && f.sent.some(s => s.from === last.from && frameOf(s) > frameOf(last))) return undefined
  // An SPI that is new carries packets: it was made.
  if (f.carried.some(({ data }) => data.firstFrame > frameOf(last))) return undefined
  // Who took it back meanwhile, or goes on with something else, is not answered by it.
  if (f.sent.some(s => s.from === last.from && frameOf(s) > frameOf(last) && frameOf(s) < frameOf(first)))
    return undefined
  return {
    outcome: "no-tunnel",
    certainty: "inferred",
    cause: "child-refused",
    frames: [...framesOf(last), ...answers.map(frameOf)],
    headline: `${fails}: Quick Mode was refused`,
    why: `Quick Mode message ${open.filter(s => s.exchange === last.exchange).length} (frame ${frameOf(last)}) is answered by ${answers.length > 1 ? "Informational messages" : "an Informational message"} (${framesText(answers.map(frameOf))}) instead of the next, and no ESP follows: phase 2 is refused`,
    remedy: "Give keys (--keys) to read the refusal; most often the networks, the ESP proposals or PFS differ.",
  }
}

/**
 * Message 3 of Aggressive Mode and Quick Mode's first go out together: an Informational message that nobody reads may answer either, or the
 * former alone where it crosses the latter.
 */
function refusedWithPhase1(f: Facts, last: Sent): Judgement | undefined {
  const end = ofType(f, EXCHANGE_V1.AGGRESSIVE).findLast(s => s.from === "initiator")
  if (!end?.exchange.complete || last.from !== "initiator" || !last.request || f.carried.length > 0) return undefined
  const behind = f.sent.filter(s => frameOf(s) > frameOf(end))
  const answers = behind.filter(s => s.from === "responder")
  const [first] = answers
  if (!first || answers.some(s => s.exchange.type !== EXCHANGE_V1.INFORMATIONAL || isOpened(s))) return undefined
  if (behind.some(s => s.from === "initiator" && s !== last)) return undefined
  if (!isWithin(f.sent, arrivedAt(end), timeOf(first), REFUSAL_V1)) return undefined
  const crossed = frameOf(first) < frameOf(last)
  const goesOn = goesOnFor(f, crossed ? arrivedAt(last) : timeOf(first)) >= PROMPT
  if (last.repeats.length > 0 || (crossed && !goesOn)) return undefined
  const by = addressOf(f.sa, "responder")
  const what = `Message 3 of Aggressive Mode (frame ${frameOf(end)}) and Quick Mode (frame ${frameOf(last)}) went out together; ${by} answers by ${framesText(answers.map(frameOf))}, and ${goesOn ? "nothing follows" : "the capture ends right behind"}`
  return {
    outcome: "no-tunnel",
    certainty: "inferred",
    cause: "negotiation-refused",
    frames: [frameOf(end), frameOf(last), ...answers.map(frameOf)],
    headline: "No tunnel: phase 1 or Quick Mode was refused",
    why: crossed
      ? `${what}: as it came before Quick Mode, most likely ${by} refuses the initiator's identity, certificate or key`
      : `${what}: it refuses the initiator's identity, certificate or key, or Quick Mode; its length tells neither`,
    remedy: `Give keys (--keys) to read the answer, or look into the log of ${by}.`,
  }
}

/** Seconds in which a refusal comes: what comes later is about something else, and the capture lacks the answer. */
const PROMPT = 0.5

const isPrompt = (f: Facts, asked: Sent, answer: Sent): boolean =>
  [...asked.parts, ...asked.repeats].some(
    m => m.frame < frameOf(answer) && isWithin(f.sent, m.time, timeOf(answer), PROMPT),
  )

function read(f: Facts, a: ChildAttempt, fails: string): Judgement {
  const refuser = addressOf(f.sa, a.refusedBy ?? otherSide(a.startedBy))
  const said = `${refuser} answers Quick Mode (frame ${a.requestFrame}) with ${a.errors.join(" and ")} (frame ${a.responseFrame})`
  const groups = [...new Set(a.offered.flatMap(o => o.ke))]
  const isProposal = a.errors.some(e => e.replaceAll("-", "_") === "NO_PROPOSAL_CHOSEN")
  const isSelector = a.errors.some(e => e.replaceAll("-", "_") === "INVALID_ID_INFORMATION")
  const addressless = isSelector && a.startedBy === "initiator" ? noAddress(f, fails) : undefined
  if (addressless) return addressless
  const cause: DiagnosticCode = isProposal ? "no-proposal-chosen" : isSelector ? "ts-unacceptable" : "child-refused"
  const asked = `${listText(selectorTexts(a.asked.i), 2) || "(host)"} ⇄ ${listText(selectorTexts(a.asked.r), 2) || "(host)"}`
  const why = isProposal
    ? `${said}; it was offered ${groups.length > 0 ? `with PFS group ${groups.slice(0, 3).join(", ")}` : "without PFS"}: ESP algorithms, mode or PFS differ`
    : isSelector
      ? `${said}: it has no policy for ${asked}`
      : `${said} for ${asked}`
  const head = isProposal ? "no common phase 2 proposal" : isSelector ? "the networks do not fit" : a.errors[0]
  return {
    outcome: "no-tunnel",
    certainty: isProposal ? "inferred" : "proven",
    cause,
    frames: [a.requestFrame, a.responseFrame],
    headline: `${fails}: ${head}`,
    why,
    remedy: isProposal ? "Compare ESP algorithms, mode, lifetime and PFS group of both ends." : undefined,
  }
}

/** Sent once, and it goes on, or another would send it again: the capture lacks what came next. */
const nextMissing = (f: Facts, last: Sent): Judgement => ({
  outcome: "partial",
  certainty: "seen",
  cause: null,
  frames: framesOf(last),
  headline: "Quick Mode's end is not in the capture",
  why: `message ${f.sent.filter(s => s.exchange === last.exchange).indexOf(last) + 1} of Quick Mode (frame ${frameOf(last)}) was sent once and never again, as what is not answered would be; most likely the capture lacks packets, and whether a tunnel came up cannot be said`,
  remedy: "Capture without losses; the logs of both ends say whether the tunnel is up.",
})

function unanswered(f: Facts, last: Sent): Judgement | undefined {
  if (f.carried.length > 0) return undefined
  if (!isSilence(f, last))
    return {
      outcome: "partial",
      certainty: "seen",
      cause: null,
      frames: framesOf(last),
      headline: "Quick Mode is not finished",
      why: `${stopsText(f, arrivedAt(last))} ${secondsText(Math.max(0, goesOnFor(f, arrivedAt(last))))} after Quick Mode's frame ${frameOf(last)}, too soon to say what comes of it`,
      remedy: "Capture longer.",
    }
  if (last.repeats.length === 0) return nextMissing(f, last)
  const asked = f.sent.find(s => s.exchange === last.exchange && s.request)
  if (asked && asked !== last && asked.repeats.length > 0 && last.repeats.length > 0)
    return {
      outcome: "no-tunnel",
      certainty: "inferred",
      cause: "answers-lost",
      frames: [...framesOf(asked), ...framesOf(last)],
      headline: "IKE up, no tunnel: Quick Mode's answers get lost",
      why: `Phase 1 is up; Quick Mode was ${sendings(asked)} although each was answered (frame ${frameOf(last)} first): the way back to ${addressOf(f.sa, asked.from)} is broken behind this capture`,
    }
  return {
    outcome: "no-tunnel",
    certainty: "seen",
    cause: "no-answer",
    frames: framesOf(last),
    headline: "IKE up, no tunnel: Quick Mode is not answered",
    why: `Phase 1 is up; Quick Mode was ${sendings(last)} and ${addressOf(f.sa, otherSide(last.from))} never answers: it has no phase 2 for these networks and stays silent, or is gone`,
  }
}

/** XAUTH ends with a status that the gateway sets and the client acknowledges; who passed goes on with Mode Config or Quick Mode at once. */
function xauthUnfinished(f: Facts): Judgement | undefined {
  const transactions = ofType(f, EXCHANGE_V1.TRANSACTION)
  if (transactions.length === 0 || f.carried.length > 0) return undefined
  const asked = transactions.filter(s => s.request && s.from === "responder")
  const last = transactions[transactions.length - 1]
  const afterwards = f.sent.filter(s => frameOf(s) > frameOf(last))
  const configured = transactions.some(s => s.request && s.from === "initiator")
  if (asked.length === 1 && transactions.length === 1 && afterwards.length === 0 && isSilence(f, last))
    return notAnswered(f, last)
  if (asked.length < 2 || configured || isOpened(last))
    return configured && goesOnFor(f, arrivedAt(last)) >= PATIENCE ? noQuick(f, last) : undefined
  // Who passed goes on at once, unless the capture ends before.
  if (afterwards.length === 0 && (last.request ? !isSilence(f, last) : goesOnFor(f, arrivedAt(last)) < PROMPT))
    return {
      outcome: "partial",
      certainty: "seen",
      cause: null,
      frames: [frameOf(last)],
      headline: "XAUTH is under way",
      why: last.request
        ? `the capture ends with a Transaction request (frame ${frameOf(last)}) that is not answered yet`
        : `the capture ends right behind a Transaction exchange (frame ${frameOf(last)}), too soon to say whether XAUTH passed`,
      remedy: "Capture longer.",
    }
  // A gateway that refuses ends it at once: what comes later is about something else, and the capture lacks what is between.
  if (afterwards.length > 0 && !isWithin(f.sent, arrivedAt(last), timeOf(afterwards[0]), PROMPT)) return undefined
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: "xauth-failed",
    frames: transactions.map(frameOf),
    headline: "XAUTH failed, most likely",
    why: `${addressOf(f.sa, "responder")} asks by ${plural(asked.length, "Transaction exchange")} (frames ${frameOf(transactions[0])} to ${frameOf(last)}); ${afterwards.length === 0 ? "nothing follows" : "only Informational messages follow"}, no Mode Config and no Quick Mode: XAUTH ended with FAIL`,
    remedy: "Check user name and password; give keys (--keys) to read the status.",
  }
}

/** A client that knows no XAUTH, or a person who is asked. */
function notAnswered(f: Facts, asked: Sent): Judgement {
  const [by, of] = [addressOf(f.sa, asked.from), addressOf(f.sa, otherSide(asked.from))]
  return {
    outcome: "no-tunnel",
    certainty: "inferred",
    cause: "no-answer",
    frames: framesOf(asked),
    headline: "IKE up, no tunnel: XAUTH is not answered",
    why: `${by} asks ${of} by a Transaction exchange, ${sendings(asked)}, and nothing follows for ${secondsText(goesOnFor(f, arrivedAt(asked)))}: ${of} knows no XAUTH, waits for a person, or is gone`,
    remedy: `Look into the log of ${of}: has it a user name and a password for XAUTH?`,
  }
}

/** The gateway answers Mode Config and gives no address. */
function noAddress({ sa }: Facts, fails = NO_TUNNEL): Judgement | undefined {
  const notice = sa.notices.findLast(n => n.kind === "no-address")
  if (!notice) return undefined
  const refused = sa.attempts.findLast(a => a.errors.length > 0)
  const then = refused
    ? `, and refuses the Quick Mode that follows (${refused.errors.join(" and ")}, frame ${refused.responseFrame})`
    : ", and no Quick Mode comes of it"
  return {
    outcome: "no-tunnel",
    certainty: "proven",
    cause: "address-refused",
    frames: [notice.frame, ...(refused ? [refused.responseFrame] : [])],
    headline: `${fails}: no address for the client`,
    why: `${addressOf(sa, notice.from)} answers Mode Config without an address (frame ${notice.frame})${then}: it has no pool for this client, or an exhausted one`,
  }
}

function noQuick(f: Facts, last: Sent): Judgement {
  return (
    noAddress(f) ??
    neverBegun(
      last,
      `Mode Config ends in frame ${frameOf(last)}, and the client begins no Quick Mode in ${secondsText(goesOnFor(f, arrivedAt(last)))}: it got no address, or does not want the tunnel`,
      `Look into the log of ${addressOf(f.sa, "initiator")}, and whether ${addressOf(f.sa, "responder")} has a pool of addresses; keys (--keys) open what it answers.`,
    )
  )
}

/** What comes before Quick Mode is done, and nobody begins one. */
export function neverBegun(last: Sent, why: string, remedy: string): Judgement {
  return {
    outcome: "no-tunnel",
    certainty: "inferred",
    cause: "child-refused",
    frames: [frameOf(last)],
    headline: "IKE up, no tunnel: no Quick Mode was begun",
    why,
    remedy,
  }
}
