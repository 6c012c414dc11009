/**
 * IKE_AUTH without keys: what its answers have room for, and what follows them. An answer that cannot hold an identity and AUTH refuses; one
 * that holds them and no SA with selectors makes no Child SA; an INFORMATIONAL right behind it takes the SA back. RFC 7296 §1.2, §2.16, §2.21.2.
 */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { secondsBetween } from "../../track/moment.ts"
import { FITS } from "../explain/silence.ts"
import { atOnce } from "./at-once.ts"
import { type Facts, goesOnFor, isSilence, ofType, PATIENCE, spoke, stopsText } from "./facts.ts"
import { childRefused, type Judgement } from "./judgement.ts"
import { formOf, misframed, noAnswer, unreadable } from "./no-answer.ts"
import { otherPsk } from "./psk-pair.ts"
import {
  after,
  arrivedAt,
  bytesOf,
  frameOf,
  framesOf,
  isEncrypted,
  isOpened,
  isWhole,
  isWithin,
  notifiesOf,
  type Sent,
  timeOf,
} from "./sent.ts"
import {
  canBe,
  DELETE_CHILD_BYTES,
  DELETE_IKE_BYTES,
  EAP_RESULT_BYTES,
  NOTIFY_BYTES,
  type Room,
  roomOf,
  SHORTEST_CHILD,
  SHORTEST_ID,
  shortestAuth,
  WITH_CERTIFICATE,
} from "./sizes.ts"
import { addressOf, exchangeOf, plural, secondsText, sendings } from "./words.ts"

/** Seconds after the answer in which a side takes back what it got; with EAP there is more that shows it. */
const TAKEN_BACK = 0.25

export function judgeAuthV2(f: Facts): Judgement | undefined {
  if (f.sa.version !== 2 || f.sa.parent !== null) return undefined
  const rounds = roundsOf(f)
  const { request: last, answer } = rounds.at(-1) ?? {}
  const goesOn = f.sent.some(s => s.exchange !== (last ?? answer)?.exchange && after(s, frameOf(last ?? answer ?? s)))
  if (last && !answer) return goesOn || f.carried.length > 0 ? undefined : unansweredAuth(f, last)
  if (!answer) return undefined
  if (last && f.carried.length === 0) {
    if (!goesOn && !isWhole(answer)) return fragmentsOfAnswer(f, last, answer)
    // What the responder says later it says to nobody.
    const lost = isWhole(answer) ? answersLost(f, last, answer) : undefined
    if (lost) return lost
  }
  const auth = rounds.filter(r => r.type === EXCHANGE.IKE_AUTH)
  if (isOpened(answer) || auth.length === 0) return undefined
  return closedAuth(f, auth, answer)
}

/** One exchange before the IKE SA is up; a capture may lack either message. */
interface Round {
  readonly type: number
  readonly request: Sent | undefined
  readonly answer: Sent | undefined
}

function roundsOf(f: Facts): Round[] {
  const sent = ofType(f, EXCHANGE.IKE_AUTH, EXCHANGE.IKE_INTERMEDIATE)
  const exchanges = [...new Set(sent.map(s => s.exchange))]
  return exchanges.map(x => ({
    type: x.type,
    request: sent.find(s => s.exchange === x && s.request),
    answer: sent.find(s => s.exchange === x && !s.request),
  }))
}

function unansweredAuth(f: Facts, last: Sent): Judgement {
  if (isSilence(f, last)) return withKeys(f, noAnswer(f, last))
  return {
    outcome: "partial",
    certainty: "seen",
    cause: null,
    frames: framesOf(last),
    headline: `${exchangeOf(f, last)} is not answered yet`,
    why: `${stopsText(f, arrivedAt(last))} ${secondsText(Math.max(0, goesOnFor(f, arrivedAt(last))))} after ${exchangeOf(f, last)} in frame ${frameOf(last)}, too soon to say whether it is answered`,
    remedy: "Capture longer.",
  }
}

