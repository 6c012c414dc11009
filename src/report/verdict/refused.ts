/** Refusals that keys opened: AUTHENTICATION_FAILED and its relatives, EAP, XAUTH. RFC 7296 §2.21.2, RFC 3748 §4.2, draft-beaulieu-ike-xauth §6. */
import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import { EAP_TYPE } from "../../registry/eap-types.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { isErrorType as isErrorV1, REFUSALS as REFUSALS_V1 } from "../../registry/ikev1/notify.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { isErrorType, NOTIFY } from "../../registry/ikev2/notify.ts"
import { secondsBetween } from "../../track/moment.ts"
import { isEapFailure, type Notice } from "../../track/notice.ts"
import { otherSide } from "../../track/peer.ts"
import { isEapRefusal, isNakOf, unproven } from "../explain/authentication.ts"
import { offerText } from "../explain/words.ts"
import { atOnce, REFUSAL_V1 } from "./at-once.ts"
import { blame, type Refusal } from "./blame.ts"
import { certificateReason } from "./certificate-reason.ts"
import { type Facts, flowsAfter, goesOnFor, PATIENCE, spoke } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { redirected } from "./refused-clear.ts"
import { arrivedAt, frameOf, isOpened, isWithin, notifiesOf, type Sent, timeOf } from "./sent.ts"
import { addressOf, MAX_NAME, nameOf, secondsText } from "./words.ts"

export function judgeRefused(f: Facts): Judgement | undefined {
  return f.sa.version === 2 ? refusedV2(f) : refusedV1(f)
}

function refusedV2(f: Facts): Judgement | undefined {
  const { sa } = f
  const refusal = sa.notices.find(n => n.encrypted && n.type === NOTIFY.AUTHENTICATION_FAILED)
  const eap = sa.notices.find(isEapFailure)
  if (eap && !sa.v2?.authenticated) return eapFailed(f, eap, refusal)
  if (refusal && isEapRefusal(sa, refusal)) return eapFailed(f, refusal, refusal)
  // An answer that is an error alone comes first: who refuses it then misses an AUTH in it.
  const before = refusal && unproven(sa, refusal)
  if (before) return otherError(f, before)
  if (refusal) return blame(f, refusal)
  const redirect = sa.notices.find(n => n.encrypted && n.type === NOTIFY.REDIRECT)
  if (redirect && !staysWith(f, redirect)) return redirected(f, redirect)
  const ended = deletedAtOnce(f)
  if (ended) return blame(f, ended)
  const dropped = droppedSilently(f)
  if (dropped) return dropped
  if (sa.state !== "failed") return undefined
  const other = sa.notices.find(
    n =>
      n.encrypted &&
      isErrorType(n.type) &&
      (n.exchangeType === EXCHANGE.IKE_AUTH ||
        n.exchangeType === EXCHANGE.GSA_AUTH ||
        n.exchangeType === EXCHANGE.INFORMATIONAL),
  )
  return other && otherError(f, other)
}

/** Seconds in which a client leaves the gateway that redirects it. */
const LEAVES = 30

/** A client that is sent elsewhere may stay. RFC 5685 §5. */
function staysWith(f: Facts, { time }: Notice): boolean {
  const { seconds, nanos } = time
  return flowsAfter(
    f.carried.map(c => c.data),
    { seconds: seconds + LEAVES, nanos },
  )
}

/** An initiator that cannot accept the responder may delete the IKE SA as soon as it has the answer, instead of saying why. RFC 7296 §2.21.2. */
function deletedAtOnce(f: Facts): Refusal | undefined {
  const { deletion } = f.sa.facts
  if (!deletion?.authenticated || f.carried.length > 0) return undefined
  const at = f.sent.find(s => frameOf(s) === deletion.frame)
  const answer = f.sent.findLast(s => !s.request && s.exchange.type === EXCHANGE.IKE_AUTH)
  if (!at || !answer || at.from !== "initiator" || !isNext(f, answer, at)) return undefined
  if (!isWithin(f.sent, arrivedAt(answer), timeOf(at), atOnce(f.sent, at))) return undefined
  return {
    from: at.from,
    frame: deletion.frame,
    encrypted: true,
    name: `it deletes the IKE SA ${secondsText(secondsBetween(arrivedAt(answer), timeOf(at)))} after the answer`,
  }
}

