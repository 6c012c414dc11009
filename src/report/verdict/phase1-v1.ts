/**
 * Phase 1 of IKEv1 from outside: message 5 is the first one encrypted, so two pre-shared keys show there; Aggressive Mode shows it after
 * message 2. RFC 2409 §5, RFC 2408 §5.
 */
import { EXCHANGE_TYPE as EXCHANGE_V1, PHASE_1 } from "../../registry/ikev1/exchange-types.ts"
import { NOTIFY as NOTIFY_V1 } from "../../registry/ikev1/notify.ts"
import { secondsBetween } from "../../track/moment.ts"
import { otherSide } from "../../track/peer.ts"
import { isPrompt, isPsk, readingOf } from "../explain/ikev1.ts"
import { refusesChoice } from "../explain/proposals.ts"
import { NAT_T_PORT } from "../explain/silence.ts"
import { REFUSAL_V1 } from "./at-once.ts"
import { certificateReason } from "./certificate-reason.ts"
import { type Facts, goesOnFor, isSilence, ofType, peerAt, saidBy, stopsText } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { noAnswer, strayRequest } from "./no-answer.ts"
import { otherPsk, pskPair } from "./psk-pair.ts"
import { policyText } from "./reason.ts"
import { refused, unknownSa } from "./refused-clear.ts"
import { arrivedAt, frameOf, framesOf, isEncrypted, isOpened, isWithin, notifiesOf, type Sent, timeOf } from "./sent.ts"
import { addressOf, exchangeOf, framesText, nameOf, plural, secondsText, sendings } from "./words.ts"

/** Messages of a whole exchange. */
const WHOLE: Readonly<Record<number, number>> = {
  [EXCHANGE_V1.MAIN_MODE]: 6,
  [EXCHANGE_V1.AGGRESSIVE]: 3,
  [EXCHANGE_V1.BASE]: 4,
}

export function judgePhase1(f: Facts): Judgement | undefined {
  if (f.sa.version !== 1 || !f.sa.begun) return undefined
  const phase1 = ofType(f, ...PHASE_1).filter(s => s.parts.every(p => p.fragment === null))
  const last = phase1.at(-1)
  if (!last || f.sa.choice === null) return undefined
  const others = f.sent.filter(s => !PHASE_1.includes(s.exchange.type))
  const informational = others.filter(
    s => s.exchange.type === EXCHANGE_V1.INFORMATIONAL && frameOf(s) > frameOf(phase1[0]),
  )
  const goesOn = others.some(s => s.exchange.type !== EXCHANGE_V1.INFORMATIONAL) || f.carried.length > 0
  if (goesOn) return undefined
  const done = phase1.length >= (WHOLE[last.exchange.type] ?? 6)
  const refusal = informational.find(s => s.from === otherSide(last.from) && frameOf(s) > frameOf(last))
  if (refusal && [...last.parts, ...last.repeats].some(m => isPrompt(m, refusal.parts[0])))
    return refusedBy(
      f,
      last,
      informational.filter(s => s.from === refusal.from),
      done,
    )
  if (done) return repeatedEnd(f, last) ?? withdrawn(f, last, informational)
  return silent(f, last)
}

/** The key that the other side lacks shows in the message that only that key opens. */
const showsPsk = (f: Facts, last: Sent): boolean =>
  isPsk(f.sa) && (isEncrypted(last) || last.exchange.type === EXCHANGE_V1.AGGRESSIVE)