/** Who uses which pre-shared key, where two were given: a responder may drop what it cannot verify. */
function withKeys(f: Facts, j: Judgement): Judgement {
  const pair = f.readable ? otherPsk(f) : undefined
  return pair ? { ...j, why: `${j.why}; ${pair}` } : j
}

function fragmentsOfAnswer(f: Facts, last: Sent, answer: Sent): Judgement | undefined {
  const total = answer.parts[0].fragment?.total ?? 0
  const came = `${answer.parts.length} of ${total} fragments of the answer from ${addressOf(f.sa, answer.from)} came (frame ${frameOf(answer)} first)`
  const frames = [...framesOf(last), ...answer.parts.map(p => p.frame)]
  // Who cannot put the answer together asks again.
  if (!last.repeats.some(r => r.frame > frameOf(answer)))
    return {
      outcome: "partial",
      certainty: "seen",
      cause: null,
      frames,
      headline: `The ${exchangeOf(f, last)} answer is not whole in the capture`,
      why: `${came}, and ${exchangeOf(f, last)} is not sent again after it: the capture ends too soon, or lacks the others`,
      remedy: "Capture longer, and without losses.",
    }
  return {
    outcome: "no-answer",
    certainty: "seen",
    cause: "fragments-lost",
    frames,
    headline: `Fragments of the ${exchangeOf(f, last)} answer were lost`,
    why: `${came}, and nothing follows: without the others nobody can decrypt it`,
  }
}

/** The requester repeats what was answered in this capture each time. */
function answersLost(f: Facts, last: Sent, answer: Sent): Judgement | undefined {
  const again = last.repeats.at(-1)
  if (!again || last.repeats.length < 2 || answer.repeats.length < 1 || spoke(f, last.from, again.frame))
    return undefined
  if (!last.repeats.some(r => r.frame > frameOf(answer))) return undefined
  const damaged = misframed(f, answer) ?? unreadable(f, answer)
  if (damaged) return damaged
  const bytes = bytesOf(answer)
  const form = formOf(answer)
  if (form !== "one packet" || bytes > FITS)
    return {
      outcome: "no-answer",
      certainty: "inferred",
      cause: form === "one packet" ? "answers-lost" : "fragments-lost",
      frames: [...framesOf(last), ...framesOf(answer)],
      headline:
        form === "one packet"
          ? `The large ${exchangeOf(f, last)} answer does not arrive`
          : `Fragments of the ${exchangeOf(f, last)} answer are lost`,
      why: `${exchangeOf(f, last)} was ${sendings(last)} although each was answered (frame ${frameOf(answer)} first): the answer is large, ${plural(bytes, "byte")} in ${form}, and smaller ones arrived before`,
    }
  return {
    outcome: "no-answer",
    certainty: "inferred",
    cause: "answers-lost",
    frames: [...framesOf(last), ...framesOf(answer)],
    headline: `The answers of ${addressOf(f.sa, answer.from)} do not arrive`,
    why: `${exchangeOf(f, last)} was ${sendings(last)} although each was answered (${plural(framesOf(answer).length, "answer")} from frame ${frameOf(answer)} on): the way back to ${addressOf(f.sa, last.from)} is broken behind this capture, or it cannot read them`,
  }
}

function closedAuth(f: Facts, auth: readonly Round[], answer: Sent): Judgement | undefined {
  const room = roomOf(answer, f.sa.choice)
  if (!room || f.carried.length > 0 || madeMore(f, answer)) return undefined
  const size = shortestAuth(f.sa.choice)
  return (
    (auth.length > 1 ? closedEap(f, auth, answer, room, size) : closedSingle(f, auth[0].request, answer, room, size)) ??
    takenBack(f, answer)
  )
}

/** A CREATE_CHILD_SA follows: the IKE SA is up, and has or gets Child SAs. */
const madeMore = (f: Facts, answer: Sent): boolean =>
  f.sent.some(s => s.exchange.type === EXCHANGE.CREATE_CHILD_SA && frameOf(s) > frameOf(answer))