/** What a certificate may have that an initiator refuses it for. */
const FAULTS: readonly DiagnosticCode[] = [
  "certificate-expired",
  "peer-clock",
  "certificate-revoked",
  "certificate-identity",
  "certificate-issuer-unknown",
]

/** Some initiators drop an IKE SA whose responder they refuse, without a word; then its certificate alone shows why. */
function droppedSilently(f: Facts): Judgement | undefined {
  const answer = f.sent.findLast(s => !s.request && s.exchange.type === EXCHANGE.IKE_AUTH)
  if (!answer || !isOpened(answer) || !f.sa.v2?.authenticated || f.carried.length > 0) return undefined
  if (goesOnFor(f, arrivedAt(answer)) < PATIENCE || spoke(f, "initiator", frameOf(answer))) return undefined
  if (f.sent.some(s => s.from === "initiator" && s.repeats.some(r => r.frame > frameOf(answer)))) return undefined
  const reason = certificateReason(f, "responder")
  if (!reason || !FAULTS.includes(reason.cause)) return undefined
  const by = addressOf(f.sa, "initiator")
  return {
    outcome: "failed",
    certainty: "inferred",
    cause: reason.cause,
    frames: [frameOf(answer)],
    headline: reason.headline,
    why: `${by} says nothing after the answer in frame ${frameOf(answer)}, and no ESP follows: most likely it refuses it without a word. ${reason.why}`,
    remedy: reason.remedy,
  }
}

const isNext = (f: Facts, answer: Sent, s: Sent): boolean => f.sent.find(x => frameOf(x) > frameOf(answer)) === s

/** Errors of IKE_AUTH that end the IKE SA. */
const CODES: Readonly<Record<number, DiagnosticCode>> = {
  [NOTIFY.NO_PROPOSAL_CHOSEN]: "no-proposal-chosen",
  [NOTIFY.TS_UNACCEPTABLE]: "ts-unacceptable",
  [NOTIFY.INTERNAL_ADDRESS_FAILURE]: "address-refused",
  [NOTIFY.FAILED_CP_REQUIRED]: "address-refused",
  [NOTIFY.INVALID_SYNTAX]: "invalid-syntax",
  [NOTIFY.UNSUPPORTED_CRITICAL_PAYLOAD]: "unsupported-critical-payload",
}

function otherError(f: Facts, n: Notice): Judgement {
  const attempt = f.sa.attempts.find(a => a.exchangeType === n.exchangeType)
  const asked =
    n.type === NOTIFY.NO_PROPOSAL_CHOSEN && attempt
      ? ` to the ESP proposals (${attempt.offered.slice(0, 2).map(offerText).join("; ")})`
      : ""
  return {
    outcome: "failed",
    certainty: "proven",
    cause: CODES[n.type] ?? "negotiation-refused",
    frames: [n.frame],
    headline: `IKE_AUTH refused: ${n.name}`,
    why: `${addressOf(f.sa, n.from)} answers ${n.name} (frame ${n.frame})${asked} without an AUTH payload, which ends the IKE SA`,
  }
}

/** Methods whose TLS tunnel carries another authentication. RFC 5281, RFC 7170. */
const TUNNELS: readonly number[] = [EAP_TYPE.EAP_TTLS, EAP_TYPE.EAP_PEAP, EAP_TYPE.EAP_FAST, EAP_TYPE.EAP_TEAP]

