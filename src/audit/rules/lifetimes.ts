/** Lifetimes: those that IKEv1 negotiates, those that IKEv2 shows, and rekeys without a key exchange of their own. RFC 7296 §2.8, §1.3.1. */
import type { ChildSa } from "../../track/child-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import { v1StateOf } from "../../track/v1-state.ts"
import { choiceFrame, type RuleContext, source } from "../context.ts"
import { sp80077r1 } from "../profiles/sp800-77r1.ts"
import type { Source } from "../types.ts"
import { plural, spanText } from "../words.ts"

interface Limit {
  readonly seconds: number
  readonly source: Source
  /** Of a profile that was asked for. */
  readonly asked: boolean
}

export function auditLifetimes(context: RuleContext): void {
  const ike = limitOf(context, "ikeSeconds")
  const child = limitOf(context, "childSeconds")
  for (const sa of context.tunnel.sas) {
    auditNegotiated(context, sa, ike, child)
    const seen = secondsBetween(sa.first, sa.last)
    if (seen > ike.seconds) tellSeen(context, ike, sa.id, `${sa.id} lives`, seen, choiceFrame(sa))
  }
  for (const c of context.tunnel.children) {
    const seen = secondsBetween(c.first, lastOf(context, c))
    if (seen > child.seconds) tellSeen(context, child, c.id, `${c.id} lives`, seen, c.frame)
  }
  auditSecrecy(context)
}

/** The shortest limit of the profiles; SP 800-77r1's when none has one. */
function limitOf(context: RuleContext, of: "ikeSeconds" | "childSeconds"): Limit {
  const asked = context.scope.profiles.filter(p => p.limits?.[of] !== undefined)
  const from = asked.length > 0 ? asked : [sp80077r1]
  const strictest = from.reduce((a, b) => ((b.limits?.[of] ?? Infinity) < (a.limits?.[of] ?? Infinity) ? b : a))
  return {
    seconds: strictest.limits?.[of] ?? Infinity,
    asked: asked.length > 0,
    source: {
      document: strictest.document,
      section: strictest.limits?.section ?? "",
      date: strictest.date,
      profile: asked.length > 0 ? strictest.id : null,
      level: null,
    },
  }
}

function auditNegotiated(context: RuleContext, sa: IkeSa, ike: Limit, child: Limit): void {
  if (sa.version !== 1) return
  const phase1 = v1StateOf(sa).lifetimeSeconds
  if (phase1 !== undefined && phase1 > ike.seconds)
    tellNegotiated(context, ike, [sa.id], "the IKE SA", phase1, choiceFrame(sa))
  const chosen = context.facts(sa).quick.filter(q => q.chosen && (q.lifetimeSeconds ?? 0) > child.seconds)
  for (const q of chosen)
    tellNegotiated(context, child, [sa.id], `the ${q.protocol} SA`, q.lifetimeSeconds ?? 0, q.frame)
}

function tellNegotiated(
  context: RuleContext,
  limit: Limit,
  objects: readonly string[],
  what: string,
  seconds: number,
  frame: number | null,
): void {
  context.tell({
    rule: "long-lifetime",
    severity: limit.asked ? "medium" : "low",
    message: `${what} was negotiated for ${spanText(seconds)}, longer than the ${spanText(limit.seconds)} of ${limit.source.document}`,
    advice: `set a lifetime of at most ${spanText(limit.seconds)} on both ends`,
    objects,
    frames: [frame],
    sources: [limit.source],
  })
}

function tellSeen(
  context: RuleContext,
  limit: Limit,
  object: string,
  what: string,
  seconds: number,
  frame: number | null,
): void {
  context.tell({
    rule: "long-lifetime",
    severity: limit.asked ? "medium" : "low",
    message: `${what} ${spanText(seconds)} in this capture without a rekey, longer than the ${spanText(limit.seconds)} of ${limit.source.document}`,
    advice: `rekey after at most ${spanText(limit.seconds)}`,
    objects: [object],
    frames: [frame],
    sources: [limit.source],
  })
}

/** The last packet of a Child SA, where data goes on after the last IKE message about it. */
function lastOf(context: RuleContext, child: ChildSa) {
  const last = context.tunnel.data.filter(d => d.child === child).flatMap(d => d.lastTime ?? [])
  return last.reduce((a, b) => (secondsBetween(a, b) > 0 ? b : a), child.last)
}

/** Child SAs that take keys from the IKE SA alone: whoever learns SK_d later opens them all. */
function auditSecrecy(context: RuleContext): void {
  const later = laterChildren(context.tunnel.sas)
  const without = later.filter(c => !c.pfs)
  if (without.length === 0) return
  const asking = context.scope.profiles.filter(p => p.limits?.pfs)
  const sources: Source[] = asking.map(p => ({
    document: p.document,
    section: p.limits?.section ?? "",
    date: p.date,
    profile: p.id,
    level: null,
  }))
  context.tell({
    rule: "no-forward-secrecy",
    severity: asking.length > 0 ? "medium" : "low",
    message: `${plural(without.length, "Child SA")} made after the first ${without.length === 1 ? "has" : "have"} no key exchange of ${without.length === 1 ? "its" : "their"} own: the keys of the IKE SA open ${without.length === 1 ? "it" : "them"} too`,
    advice: "add a key exchange method (PFS) to the ESP proposals of both ends",
    objects: without.map(c => c.id),
    frames: without.map(c => c.frame),
    sources: [source("RFC 7296", "§1.3.1", "2014-10"), ...sources],
  })
}

/** In IKEv2 the first Child SA comes with the IKE SA and its fresh key exchange; in IKEv1 the first Quick Mode right behind it. */
export function laterChildren(sas: readonly IkeSa[]): ChildSa[] {
  const first = new Set(sas.filter(sa => sa.parent === null).flatMap(sa => firstTogether(sa.children)))
  return sas.flatMap(sa => sa.children).filter(c => c.protocol !== "IPCOMP" && !first.has(c))
}

/** One exchange may make several (IKEv1 with more SA payloads, ESP with AH). */
const firstTogether = (children: readonly ChildSa[]): ChildSa[] => children.filter(c => c.frame === children[0].frame)