function closedSingle(
  f: Facts,
  request: Sent | undefined,
  answer: Sent,
  room: Room,
  size: number,
): Judgement | undefined {
  const by = addressOf(f.sa, "responder")
  const proof = SHORTEST_ID + size
  const has = `the IKE_AUTH answer (frame ${frameOf(answer)}) has ${plural(room.ciphertext, "byte")} of ciphertext`
  const waited = goesOnFor(f, arrivedAt(answer))
  // More than an error, less than IDr and AUTH: EAP may begin so (RFC 5998).
  if (room.most < proof && room.least > LARGEST_ERROR && waited < PATIENCE && isLast(f, answer))
    return underWay(
      1,
      answer,
      waited,
      `too large for an error, and IDr and AUTH take at least ${plural(proof, "byte")}`,
    )
  if (room.most < proof)
    return {
      outcome: "failed",
      certainty: "inferred",
      cause: "authentication-failed",
      frames: framesFrom(request, answer),
      headline: "Authentication refused",
      why: `${has}: room for an error notification, while IDr and AUTH take at least ${proof}; no ESP follows. ${by} refuses, most likely with AUTHENTICATION_FAILED`,
      remedy: `Give keys (--keys) to read the notification, or look into the log of ${by}: keys, identities and certificates of both ends are to be compared. Some daemons refuse ESP proposals in this way too.`,
    }
  if (asksNoChild(f, request)) return undefined
  if (room.most >= proof + SHORTEST_CHILD)
    return request && awaitsMore(f, request, answer)
      ? underWay(1, answer, waited, `${plural(bytesOf(answer), "byte")}, with certificates, while the request has none`)
      : undefined
  const measure = `${has}: IDr and AUTH take at least ${proof}, SA, TSi and TSr ${SHORTEST_CHILD} more`
  const refused = noChild(framesFrom(request, answer), measure)
  return withdrawnWithoutChild(f, answer, measure) ?? { ...refused, why: `${refused.why}${childlessText(f)}` }
}

const isChildlessSupported = (f: Facts): boolean =>
  f.sent.some(s => s.from === "responder" && notifiesOf(s).includes("CHILDLESS_IKEV2_SUPPORTED"))

/** Where the responder can do without a Child SA, the initiator may have asked for none; beside requests for certificates that does not show. */
const childlessText = (f: Facts): string => (isChildlessSupported(f) ? "; or no Child SA was asked for (RFC 6023)" : "")

/** CERTREQ with the hash of one authority. RFC 7296 §3.7. */
export const CERTREQ_BYTES = 5 + 20

/** An initiator that wants no Child SA sends no SA and no selectors: its request has no room for them. RFC 6023. */
export function asksNoChild(f: Facts, request: Sent | undefined): Room | undefined {
  const room = request && roomOf(request, f.sa.choice)
  const least = SHORTEST_ID + shortestAuth(f.sa.choice) + SHORTEST_CHILD
  return room && room.most < least + (isChildlessSupported(f) ? CERTREQ_BYTES : 0) ? room : undefined
}

/** An error may carry a few octets. */
const LARGEST_ERROR = NOTIFY_BYTES + 4
/**
 * Only the responder shows certificates, and the capture ends: with EAP the client has not proved itself yet, and would go on at once.
 * RFC 7296 §2.16.
 */
const awaitsMore = (f: Facts, request: Sent, answer: Sent): boolean =>
  bytesOf(request) < WITH_CERTIFICATE &&
  bytesOf(answer) > WITH_CERTIFICATE &&
  bytesOf(answer) > 2 * bytesOf(request) &&
  goesOnFor(f, arrivedAt(answer)) < PATIENCE &&
  isLast(f, answer)

const isLast = (f: Facts, answer: Sent): boolean =>
  !f.sent.some(s => s.exchange !== answer.exchange && after(s, frameOf(answer)))

