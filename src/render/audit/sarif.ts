/** The audit as SARIF 2.1.0: a rule a rule, a result a finding, at its first frame. */
import type { ReportingDescriptor, Result } from "sarif"
import { AUDIT_RULES } from "../../audit/catalog.ts"
import type { AuditSeverity } from "../../audit/severity.ts"
import type { AuditFinding, AuditResult } from "../../audit/types.ts"
import { safeText } from "../../bytes/safe-text.ts"
import { captureLocation, sarifText } from "../sarif.ts"
import { sourceText } from "./words.ts"

const LEVEL = { critical: "error", high: "error", medium: "warning", low: "note", info: "note" } as const
/** What GitHub sorts by: a score as CVSS has them. */
const SCORE: Readonly<Record<AuditSeverity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.5",
  info: "0.0",
}

export function auditSarif(
  { findings, coverage }: AuditResult,
  options: { readonly version: string; readonly captures: readonly string[] },
): string {
  const ids = [...new Set(findings.map(f => f.rule))].sort()
  return sarifText({
    ...options,
    rules: ids.map(id => descriptor(id, findings)),
    results: findings.map(f => result(f, ids.indexOf(f.rule), options.captures)),
    // A result a control would be an alert each in code scanning, passed or not: they stand in the run's property bag.
    properties: { coverage },
  })
}

/** Findings come most urgent first, so the first one of a rule has its highest severity. */
function descriptor(id: string, findings: readonly AuditFinding[]): ReportingDescriptor {
  const worst = findings.find(f => f.rule === id)?.severity ?? "info"
  return {
    id,
    shortDescription: { text: AUDIT_RULES[id] ?? id },
    defaultConfiguration: { level: LEVEL[worst] },
    properties: { "security-severity": SCORE[worst], tags: ["security"] },
  }
}

function result(finding: AuditFinding, ruleIndex: number, captures: readonly string[]): Result {
  const { rule, severity, message, advice, objects, frames, sources, tunnel } = finding
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVEL[severity],
    message: { text: safeText(`${message}. ${advice}. ${sources.map(sourceText).join("; ")}`) },
    locations: [captureLocation(captures, [...objects, ...frames.slice(0, 1).map(f => `frame ${f}`)])],
    partialFingerprints: { ruleAndObjects: `${rule}:${tunnel ?? ""}:${objects.join(",")}` },
    properties: { severity, frames: [...frames], sources: sources.map(s => ({ ...s })) },
  }
}