function refusedBy(f: Facts, last: Sent, answers: readonly Sent[], done: boolean): Judgement | undefined {
  const [first] = answers
  // After phase 1 an Informational may be about anything: INITIAL-CONTACT, a liveness probe, a Delete. At once, and alone, it refuses.
  if (
    done &&
    (!isWithin(f.sent, arrivedAt(last), timeOf(first), REFUSAL_V1) || answers.some(a => notifiesOf(a).some(isStatus)))
  )
    return undefined
  const by = addressOf(f.sa, first.from)
  const names = [...new Set(answers.flatMap(notifiesOf))]
  const said = names.length > 0 ? ` with ${names.join(", ")}` : ""
  const what = `${done ? `The last message of ${exchangeOf(f, last)} was` : `${exchangeOf(f, last)} message ${numberOf(f, last)} (${spanText(framesOf(last))}) is`} answered by ${plural(answers.length, "Informational message")}${said} (${spanText(answers.map(frameOf))})`
  const frames = [...framesOf(last), ...answers.map(frameOf)]
  const denied = f.sa.notices.find(n => n.frame === frameOf(first) && n.type === NOTIFY_V1.INVALID_COOKIE)
  if (denied && !done) return { ...unknownSa(f, denied, what), frames }
  const choice = f.sa.notices.find(n => n.frame === frameOf(first) && refusesChoice(f.sa, n))
  if (choice?.name === "NO-PROPOSAL-CHOSEN")
    return {
      outcome: "failed",
      certainty: "seen",
      cause: "no-proposal-chosen",
      frames,
      headline: "What was chosen is refused",
      why: `${what} instead of the next, and nothing follows: ${by} cannot use what ${nameOf(f, last.from)} chose from its offer. It came in the clear, so anybody on the path could have sent it`,
      remedy: `Compare the IKE proposals of both ends, attributes and lifetimes too; its log says what ${by} does not like.`,
    }
  // Messages 1 to 4 of Main Mode authenticate nobody yet.
  const early = last.exchange.type === EXCHANGE_V1.MAIN_MODE && !isEncrypted(last)
  const notice = early ? f.sa.notices.find(n => n.frame === frameOf(first) && !n.encrypted) : undefined
  const refusal = notice && refused(f, notice)
  if (refusal) return { ...refusal, frames }
  if (showsPsk(f, last) && !done) {
    if (names.some(isIdentity)) return refusedIdentity(f, last, first, frames, what)
    if (last.exchange.type === EXCHANGE_V1.AGGRESSIVE) return mismatch(f, last, frames, `${what} instead of the next`)
    const reading = readingOf(f.sa, {
      message: last.parts[0],
      repeats: last.repeats,
      answers: answers.map(a => a.parts[0]),
    })
    if (reading === "read") return refusedIdentity(f, last, first, frames, what)
    return reading === "unknown"
      ? either(f, last, frames, what)
      : mismatch(f, last, frames, `${what} instead of the next`)
  }
  // Who could send message 6 has read message 5, so that both have the same key.
  if (done && isPsk(f.sa) && last.exchange.type === EXCHANGE_V1.MAIN_MODE)
    return {
      outcome: "failed",
      certainty: "inferred",
      cause: "identity-refused",
      frames,
      headline: `Authentication refused by ${by}`,
      why: `${what}, and nothing follows. The pre-shared keys agree, as message 5 was read: most likely ${policyText(f, last.from)}`,
      remedy: undefined,
    }
  const reason = certificateReason(f, last.from)
  if (reason)
    return {
      outcome: "failed",
      certainty: "inferred",
      cause: reason.cause,
      frames,
      headline: reason.headline,
      why: `${by} refuses ${nameOf(f, last.from)}${said} (frame ${frameOf(first)}). ${reason.why}`,
      remedy: reason.remedy,
    }
  return {
    outcome: "failed",
    certainty: names.length > 0 ? saidBy(isEncrypted(first)) : "inferred",
    cause: "authentication-failed",
    frames,
    headline: `Authentication refused by ${by}`,
    why: `${what}${done ? "" : " instead of the next"}, and nothing follows: ${by} refuses ${nameOf(f, last.from)} (identity, ${isPsk(f.sa) ? "method" : "certificate"} or key)`,
    remedy: isPsk(f.sa) ? undefined : "Compare identities and certificates of both ends.",
  }
}