/** Neither a Child SA nor an IKE SA is left: a client gave up, or the responder's authentication was not enough for it. RFC 4739. */
function withdrawnWithoutChild(f: Facts, answer: Sent, measure: string): Judgement | undefined {
  const error = soonAfter(f, answer)
  const end = error && [error, ...f.sent.filter(s => s.exchange === error.exchange)].at(-1)
  if (!error || !end || f.sent.some(s => after(s, frameOf(end)))) return undefined
  const seconds = secondsBetween(arrivedAt(answer), timeOf(error))
  if (error.from !== "initiator" || !isAtOnce(f, answer, error)) return undefined
  const by = addressOf(f.sa, error.from)
  return endedBehindAnswer(
    answer,
    error,
    by,
    `${measure}; ${secondsText(seconds)} later ${by} ends all (frame ${frameOf(error)}, an error's or a Delete's size): ${mayBeRedirected(f) ? "a refusal, a REDIRECT, or it" : "it refuses the responder, or"} wants no IKE SA alone`,
  )
}

/** Beside IDr and AUTH a gateway may say REDIRECT to who can follow. RFC 5685 §6. */
const mayBeRedirected = (f: Facts): boolean =>
  f.sent.some(s => s.from === "initiator" && notifiesOf(s).includes("REDIRECT_SUPPORTED"))

const framesFrom = (...sent: readonly (Sent | undefined)[]): number[] => sent.flatMap(s => (s ? frameOf(s) : []))

const noChild = (frames: readonly number[], measure: string): Judgement =>
  childRefused(
    frames,
    `${measure}; no ESP follows`,
    "Give keys (--keys) to read the refusal; most often traffic selectors or ESP proposals differ, or there is no address for the client.",
  )

/** Seconds in which a client goes on, where nobody is asked. */
const AT_ONCE = 0.5

/** With EAP an EAP Success comes alone, then AUTH both ways, the Child SA with the last. RFC 7296 §2.16. */
function closedEap(f: Facts, auth: readonly Round[], answer: Sent, room: Room, size: number): Judgement | undefined {
  const answers = auth.flatMap(r => r.answer ?? [])
  const success = answers.slice(1, -1).findLast(a => {
    const r = roomOf(a, f.sa.choice)
    return r !== undefined && canBe(r, EAP_RESULT_BYTES)
  })
  const succeeded = success !== undefined && answers.indexOf(success) === answers.length - 2
  if (room.most >= size + SHORTEST_CHILD && succeeded) return undefined
  const has = `the last of ${auth.length} IKE_AUTH answers (frame ${frameOf(answer)}) has ${plural(room.ciphertext, "byte")} of ciphertext`
  const frames = framesFrom(auth[0].request, answer)
  const mayFollow = isLast(f, answer) && goesOnFor(f, arrivedAt(answer)) < AT_ONCE
  if (succeeded && mayFollow)
    return underWay(auth.length, answer, goesOnFor(f, arrivedAt(answer)), "no room for AUTH and a Child SA")
  if (succeeded && room.most >= size)
    return noChild(
      framesFrom(auth[auth.length - 1].request, answer),
      `${has}: AUTH takes at least ${size}, SA, TSi and TSr ${SHORTEST_CHILD} more`,
    )
  const error = soonAfter(f, answer)
  // Too short for an EAP request, which names its type: Success or Failure. RFC 3748 §4.
  // After three rounds a client that got Success, or a small request, would go on at once.
  const result = room.most < EAP_RESULT_BYTES + 1 || (auth.length > 2 && canBe(room, EAP_RESULT_BYTES))
  const waited = goesOnFor(f, arrivedAt(answer))
  if (!error && waited < (result ? AT_ONCE : PATIENCE))
    return underWay(auth.length, answer, waited, "no room for AUTH and a Child SA")
  if (!error && room.most >= size + SHORTEST_CHILD) return undefined
  // Who goes on with other exchanges got through: the capture lacks the end of IKE_AUTH.
  if (!error && f.sent.some(s => s.exchange.type !== EXCHANGE.IKE_AUTH && after(s, frameOf(answer)))) return undefined
  const what = error
    ? `an INFORMATIONAL of an error's size follows after ${secondsText(secondsBetween(arrivedAt(answer), timeOf(error)))}`
    : "nothing follows"
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: "eap-failed",
    frames: error ? [...frames, frameOf(error)] : frames,
    headline: `EAP failed after ${plural(auth.length, "round")}`,
    why: `${has}, too few for AUTH, SA, TSi and TSr (${size + SHORTEST_CHILD}); ${succeeded ? "" : "no EAP Success came, "}${what}, and no ESP: EAP failed`,
    remedy:
      "Check user name, password or client certificate; the log of the gateway or its RADIUS server says which, or give keys (--keys).",
  }
}

