/** What a person reads first: the verdict of the worst IKE SA, and the findings, most urgent first. */

import type { AuditFinding, AuditResult } from "../audit/types.ts"
import { plural } from "../bytes/words.ts"
import type { Conclusion } from "../report/conclusion.ts"
import type { Counts, DiagnosticReport, Outcome } from "../report/types.ts"
import { saysNoMore } from "../report/verdict/same-story.ts"
import { isBad, OUTCOMES } from "../report/verdict/types.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import { codeTitle } from "./code-title.ts"
import type { FindingView, VerdictView } from "./types.ts"

/** Findings listed at most. */
const MOST_FINDINGS = 500

/** The verdict over all SAs, with the findings of the analysis and of the audit. */
export function verdictView(
  sas: readonly Conclusion[],
  counts: Counts,
  diagnostics: readonly DiagnosticReport[],
  audit: AuditResult | undefined,
): VerdictView {
  const worst = worstOf(sas)
  const repeats = (d: DiagnosticReport) => d.sa === worst?.sa.id && saysNoMore(worst.verdict, d)
  const findings = [...diagnostics.map(d => findingOf(d, repeats(d))), ...(audit?.findings ?? []).map(auditFinding)]
  findings.sort((a, b) => RANK[a.severity] - RANK[b.severity])
  return { ...headline(worst, sas, counts), findings: findings.slice(0, MOST_FINDINGS) }
}

const RANK: Readonly<Record<FindingView["severity"], number>> = {
  critical: 0,
  error: 1,
  high: 2,
  warning: 3,
  medium: 3,
  low: 4,
  info: 5,
}

const findingOf = (d: DiagnosticReport, repeats: boolean): FindingView => ({
  repeats,
  code: d.code,
  severity: d.severity,
  title: codeTitle(d.code),
  text: d.message,
  remedy: d.remedy,
  frames: d.frame === null ? [] : [d.frame],
  sas: d.sa === null ? [] : [d.sa],
  from: "analysis",
})

const auditFinding = (f: AuditFinding): FindingView => ({
  repeats: false,
  code: f.rule,
  severity: f.severity,
  title: codeTitle(f.rule),
  text: f.message,
  remedy: f.advice,
  frames: f.frames,
  sas: f.objects,
  from: "audit",
})

const TONE: Readonly<Record<Outcome, VerdictView["tone"]>> = {
  failed: "bad",
  "no-answer": "bad",
  "no-tunnel": "bad",
  lost: "bad",
  degraded: "warn",
  partial: "info",
  up: "ok",
  closed: "ok",
}

function headline(
  worst: Conclusion | undefined,
  sas: readonly Conclusion[],
  counts: Counts,
): Omit<VerdictView, "findings"> {
  if (!worst) return withoutNegotiation(counts)
  const { outcome, certainty, headline: title, why, remedy, frames } = worst.verdict
  const bad = sas.filter(sa => isBad(sa.verdict.outcome)).length
  return {
    tone: TONE[outcome],
    outcome,
    certainty,
    headline: title,
    why,
    remedy,
    frames,
    sa: worst.sa.id,
    facts: [...(sas.length > 1 ? [`${sas.length} IKE SAs, ${bad} with a fault`] : []), ...factsOf(worst.sa, counts)],
  }
}

/** The first of those whose outcome is worst; where none is bad, the last, which goes on for those it replaced. */
function worstOf(sas: readonly Conclusion[]): Conclusion | undefined {
  let worst: Conclusion | undefined
  for (const sa of sas) if (!worst || comesBefore(sa, worst)) worst = sa
  return worst
}

/** Whether a person looks at `sa` rather than at one before it. */
function comesBefore(sa: Conclusion, other: Conclusion): boolean {
  const rank = (c: Conclusion) => OUTCOMES.indexOf(c.verdict.outcome)
  if (isBad(sa.verdict.outcome) || isBad(other.verdict.outcome)) return rank(sa) < rank(other)
  // Without keys an SA that replaced another is only its encrypted messages: there is more to see where it all began.
  if (isBeginningKnown(sa) !== isBeginningKnown(other)) return isBeginningKnown(sa)
  return rank(sa) <= rank(other)
}

const isBeginningKnown = ({ sa }: Conclusion): boolean => sa.begun || sa.parent !== null

const withoutNegotiation = (counts: Counts): Omit<VerdictView, "findings"> => {
  const data = counts.esp + counts.ah
  return {
    tone: "info",
    outcome: null,
    certainty: "seen",
    headline: data > 0 ? "ESP without its negotiation" : "No IKE and no IPsec in this capture",
    why:
      data > 0
        ? `${plural(data, "packet")} of ESP or AH; the IKE messages that set them up are not in the capture.`
        : counts.frames > 0
          ? `${plural(counts.frames, "frame")}, none of which is IKE, ESP or AH.`
          : "It holds no frame at all.",
    remedy: null,
    frames: [],
    sa: null,
    facts: [],
  }
}

/** What fits beside a headline: version, how peers are authenticated, what was opened. */
function factsOf(sa: IkeSa, counts: Counts): string[] {
  const method = sa.auth.initiator ?? sa.auth.responder
  const data = counts.esp + counts.ah
  return [
    `IKEv${sa.version}`,
    ...(method ? [method.name] : []),
    ...(sa.children.length > 0 ? [`${sa.children.length} Child SA${sa.children.length === 1 ? "" : "s"}`] : []),
    ...(data > 0 ? [`${data} ESP`] : []),
  ]
}