/** Some daemons answer what they cannot read, others only what they read and refuse. */
function either(f: Facts, last: Sent, frames: readonly number[], what: string): Judgement {
  const by = addressOf(f.sa, otherSide(last.from))
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: "authentication-failed",
    frames,
    headline: `Authentication refused by ${by}`,
    why: `${what}, and ${by} waits on (message 4 again): it refuses the identity or the method, or cannot read the message, as the pre-shared keys differ`,
    remedy: `Look into the log of ${by}; then compare the pre-shared keys, the identity that ${addressOf(f.sa, last.from)} sends, and XAUTH.`,
  }
}

const isIdentity = (name: string): boolean => name.replaceAll("_", "-") === "INVALID-ID-INFORMATION"

function refusedIdentity(f: Facts, last: Sent, answer: Sent, frames: readonly number[], what: string): Judgement {
  const by = addressOf(f.sa, answer.from)
  const proven = isOpened(last) && isOpened(answer)
  const named = notifiesOf(answer).some(isIdentity)
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: proven || named ? "identity-refused" : "authentication-failed",
    frames,
    headline: `Authentication refused by ${by}`,
    why: proven
      ? `${what}; both ends have the same pre-shared key, as both messages open: ${policyText(f, last.from)}`
      : named
        ? `${what}: ${policyText(f, last.from)}`
        : `${what}, and ${last.repeats.length > 0 ? "no more" : "not sent again"}: the keys agree, most likely, and ${by} has no connection for this identity, mode or method (XAUTH)`,
    remedy: `Look into the log of ${by}: the identity that ${addressOf(f.sa, last.from)} sends, Main or Aggressive Mode, and XAUTH; then the pre-shared keys.`,
  }
}

/** Few frames one by one, many by the first and the last. */
const spanText = (frames: readonly number[]): string =>
  frames.length > 2 ? `frames ${frames[0]} to ${frames[frames.length - 1]}` : framesText(frames)

const STATUS = [NOTIFY_V1.INITIAL_CONTACT, NOTIFY_V1.R_U_THERE, NOTIFY_V1.R_U_THERE_ACK].map(n => NOTIFY_V1.label(n))
const isStatus = (name: string): boolean => STATUS.includes(name)

const numberOf = (f: Facts, s: Sent): number =>
  ofType(f, s.exchange.type)
    .filter(x => x.parts.every(p => p.fragment === null))
    .indexOf(s) + 1

function mismatch(f: Facts, last: Sent, frames: readonly number[], what: string): Judgement {
  const pair = pskPair(f)
  const by = addressOf(f.sa, otherSide(last.from))
  const looks =
    last.exchange.type === EXCHANGE_V1.AGGRESSIVE
      ? "its HASH_R does not fit the pre-shared key there"
      : `${by} cannot read it, which is what two different pre-shared keys look like`
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: "psk-mismatch",
    frames,
    headline: "The pre-shared keys differ",
    why: pair ? `${what}: ${pair}` : `${what}: ${looks}`,
    remedy: `Compare the pre-shared key (group secret) for ${nameOf(f, last.from)} on both ends, and by which address or name ${by} picks it.`,
  }
}

/**
 * Message 6 of Main Mode, or 3 of Aggressive Mode, sent again: it does not arrive. Who sends it has read the one before, so that another
 * pre-shared key is not the reason.
 */
function repeatedEnd(f: Facts, last: Sent): Judgement | undefined {
  if (last.repeats.length < 2) return undefined
  const to = addressOf(f.sa, otherSide(last.from))
  return {
    outcome: "no-answer",
    certainty: "inferred",
    cause: "answers-lost",
    frames: framesOf(last),
    headline: `The last message of ${exchangeOf(f, last)} does not arrive`,
    why: `The last message of ${exchangeOf(f, last)} was ${sendings(last)}, and ${to} goes on as if it had not come: the way to ${to} is broken behind this capture, for this port or size`,
  }
}

