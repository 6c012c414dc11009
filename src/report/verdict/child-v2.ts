/** Child SAs of IKEv2 that keys opened: refused with the IKE SA up, taken back at once, a rekey refused. RFC 7296 §1.2, §1.3, §2.8, §2.9. */

import type { DiagnosticCode } from "../../diagnostics/codes.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { ChildAttempt } from "../../track/child-attempt.ts"
import type { ChildSa } from "../../track/child-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import { asksForSent, wantedGroup } from "../../track/notice.ts"
import { otherSide } from "../../track/peer.ts"
import { selectorTexts } from "../../track/selector.ts"
import { listText } from "../explain/words.ts"
import type { Facts } from "./facts.ts"
import { isAcross } from "./gaps.ts"
import type { Judgement } from "./judgement.ts"
import { arrivedAt, frameOf, timeOf } from "./sent.ts"
import { addressOf, plural, secondsText } from "./words.ts"

/** Answers that a later try does away with. RFC 7296 §2.25, §1.3. */
const PASSING = ["TEMPORARY_FAILURE", "CHILD_SA_NOT_FOUND"]

export function judgeChildV2(f: Facts): Judgement | undefined {
  if (f.sa.version !== 2) return undefined
  const last = lastRefusal(f)
  const refused = last && asksAgain(f, last) ? undefined : last
  const children = inherited(f)
  if (children.length === 0 && refused && (refused.exchangeType === EXCHANGE.IKE_AUTH || madeNone(f)))
    return noTunnel(f, refused)
  if (children.length === 0) return refused && rekeyRefused(f, refused)
  return takenBack(f, children) ?? (refused ? rekeyRefused(f, refused) : undefined) ?? notAskedFor(f)
}

/** A responder that answers with other selectors than it was asked for: each end sends what the other one drops. RFC 7296 §2.9. */
function notAskedFor({ sa }: Facts): Judgement | undefined {
  const a = sa.attempts.findLast(x => x.answered !== null)
  if (!a || a.outside.length === 0) return undefined
  return {
    outcome: "degraded",
    certainty: "proven",
    cause: "ts-not-subset",
    frames: [a.requestFrame, a.responseFrame],
    headline: "Up, for other networks than were asked for",
    why: `${addressOf(sa, otherSide(a.startedBy))} answers ${listText(selectorTexts(a.outside), 2)} (frame ${a.responseFrame}), which lies outside of what was asked for (${listText(selectorTexts(a.asked.i), 2)} ⇄ ${listText(selectorTexts(a.asked.r), 2)}): the two ends have different networks`,
    remedy: "Make the subnets of the two ends mirror each other.",
  }
}

/** Whether IKE_AUTH, which would have made the first Child SA, is read, and no ESP shows one. */
const madeNone = (f: Facts): boolean =>
  f.carried.length === 0 &&
  f.sa.exchanges.some(
    x =>
      x.type === EXCHANGE.IKE_AUTH && x.messages.some(m => m.request) && x.complete && x.messages.every(m => m.opened),
  )

/** Child SAs of the IKE SA and of those it replaced. */
function inherited({ sa }: Facts): ChildSa[] {
  const all: ChildSa[] = [...sa.children]
  for (let at = sa.parent, n = 0; at && n < MAX_ANCESTORS; at = at.parent, n++) all.push(...at.children)
  return all
}

const MAX_ANCESTORS = 64

/** The last try that was refused for good: no later one of that kind succeeded, by whichever side. */
function lastRefusal({ sa }: Facts): ChildAttempt | undefined {
  const refused = sa.attempts.findLast(a => a.errors.some(e => !PASSING.includes(e)))
  if (!refused) return undefined
  const later = sa.attempts.some(
    a =>
      a.answered !== null &&
      a.requestFrame > refused.requestFrame &&
      (a.protocol === "IKE") === (refused.protocol === "IKE"),
  )
  return later || (refused.protocol === "IKE" && sa.successors.length > 0) ? undefined : refused
}

const invalidKe = (f: Facts, { responseFrame }: ChildAttempt) =>
  f.sa.notices.find(n => n.frame === responseFrame && n.type === NOTIFY.INVALID_KE_PAYLOAD)

