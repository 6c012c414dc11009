/** Findings from verdicts: what they are called, how they say it, and what they advise. */
import { type RuleContext, sourceOf, unique } from "../context.ts"
import { approvedNames, type Verdict, worstOf } from "../judge.ts"
import type { AlgorithmUse, Dimension, Level } from "../profile.ts"
import { type AuditSeverity, worse } from "../severity.ts"
import type { Source } from "../types.ts"
import { series, verdictText } from "../words.ts"

/** Where something is objected to, what is merely on its way out is not worth saying. */
export const telling = (verdicts: readonly Verdict[], worth: Worth | undefined): readonly Verdict[] =>
  worth || verdicts.some(v => !v.met) ? verdicts.filter(v => v.severity !== "info") : verdicts

/** What something is worth by itself, whatever profiles say. */
export interface Worth {
  readonly severity: AuditSeverity
  readonly reason: string
  readonly source: Source
}

/** Words that speak against an algorithm, not only leave it out of a list. */
const AGAINST: ReadonlySet<Level | "SHOULD unless"> = new Set<Level>(["MUST NOT", "SHOULD NOT", "deprecated", "MUST-"])

/** `weak-…` where something speaks against it, `not-approved-…` where it is merely not on a list, `approval-ends` where it still is. */
export function ruleFor(what: string, verdicts: readonly Verdict[], worth: Worth | undefined): string {
  if (worth || verdicts.some(v => v.listed && AGAINST.has(v.level))) return `weak-${what}`
  return verdicts.some(v => !v.met) ? `not-approved-${what}` : "approval-ends"
}

export function severityFor(verdicts: readonly Verdict[], worth: Worth | undefined): AuditSeverity | null {
  const worst = worstOf(verdicts)
  return worst === null ? (worth?.severity ?? null) : worth ? worse(worst, worth.severity) : worst
}

export const reasonsFor = (verdicts: readonly Verdict[], worth: Worth | undefined): string =>
  [...(worth ? [worth.reason] : []), ...unique(verdicts.map(v => verdictText(v)))].join("; ")

export const sourcesFor = (verdicts: readonly Verdict[], worth: Worth | undefined): Source[] =>
  dedupe([...verdicts.map(sourceOf), ...(worth ? [worth.source] : [])])

export const dedupe = (sources: readonly Source[]): Source[] => [
  ...new Map(sources.map(s => [`${s.document} ${s.section} ${s.profile} ${s.level}`, s])).values(),
]

/** Algorithms named in one piece of advice. */
const NAMED = 4

/** `AES-GCM-16-256`: what the asked profiles have instead, best first; null when none has a list. */
export function betterText(
  context: RuleContext,
  kind: Dimension,
  use: AlgorithmUse,
  verdicts: readonly Verdict[],
): string | null {
  const speaking = unique(verdicts.filter(v => !v.met).map(v => v.profile))
  for (const profiles of [speaking, context.scope.profiles]) {
    const names = approvedNames(profiles, kind, use, context.year)
    if (names.length > 0) return series(names.slice(0, NAMED), NAMED, "or")
  }
  return null
}
