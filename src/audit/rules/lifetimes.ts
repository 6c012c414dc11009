/** Lifetimes that are too long, Child SAs without a key exchange of their own, or with a weaker one. RFC 7296 §2.8, §1.3.1. */
import { type RuleContext, source, unique } from "../context.ts"
import type { ControlId } from "../controls.ts"
import { judgeDemand, type Verdict, worstOf } from "../judge.ts"
import type { Profile } from "../profile.ts"
import { sp80077r1Lifetimes } from "../profiles/sp800-77r1-lifetimes.ts"
import type { Subject } from "../seen/index.ts"
import type { Source } from "../types.ts"
import { plural, series, spanText } from "../words.ts"
import { sourcesFor } from "./judged.ts"

export function auditLifetimes(context: RuleContext): void {
  auditLife(context, "ike-lifetime", "ikeLifetime", "IKE SA")
  auditLife(context, "child-lifetime", "childLifetime", "Child SA")
  auditSecrecy(context)
  auditGroups(context)
}

type Lifetime = "ikeLifetime" | "childLifetime"

/** Lives and negotiated lifetimes beyond the limits of the profiles; SP 800-77r1's when none has one. */
function auditLife(context: RuleContext, id: ControlId, of: Lifetime, what: string): void {
  const asked = context.scope.profiles.some(p => p[of] !== undefined)
  for (const subject of context.seen(id)) {
    const verdicts = asked ? context.verdicts(id, subject).filter(v => !v.met) : unasked(of, subject)
    if (verdicts.length === 0) continue
    const shortest = verdicts.reduce((a, b) => (limitOf(b.profile, of) < limitOf(a.profile, of) ? b : a))
    const limit = spanText(limitOf(shortest.profile, of))
    context.report({
      rule: "long-lifetime",
      severity: asked ? (worstOf(verdicts) ?? "low") : "low",
      message: `the ${what} ${subject.objects.join(", ")} ${subject.text}, longer than the ${limit} of ${shortest.document}`,
      advice: `set a lifetime of at most ${limit} on both ends`,
      objects: subject.objects,
      frames: subject.frames,
      sources: asked ? sourcesFor(verdicts, undefined) : [unaskedSource(shortest)],
    })
  }
}

const limitOf = (profile: Profile, of: Lifetime): number => profile[of]?.seconds ?? Infinity

function unasked(of: Lifetime, subject: Subject): readonly Verdict[] {
  const demand = sp80077r1Lifetimes[of]
  return demand && subject.met && !subject.met(demand) ? [judgeDemand(sp80077r1Lifetimes, demand, false)] : []
}

const unaskedSource = (v: Verdict): Source => source(v.document, v.section, v.edition)

/** Child SAs that take keys from the IKE SA alone: anyone who learns SK_d later opens them all. */
function auditSecrecy(context: RuleContext): void {
  const without = context.seen("forward-secrecy").filter(s => s.met && !s.met({ level: "SHOULD", section: "" }))
  if (without.length === 0) return
  const verdicts = unique(without.flatMap(s => context.verdicts("forward-secrecy", s)))
  const one = without.length === 1
  context.report({
    rule: "no-forward-secrecy",
    severity: worstOf(verdicts) ?? "low",
    message: `${plural(without.length, "Child SA")} made after the first ${one ? "has" : "have"} no key exchange of ${one ? "its" : "their"} own: the keys of the IKE SA open ${one ? "it" : "them"} too`,
    advice: "add a key exchange method (PFS) to the ESP proposals of both ends",
    objects: without.flatMap(s => s.objects),
    frames: without.flatMap(s => s.frames),
    sources: [...sourcesFor(verdicts, undefined), source("RFC 7296", "§1.3.1", "2014-10")],
  })
}

/** Key exchanges of Child SAs in another group than the IKE SA's, or in a weaker one. */
function auditGroups(context: RuleContext): void {
  for (const subject of context.seen("child-group")) {
    const verdicts = context.verdicts("child-group", subject).filter(v => !v.met)
    if (verdicts.length === 0) continue
    const rules = unique(verdicts.flatMap(v => v.profile.childGroup?.rule ?? []))
    context.report({
      rule: "child-group",
      severity: worstOf(verdicts) ?? "low",
      message: `${subject.where} has ${subject.text}: its key exchange should be the ${series(rules)} as the IKE SA's`,
      advice: "configure the IKE SA's group for the Child SAs too",
      objects: subject.objects,
      frames: subject.frames,
      sources: sourcesFor(verdicts, undefined),
    })
  }
}