/** Who hears that EAP failed may answer that the authentication failed: one failure. */
function eapFailed(f: Facts, n: Notice, refusal: Notice | undefined): Judgement {
  const user = nameOf(f, "initiator")
  const type = f.sa.v2?.eap ?? 0
  const method = type === EAP_TYPE.MS_EAP_AUTHENTICATION ? "EAP-MSCHAPv2" : type > 0 ? EAP_TYPE.alias(type) : "EAP"
  const said = isEapFailure(n)
    ? `${addressOf(f.sa, n.from)} says ${n.name}${n.detail ? ` (${n.detail})` : ""}`
    : `${addressOf(f.sa, n.from)} answers ${n.name}`
  const nak = f.sa.v2?.eapNak ?? null
  if (nak && isNakOf(f.sa))
    return {
      outcome: "failed",
      certainty: "proven",
      cause: "eap-failed",
      frames: [nak.frame, n.frame],
      headline: "EAP failed: no common method",
      why: `the client refuses ${method} (Nak, frame ${nak.frame}) and wants ${
        nak.wanted
          .map(m => EAP_TYPE.alias(m))
          .slice(0, 3)
          .join(", ") || "nothing else"
      }; then ${said} in frame ${n.frame}: the two ends have no EAP method in common`,
      remedy: "Enable the same EAP method on the client and on the gateway or its RADIUS server.",
    }
  // What an encrypted alert says does not show: a client closes the tunnel with one when the login inside fails, too.
  const hidden = n.kind === "eap-hidden-alert"
  const refuses = n.kind === "eap-alert" || n.kind === "eap-reject"
  const ofServer = refuses && n.from === "initiator"
  const what = ofServer
    ? "the client refuses the server's credentials"
    : hidden && TUNNELS.includes(type)
      ? "most likely user name or password inside its tunnel is wrong; else one side refuses the other's certificate"
      : refuses
        ? "the server refuses the client's credentials"
        : type === EAP_TYPE.EAP_TLS
          ? "the client certificate is not accepted, or the server's is not"
          : "user name or password is wrong, or the server refuses the user"
  const then = refusal && refusal !== n ? `, then AUTHENTICATION_FAILED (frame ${refusal.frame})` : ""
  return {
    outcome: "failed",
    certainty: "proven",
    cause: "eap-failed",
    frames: refusal && refusal !== n ? [n.frame, refusal.frame] : [n.frame],
    headline: `${method.startsWith("EAP") ? method : `EAP (${method})`} of ${user} failed`,
    why: `${said} in frame ${n.frame}${then}: ${method} of ${user} fails; ${what}`,
    remedy: ofServer
      ? "On the client: the authority, name and dates of the certificate (with AKA: the key of the SIM) that the EAP server shows."
      : undefined,
  }
}

function refusedV1(f: Facts): Judgement | undefined {
  const { sa } = f
  const xauth = sa.notices.find(n => n.kind === "xauth-failed" && n.request)
  if (xauth) return xauthFailed(f, xauth)
  const quick =
    sa.exchanges.find(x => x.type === EXCHANGE_V1.QUICK_MODE)?.messages[0]?.frame ?? Number.POSITIVE_INFINITY
  const refusal = sa.notices.find(
    n => n.encrypted && isErrorV1(n.type) && REFUSALS_V1.includes(n.type) && n.frame < quick,
  )
  const named = refusal ?? deletedBehindAggressive(f)
  return named && blame(f, named)
}

/** A responder that refuses message 3 of Aggressive Mode may delete the ISAKMP SA instead of saying why, whatever came with message 3. */
function deletedBehindAggressive(f: Facts): Refusal | undefined {
  const { deletion } = f.sa.facts
  const end = f.sent.findLast(s => s.exchange.type === EXCHANGE_V1.AGGRESSIVE && s.from === "initiator")
  if (!deletion?.authenticated || !end || f.carried.length > 0) return undefined
  const answers = f.sent.filter(s => s.from === "responder" && frameOf(s) > frameOf(end))
  const [at] = answers
  if (!at || frameOf(at) !== deletion.frame || answers.length > 1 || notifiesOf(at).length > 0) return undefined
  const after = secondsBetween(arrivedAt(end), timeOf(at))
  if (!isWithin(f.sent, arrivedAt(end), timeOf(at), REFUSAL_V1)) return undefined
  return {
    from: "responder",
    frame: deletion.frame,
    encrypted: true,
    name: `a Delete ${secondsText(after)} after message 3`,
  }
}

function xauthFailed(f: Facts, n: Notice): Judgement {
  const user = n.detail && n.detail.length <= MAX_NAME ? n.detail : addressOf(f.sa, otherSide(n.from))
  return {
    outcome: "failed",
    certainty: "proven",
    cause: "xauth-failed",
    frames: [n.frame],
    headline: `XAUTH of ${user} failed`,
    why: `${addressOf(f.sa, n.from)} ends XAUTH with status FAIL (frame ${n.frame}): user name or password of ${user} is wrong, or the user may not connect`,
  }
}