/** INVALID_KE_PAYLOAD names a group that was offered: the same is asked again with it, in the capture or not. RFC 7296 §1.3. */
function asksAgain(f: Facts, a: ChildAttempt): boolean {
  const { errors, offered } = a
  const notice = invalidKe(f, a)
  const group = notice && !asksForSent(notice) ? wantedGroup(notice) : undefined
  return group !== undefined && errors.length === 1 && offered.some(o => o.ke.includes(group))
}

/** What fits into a headline beside `Rekey or new Child SA refused`. */
const SHORT: Readonly<Partial<Record<DiagnosticCode, string>>> = {
  "ts-unacceptable": "traffic selectors",
  "address-refused": "no address",
  "no-proposal-chosen": "ESP proposals",
}

interface Why {
  readonly cause: DiagnosticCode
  readonly headline: string
  readonly why: string
  readonly remedy?: string
}

function whyRefused(f: Facts, a: ChildAttempt): Why {
  const refuser = addressOf(f.sa, a.refusedBy ?? otherSide(a.startedBy))
  const said = `${refuser} answers ${a.errors.join(" and ")} (frame ${a.responseFrame})`
  const asked = `TSi ${listText(selectorTexts(a.asked.i), 2) || "(none)"}, TSr ${listText(selectorTexts(a.asked.r), 2) || "(none)"}`
  const has = (name: string) => a.errors.includes(name)
  if (has("INTERNAL_ADDRESS_FAILURE") || has("FAILED_CP_REQUIRED"))
    return {
      cause: "address-refused",
      headline: "no address for the client",
      why: has("FAILED_CP_REQUIRED")
        ? `${said}: it demands that the client asks for a virtual address`
        : `${said}: the client asks for a virtual address, and the connection has no pool, or an exhausted one`,
    }
  if (has("TS_UNACCEPTABLE") || has("SINGLE_PAIR_REQUIRED"))
    return {
      cause: "ts-unacceptable",
      headline: "traffic selectors do not fit",
      why: `${said} to ${asked}: it has no policy for these networks, or takes its own alone and narrows nothing`,
    }
  const invalid = invalidKe(f, a)
  if (invalid && asksForSent(invalid))
    return {
      cause: "pfs-refused",
      headline: "it asks for the group that it refuses",
      why: `${said} and asks for ${invalid.detail}: ${refuser} errs`,
      remedy: `Update ${refuser}, or try another PFS group.`,
    }
  if (has("INVALID_KE_PAYLOAD")) return pfs(a, said)
  if (has("NO_PROPOSAL_CHOSEN")) return noProposal(f, a, said)
  return { cause: "child-refused", headline: a.errors.join(", "), why: `${said} to ${asked}` }
}

const pfs = (a: ChildAttempt, said: string): Why => ({
  cause: "pfs-refused",
  headline: "the PFS groups differ",
  why: `${said}: it wants another PFS group than ${groupsOf(a) || "none"}, and no request with it succeeds`,
})

const groupsOf = (a: ChildAttempt): string => [...new Set(a.offered.flatMap(o => o.ke))].slice(0, 3).join(", ")

/** The first Child SA never carries a group: when its suite was accepted there and is refused at the rekey, PFS is what is new. */
function noProposal(f: Facts, a: ChildAttempt, said: string): Why {
  const offers = plural(a.offered.length, "proposal")
  const [first] = a.offered
  const what = first
    ? ` (${[first.encr[0], first.integ[0]].filter(Boolean).join(" · ")}${a.offered.length > 1 ? ", …" : ""})`
    : ""
  const groups = groupsOf(a)
  const agreed = inherited(f).some(c =>
    a.offered.some(
      o => o.encr.includes(c.suite.encr ?? "") && (c.suite.integ === null || o.integ.includes(c.suite.integ)),
    ),
  )
  if (a.exchangeType === EXCHANGE.CREATE_CHILD_SA && agreed)
    return {
      cause: "pfs-refused",
      headline: "the PFS groups differ",
      why: `${said} to ${groups ? `PFS group ${groups}` : "a rekey without PFS"}, with algorithms it took before: the first Child SA, made in IKE_AUTH, never carries a group, so most likely PFS differs`,
    }
  return {
    cause: "no-proposal-chosen",
    headline: "no common ESP proposal",
    why: `${said} to ${offers}${what}${groups ? ` with PFS group ${groups}` : ""}: no proposal chosen; compare the ESP proposals${a.exchangeType === EXCHANGE.IKE_AUTH ? "" : ", PFS"} and mode of both ends`,
    remedy: "Make one ESP suite common to both ends; the log of the responder shows what it has.",
  }
}