function underWay(rounds: number, answer: Sent, waited: number, measure: string): Judgement {
  return {
    outcome: "partial",
    certainty: "inferred",
    cause: null,
    frames: [frameOf(answer)],
    headline: rounds > 1 ? "EAP is under way" : "EAP is under way, most likely",
    why: `the answer of IKE_AUTH's round ${rounds} (frame ${frameOf(answer)}) is not its last by its size (${measure}), and the capture ends ${secondsText(Math.max(0, waited))} later`,
    remedy: "Capture longer.",
  }
}

const isAtOnce = (f: Facts, answer: Sent, error: Sent): boolean =>
  isWithin(f.sent, arrivedAt(answer), timeOf(error), atOnce(f.sent, error))

/** An INFORMATIONAL request of an error's or a Delete's size right after an answer. */
function soonAfter(f: Facts, answer: Sent): Sent | undefined {
  const next = f.sent.find(s => frameOf(s) > frameOf(answer))
  if (!next?.request || next.exchange.type !== EXCHANGE.INFORMATIONAL || !isEncrypted(next)) return undefined
  if (!isWithin(f.sent, arrivedAt(answer), timeOf(next), TAKEN_BACK)) return undefined
  const room = roomOf(next, f.sa.choice)
  const fits = room && [NOTIFY_BYTES, DELETE_IKE_BYTES, DELETE_CHILD_BYTES].some(n => canBe(room, n))
  return fits ? next : undefined
}

/** A side that cannot use what it got says so at once. A tunnel that was taken down in order lived longer, or carried something. */
function takenBack(f: Facts, answer: Sent): Judgement | undefined {
  const error = soonAfter(f, answer)
  if (!error) return undefined
  // What the other end still sends, before it knows of the error, is no sign of life.
  const after = f.sent.filter(
    s => s.from === error.from && frameOf(s) > frameOf(error) && s.exchange !== error.exchange,
  )
  const room = roomOf(error, f.sa.choice)
  const [by, whose] = [addressOf(f.sa, error.from), error.from === "initiator" ? "responder" : "initiator"] as const
  const measure = `frame ${frameOf(error)}, an INFORMATIONAL of an error's or a Delete's size (${plural(room?.ciphertext ?? 0, "byte")} of ciphertext), comes ${secondsText(secondsBetween(arrivedAt(answer), timeOf(error)))} after the IKE_AUTH answer`
  if (!isAtOnce(f, answer, error)) return undefined
  if (after.length === 0)
    return endedBehindAnswer(
      answer,
      error,
      by,
      `${measure}; nothing follows, no ESP: most likely it refuses the ${whose} (certificate, name or key)`,
    )
  // What goes on is no refused IKE SA; without a packet of ESP its Child SA was taken back. What ends within a second was taken down in order.
  if (secondsBetween(timeOf(error), arrivedAt(f.sent[f.sent.length - 1])) < 1) return undefined
  return {
    outcome: "no-tunnel",
    certainty: "inferred",
    cause: "child-refused",
    frames: [frameOf(answer), frameOf(error)],
    headline: "IKE up, the Child SA was taken back at once",
    why: `${measure}; the IKE SA goes on and no ESP follows`,
    remedy: `Give keys (--keys) to read it, or look into the log of ${by}: it could not use what was agreed.`,
  }
}

/** A side ended the IKE SA right behind the answer of IKE_AUTH: most likely it refuses the other. RFC 7296 §2.21.2. */
function endedBehindAnswer(answer: Sent, error: Sent, by: string, why: string): Judgement {
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: "authentication-failed",
    frames: [frameOf(answer), frameOf(error)],
    headline: `${by} takes the IKE SA back at once`,
    why,
    remedy: `Give keys (--keys) to read it, or look into the log of ${by}.`,
  }
}
