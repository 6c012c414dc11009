/** The first exchange: refused in the clear, never answered, or all that the capture has. RFC 7296 §1.2, §2.1, RFC 2408 §5. */
import { PHASE_1 } from "../../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { refusesEarlier } from "../../track/notice.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import { icmpName } from "../explain/icmp.ts"
import { type Facts, goesOnFor, icmpTo, isSilence, lostIke, ofType, PATIENCE } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { noAnswer, strayRequest } from "./no-answer.ts"
import { refusedInClear } from "./refused-clear.ts"
import { after, arrivedAt, frameOf, framesOf, isEncrypted, notifiesOf, type Sent } from "./sent.ts"
import { addressOf, exchangeOf, secondsText, sendings } from "./words.ts"

const FIRST_V2 = [EXCHANGE.IKE_SA_INIT, EXCHANGE.IKE_SESSION_RESUME]

/** Judges an SA of which nothing but the first exchange is there, or that was refused in it. */
export function judgeBeginning(f: Facts): Judgement | undefined {
  if (!f.sa.begun) return undefined
  const first = ofType(f, ...(f.sa.version === 2 ? FIRST_V2 : PHASE_1))
  const [asked] = first
  if (!asked) return undefined
  const agreed = f.sa.choice !== null || f.sa.v2?.resumed === true
  const answers = first.filter(s => s.from === "responder")
  if (!agreed) {
    // Who goes on encrypted was answered: the capture lacks that.
    if (f.sent.some(s => s.from === "responder" && isEncrypted(s))) return undefined
    const refused = refusedInClear(f)
    if (refused) return refused
    // COOKIE and INVALID_KE_PAYLOAD answer an earlier request; who goes on got an answer.
    const last = lastRequest(first)
    const goesOn = f.carried.length > 0 || f.sent.some(s => s.from === last.from && !first.includes(s))
    const late = f.sa.notices.filter(n => refusesEarlier(n) && n.frame > frameOf(last)).map(n => n.frame)
    if (!goesOn && !answers.some(s => after(s, frameOf(last)) && !late.includes(frameOf(s))))
      return (
        strayRequest(f, last) ??
        (isSilence(f, last) || isRefused(f, last) ? silent(f, last, late[0]) : cutShort(f, last))
      )
    return undefined
  }
  if (f.sa.version === 1) return undefined
  // An error in the clear that no encrypted answer contradicts is the likely reason (RFC 7296 §2.21.2).
  const { refusal } = f.sa.facts
  const claimed = f.sa.state === "failed" && refusal && !refusal.authenticated ? refusedInClear(f) : undefined
  if (claimed) return { ...claimed, certainty: "inferred" }
  return f.sent.some(s => !first.includes(s)) ? undefined : onlyInit(f, first, answers)
}

/** `late`: the frame of a refusal that an earlier request has more likely than this one. */
function silent(f: Facts, asked: Sent, late: number | undefined): Judgement {
  const judged = noAnswer(f, asked)
  const why = `${judged.why}; frame ${late} most likely refuses an earlier request`
  return late ? { ...judged, certainty: "inferred", why } : judged
}

/** An ICMP error says more than silence. */
const isRefused = (f: Facts, s: Sent): boolean => icmpTo(f, addressOf(f.sa, otherSide(s.from)), frameOf(s)).length > 0

const lastRequest = (first: readonly Sent[]): Sent => first.findLast(s => s.from === "initiator") ?? first[0]