function noTunnel(f: Facts, a: ChildAttempt): Judgement {
  const { cause, headline, why, remedy } = whyRefused(f, a)
  return {
    outcome: "no-tunnel",
    certainty: cause === "pfs-refused" || cause === "no-proposal-chosen" ? "inferred" : "proven",
    cause,
    frames: [a.requestFrame, a.responseFrame],
    headline: `IKE up, no tunnel: ${headline}`,
    why,
    remedy,
  }
}

function rekeyRefused(f: Facts, a: ChildAttempt): Judgement {
  const { cause, headline, why, remedy } = whyRefused(f, a)
  const what = a.protocol === "IKE" ? "Rekey of the IKE SA" : "Rekey or new Child SA"
  return {
    outcome: "degraded",
    certainty: cause === "pfs-refused" || cause === "no-proposal-chosen" ? "inferred" : "proven",
    cause: cause === "child-refused" ? "rekey-refused" : cause,
    frames: [a.requestFrame, a.responseFrame],
    headline: `${what} refused: ${SHORT[cause] ?? headline}`,
    why,
    remedy,
  }
}

/** Seconds in which a side that cannot install what was agreed deletes it. */
const AT_ONCE = 0.25

/** Seconds in which a side that takes down everything deletes the IKE SA behind its Child SAs. */
const TOGETHER = 0.5

/** Every Child SA was deleted as soon as it was made, carried nothing, and the IKE SA goes on without one. */
function takenBack(f: Facts, children: readonly ChildSa[]): Judgement | undefined {
  if (f.carried.length > 0 || f.sa.parent !== null || children.some(c => c.rekeys !== null)) return undefined
  const quick = children.filter(c => c.state === "deleted" && secondsBetween(c.first, c.last) < AT_ONCE)
  const [child] = quick
  if (!child || quick.length < children.length) return undefined
  // Taken down in order, both go together; the capture may go on with others.
  const last = f.sent.at(-1)
  if (f.sa.facts.deletion !== null && (!last || secondsBetween(child.last, arrivedAt(last)) < TOGETHER))
    return undefined
  if (last && isAcross(f.world.gaps, child.last, arrivedAt(last))) return undefined
  // Either end may delete others: what was read last of this one's Deletes came when it ended.
  const deletes = f.sent.filter(
    s =>
      frameOf(s) > child.frame &&
      s.request &&
      s.parts.some(m => m.payloads.includes("D")) &&
      s.exchange.messages.some(m => secondsBetween(m.time, child.last) === 0),
  )
  const by = deletes.length === 1 ? deletes[0] : undefined
  const who = by ? addressOf(f.sa, by.from) : "A side"
  return {
    outcome: "no-tunnel",
    certainty: "inferred",
    cause: "child-refused",
    frames: [child.frame, ...(by ? [frameOf(by)] : [])],
    headline: "IKE up, the Child SA was taken back at once",
    why: `${who} deletes ${listText(selectorTexts(child.selectors.i), 2)} ⇄ ${listText(selectorTexts(child.selectors.r), 2)} of frame ${child.frame} after ${secondsText(secondsBetween(child.first, by ? timeOf(by) : child.last))}${by ? ` (frame ${frameOf(by)})` : ""} without a packet${askedOther(f, child)}: it cannot use what was agreed`,
    remedy: `Compare the traffic selectors of both ends; the log of ${by ? who : "the side that deletes it"} says why.`,
  }
}

/** What was asked for, where the answer lies outside of it. RFC 7296 §2.9. */
function askedOther({ sa }: Facts, child: ChildSa): string {
  const attempt = sa.attempts.find(a => a.responseFrame === child.frame && a.outside.length > 0)
  return attempt
    ? `; asked for were ${listText(selectorTexts(attempt.asked.i), 2)} ⇄ ${listText(selectorTexts(attempt.asked.r), 2)}`
    : ""
}
