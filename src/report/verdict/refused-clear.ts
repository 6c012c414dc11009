/** Refusals that come before there are keys: unauthenticated notifications in the first exchange. RFC 7296 §2.21.1, RFC 2408 §3.14.1. */
import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { isErrorType as isErrorV1, isPrivateError } from "../../registry/ikev1/notify.ts"
import { isErrorType, NOTIFY } from "../../registry/ikev2/notify.ts"
import { asksForSent, type Notice, refusesEarlier, wantedGroup } from "../../track/notice.ts"
import { otherSide } from "../../track/peer.ts"
import { keFault } from "../explain/proposals.ts"
import { type Facts, saidBy, triesAgain } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { after, frameOf, notifiesOf, type Sent } from "./sent.ts"
import { addressOf, MAX_NAME, nameOf, plural } from "./words.ts"

/** The notification that ended it, if one did; a later request with a better guess takes INVALID_KE_PAYLOAD and COOKIE back. */
export function refusedInClear(f: Facts): Judgement | undefined {
  const isError = f.sa.version === 2 ? isErrorType : (type: number): boolean => isErrorV1(type) || isPrivateError(type)
  const notice = f.sa.notices.findLast(
    n => n.from === "responder" && n.type > 0 && isError(n.type) && !n.encrypted && !refusesEarlier(n),
  )
  if (notice) return refused(f, notice)
  const cookie = f.sa.notices.findLast(n => f.sa.version === 2 && n.type === NOTIFY.COOKIE)
  if (cookie) return cookieUnreturned(f, cookie)
  const redirect = f.sa.notices.findLast(n => f.sa.version === 2 && n.type === NOTIFY.REDIRECT)
  return redirect && redirected(f, redirect)
}

/** What an error in the clear says of the messages before it. */
export function refused(f: Facts, n: Notice): Judgement | undefined {
  const name = n.name.replaceAll("-", "_")
  const by = addressOf(f.sa, n.from)
  const said = `${by} answers ${n.name} in the clear (frame ${n.frame})`
  const base = { outcome: "failed", certainty: "seen", frames: [n.frame] } as const
  const fault = keFault(f.sa, n)
  if (fault)
    return {
      ...base,
      certainty: "inferred",
      cause: "key-exchange-refused",
      headline: `${n.name}: the KE value is not valid`,
      why: `${said}; ${fault}. A responder refuses that, whatever its policy`,
      remedy: `Update ${addressOf(f.sa, otherSide(n.from))}, or look for a box that changes packets.`,
    }
  if (name === "NO_PROPOSAL_CHOSEN") return noProposal(f, n, said)
  if (name === "INVALID_KE_PAYLOAD") {
    const offers = f.sa.offered.some(o => o.ke.includes(wantedGroup(n) ?? ""))
    if (offers && triesAgain(f, "initiator", n.exchangeType, n)) return undefined
    if (asksForSent(n))
      return {
        ...base,
        certainty: "inferred",
        cause: "key-exchange-refused",
        headline: `${by} asks for the group that it refuses`,
        why: `${said} and asks for ${n.detail}: it errs, or somebody else sent this, which is not authenticated; no other request follows`,
        remedy: `Update ${by}, or try another group.`,
      }
    const anew = f.world
      .between(f.sa)
      .find(x => x.number > f.sa.number && x.initiator.address === f.sa.initiator.address)
    if (offers && anew)
      return {
        ...base,
        cause: "key-exchange-refused",
        headline: `${by} wants another key exchange group`,
        why: `${said} and wants ${n.detail}; ${addressOf(f.sa, "initiator")} begins anew with ${anew.id}`,
        remedy: `See ${anew.id}. To save a round, put the group that ${by} wants first.`,
      }
    if (offers)
      return {
        ...base,
        outcome: "no-answer",
        certainty: "inferred",
        cause: "answers-lost",
        headline: `The answer of ${by} does not arrive`,
        why: `${said} and wants ${n.detail}, which ${addressOf(f.sa, otherSide(n.from))} offers; no request with it follows, so the answer most likely got lost behind this capture`,
      }
    return {
      ...base,
      cause: "key-exchange-refused",
      headline: `${by} wants another key exchange group`,
      why: `${said} and wants ${n.detail ?? "another group"}; no request with it follows, so ${addressOf(f.sa, otherSide(n.from))} does not have that group in its configuration, or gave up`,
    }
  }
  if (name === "AUTHENTICATION_FAILED" || name === "INVALID_ID_INFORMATION")
    return {
      ...base,
      certainty: "inferred",
      cause: "identity-refused",
      headline: `Authentication refused by ${by}`,
      why: `${said} to ${nameOf(f, otherSide(n.from))} before any key was proven: most likely it has no connection for this identity or address${f.sa.version === 1 && f.sa.exchanges.some(x => x.type === EXCHANGE_V1.AGGRESSIVE) ? " in Aggressive Mode" : ""}. Anybody on the path could have sent it`,
    }
  if (name === "INVALID_IKE_SPI" || name === "INVALID_COOKIE") return unknownSa(f, n, said)
  const cause = CODES[name] ?? "error-notification"
  const detail = n.detail ? `: "${n.detail}"` : ""
  return { ...base, cause, headline: `Refused: ${n.name}${detail}`, why: `${said}${detail}, and the SA never came up` }
}