/** IKE_SA_INIT is answered, and IKE_AUTH never comes. */
function onlyInit(f: Facts, first: readonly Sent[], answers: readonly Sent[]): Judgement {
  const answer = answers[answers.length - 1]
  const asked = lastRequest(first)
  const { initiator, responder } = { initiator: addressOf(f.sa, "initiator"), responder: addressOf(f.sa, "responder") }
  const lost = lostIke(f).filter(e => e.frame > frameOf(answer))
  if (lost.length > 0 && goesOnFor(f, arrivedAt(answer)) >= SOON)
    return {
      outcome: "no-answer",
      certainty: "inferred",
      cause: "fragments-lost",
      frames: lost.map(e => e.frame),
      headline: "IKE_AUTH came in IP fragments, and some were lost",
      why: `after IKE_SA_INIT, ${lost.length === 1 ? "an IP datagram" : `${lost.length} IP datagrams`} from ${lost[0].source} (from frame ${lost[0].frame} on) came without all fragments: IKE_AUTH, too large for the path, cannot be put together`,
    }
  const refused = icmpTo(f, initiator, frameOf(answer)).find(e => e.frame > frameOf(answer))
  if (refused)
    return {
      outcome: "no-answer",
      certainty: "seen",
      cause: "icmp-error",
      frames: [frameOf(answer), refused.frame],
      headline: `ICMP from ${refused.reporter}: ${icmpName(refused)}`,
      why: `the answer in frame ${frameOf(answer)} is refused by ICMP "${icmpName(refused)}" from ${refused.reporter} (frame ${refused.frame}${refused.count > 1 ? ` and ${refused.count - 1} more` : ""}), and IKE_AUTH never comes`,
    }
  if (asked.repeats.length > 1 && answer.repeats.length > 0)
    return {
      outcome: "no-answer",
      certainty: "inferred",
      cause: "answers-lost",
      frames: [...framesOf(asked), ...framesOf(answer)],
      headline: `The answers of ${responder} do not arrive`,
      why: `IKE_SA_INIT was ${sendings(asked)} although each was answered (frame ${frameOf(answer)} first): the way back to ${initiator} is broken behind this capture`,
    }
  const waited = goesOnFor(f, arrivedAt(answer))
  const ppk = ppkRefused(f, answer, waited)
  if (ppk) return ppk
  const nat = f.sa.natClaims.length > 0
  const where = nat ? "on port 4500, as there is NAT," : "on port 500 or 4500"
  // Who gets no answer sends again, so that the answer arrived.
  const arrived = asked.repeats.length === 0
  if (waited >= PATIENCE)
    return {
      outcome: "no-answer",
      certainty: "inferred",
      cause: nat ? "no-answer-on-4500" : arrived ? "no-answer" : "answers-lost",
      frames: [frameOf(asked), frameOf(answer)],
      headline: "IKE_SA_INIT is answered, IKE_AUTH never comes",
      why: `frame ${frameOf(answer)} answers IKE_SA_INIT, which is${arrived ? " not" : ""} sent again, and nothing follows for ${secondsText(waited)}: ${arrived ? "" : "the answer did not arrive, "}IKE_AUTH ${where} is dropped before this capture, or ${initiator} gave up (no key of its own)`,
      remedy: `Look into the log of ${initiator}: does it send IKE_AUTH, or lack a key or certificate? Then for a filter of UDP 500 and 4500 between ${initiator} and here.`,
    }
  return {
    outcome: "partial",
    certainty: "seen",
    cause: null,
    frames: [frameOf(asked), frameOf(answer)],
    headline: "IKE_SA_INIT alone; IKE_AUTH is not in the capture",
    why: `the capture has nothing after the answer in frame ${frameOf(answer)}: it ends there, IKE_AUTH ${where} is dropped before this capture, or ${initiator} gave up${offersPpkAlone(f, answer) ? `: it offers USE_PPK, and ${responder} does not` : " (its log says why)"}`,
    remedy: `Capture longer, and both ports; if IKE_AUTH never comes, look for a filter between ${initiator} and here.`,
  }
}

/** Seconds in which IKE_AUTH follows, where anything does. */
const SOON = 0.5

function offersPpkAlone(f: Facts, answer: Sent): boolean {
  const says = (from: Side) =>
    f.sent.some(s => s.from === from && s.exchange === answer.exchange && notifiesOf(s).includes("USE_PPK"))
  return says("initiator") && !says("responder")
}

/** Who demands a PPK goes no further with a peer that does not answer USE_PPK. RFC 8784 §3. */
function ppkRefused(f: Facts, answer: Sent, waited: number): Judgement | undefined {
  if (waited < SOON || !offersPpkAlone(f, answer)) return undefined
  const by = addressOf(f.sa, "initiator")
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: "ppk-mismatch",
    frames: [frameOf(answer)],
    headline: "Only one end has a PPK",
    why: `${by} offers USE_PPK, ${addressOf(f.sa, "responder")} does not answer it (frame ${frameOf(answer)}), and in ${secondsText(waited)} no IKE_AUTH follows: most likely ${by} demands a PPK and gives up`,
  }
}

/** One request at the end of the capture. */
function cutShort(f: Facts, asked: Sent): Judgement {
  return {
    outcome: "partial",
    certainty: "seen",
    cause: null,
    frames: framesOf(asked),
    headline: `One ${exchangeOf(f, asked)} request, no answer yet`,
    why: `the capture goes on for ${secondsText(Math.max(0, goesOnFor(f, arrivedAt(asked))))} after frame ${frameOf(asked)}, too short to say whether ${addressOf(f.sa, otherSide(asked.from))} answers`,
    remedy: "Capture longer.",
  }
}