/** Phase 1 is done, and its starter takes it back at once. */
function withdrawn(f: Facts, last: Sent, informational: readonly Sent[]): Judgement | undefined {
  const own = informational.find(s => frameOf(s) > frameOf(last))
  if (own?.from !== "initiator" || !isWithin(f.sent, arrivedAt(last), timeOf(own), REFUSAL_V1)) return undefined
  const by = addressOf(f.sa, own.from)
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: "authentication-failed",
    frames: [frameOf(last), frameOf(own)],
    headline: `${by} gives up right after ${exchangeOf(f, last)}`,
    why: `an Informational message (frame ${frameOf(own)}) ${secondsText(secondsBetween(arrivedAt(last), timeOf(own)))} after the last message of ${exchangeOf(f, last)}, no Quick Mode and nothing more: most likely ${by} refuses the responder's identity, certificate or key`,
  }
}

/** Seconds in which fragments of one message follow one another. */
const FOLLOW = 0.5

/** Cisco's fragments of the next message, which never became whole. */
function inPieces(f: Facts, last: Sent): Judgement | undefined {
  const pieces = last.exchange.messages.filter(m => m.fragment && m.from !== last.from && m.frame > frameOf(last))
  if (pieces.length === 0 || goesOnFor(f, pieces[0].time) < FOLLOW) return undefined
  const by = addressOf(f.sa, otherSide(last.from))
  return {
    outcome: "no-answer",
    certainty: "seen",
    cause: "fragments-lost",
    frames: pieces.map(m => m.frame),
    headline: `Fragments of ${exchangeOf(f, last)} from ${by} were lost`,
    why: `After message ${numberOf(f, last)} of ${exchangeOf(f, last)} (frame ${frameOf(last)}) ${plural(pieces.length, "fragment")} of the next came from ${by} (${framesText(pieces.map(m => m.frame))}), and never all of one message: without the others nobody can read it`,
  }
}

function silent(f: Facts, last: Sent): Judgement | undefined {
  const pieces = inPieces(f, last)
  if (pieces) return pieces
  const quiet = goesOnFor(f, arrivedAt(last))
  const stray = strayRequest(f, last)
  if (stray) return stray
  if (!isSilence(f, last)) {
    // Aggressive Mode's second message carries HASH_R: who has another key drops it, and begins anew or gives up.
    return {
      outcome: "partial",
      certainty: "seen",
      cause: null,
      frames: framesOf(last),
      headline: `${exchangeOf(f, last)} is not finished`,
      why: `${stopsText(f, arrivedAt(last))} ${secondsText(Math.max(0, quiet))} after message ${numberOf(f, last)} of ${exchangeOf(f, last)} (frame ${frameOf(last)}), too soon to say what comes of it`,
      remedy: "Capture longer.",
    }
  }
  const floated = peerAt(f, otherSide(last.from), frameOf(last)).port === NAT_T_PORT && numberOf(f, last) === 5
  if (showsPsk(f, last) && !floated)
    return mismatch(
      f,
      last,
      framesOf(last),
      `Message ${numberOf(f, last)} of ${exchangeOf(f, last)} was ${sendings(last)} and never answered${last.repeats.length === 0 ? ` in ${secondsText(quiet)}` : ""}`,
    )
  const unread = showsPsk(f, last) && last.exchange.type === EXCHANGE_V1.MAIN_MODE && numberOf(f, last) === 5
  if (unread && otherPsk(f))
    return mismatch(f, last, framesOf(last), `Message 5 of Main Mode was ${sendings(last)} and never answered`)
  const lost = noAnswer(f, last)
  if (!unread || lost.cause !== "no-answer-on-4500") return lost
  return {
    ...lost,
    why: `${lost.why}; or ${addressOf(f.sa, otherSide(last.from))} cannot read it, as the pre-shared keys differ`,
  }
}