const CODES: Readonly<Record<string, DiagnosticCode>> = {
  INVALID_MAJOR_VERSION: "invalid-major-version",
  UNSUPPORTED_CRITICAL_PAYLOAD: "unsupported-critical-payload",
  INVALID_SYNTAX: "invalid-syntax",
  PAYLOAD_MALFORMED: "payload-malformed",
}

/** The responder began, and has no such SA when the next message comes. RFC 7296 §2.21.4, RFC 2408 §5.1. */
export function unknownSa(f: Facts, n: Pick<Notice, "from" | "frame" | "name">, said: string): Judgement {
  const by = addressOf(f.sa, n.from)
  return {
    outcome: "failed",
    certainty: "seen",
    cause: "invalid-ike-spi",
    frames: [n.frame],
    headline: `${by} does not know the SA: ${n.name}`,
    why: `${said}, and the SA never came up: it restarted, gave the SA up already, or several machines answer at this address. Anybody on the path could have sent it`,
    remedy: `Look into the log of ${by}; behind a load balancer all messages of an SA must reach one machine.`,
  }
}

function noProposal(f: Facts, n: Notice, said: string): Judgement {
  const { offered } = f.sa
  const groups = [...new Set(offered.flatMap(o => o.ke))]
  const offer =
    groups.length > 0 ? `, with key exchange ${groups.slice(0, 2).join(", ")}${groups.length > 2 ? ", …" : ""}` : ""
  return {
    outcome: "failed",
    certainty: "seen",
    cause: "no-proposal-chosen",
    frames: [n.frame],
    headline: "No common proposal: the IKE SA was refused",
    why: `${said} to ${plural(offered.length, "proposal")}${offer}: encryption, ${f.sa.version === 1 ? "hash, group or authentication method" : "PRF, integrity or group"} differ, or it has no connection for this address or IKE version`,
    remedy: `Compare the IKE proposals of both ends, the key exchange group too; its log says what ${addressOf(f.sa, n.from)} wants.`,
  }
}

function cookieUnreturned(f: Facts, n: Notice): Judgement | undefined {
  const returned = (s: Sent) => s.from === "initiator" && notifiesOf(s).includes("COOKIE")
  const spokeAfter = f.sent.some(s => returned(s) && !after(s, n.frame))
  if (!spokeAfter && triesAgain(f, "initiator", n.exchangeType, n)) return undefined
  const [by, asker] = [addressOf(f.sa, n.from), addressOf(f.sa, "initiator")]
  return {
    outcome: "no-answer",
    certainty: "seen",
    cause: spokeAfter ? "cookie-loop" : "cookie-not-returned",
    frames: [n.frame],
    headline: spokeAfter ? `${by} asks for a COOKIE again and again` : "The COOKIE asked for never comes back",
    why: spokeAfter
      ? `${by} asks for a COOKIE in frame ${n.frame} although one was sent back: several responders behind one address, a changed port, or a restart`
      : `${by} asks for a COOKIE in frame ${n.frame}, and ${asker} never sends it back: a forged source address, a scan, or the answer did not arrive`,
  }
}

/** Closed: the initiator says in the clear to another gateway that this one sent it. RFC 5685 §3. */
export function redirectedUnread(f: Facts): Judgement | undefined {
  const next = f.world.sentOnTo(f.sa)
  const last = f.sent.at(-1)
  if (!next || !last) return undefined
  const to = next.responder.address
  return {
    outcome: "closed",
    certainty: "inferred",
    cause: null,
    frames: [frameOf(last)],
    headline: `Redirected to ${to}: ${next.id}`,
    why: `after frame ${frameOf(last)} ${addressOf(f.sa, "initiator")} begins ${next.id} with ${to}, and says REDIRECTED_FROM ${addressOf(f.sa, "responder")}`,
    remedy: null,
  }
}

/** RFC 5685 §3, §6: in the clear before anything is agreed, or in IKE_AUTH, or later. */
export function redirected(f: Facts, n: Notice): Judgement {
  return {
    outcome: "closed",
    certainty: saidBy(n.encrypted),
    cause: null,
    frames: [n.frame],
    headline: n.detail && n.detail.length <= MAX_NAME ? `Redirected to ${n.detail}` : "Redirected to another gateway",
    why: `${addressOf(f.sa, n.from)} redirects the client to ${n.detail ?? "another gateway"} (frame ${n.frame})`,
    remedy: "Look for the negotiation with that gateway.",
  }
}
