/** The audit as JSON: `ikedump/audit/1`, described in docs/audit.md. Every member is always present. */
import { SEVERITIES } from "../../audit/severity.ts"
import type { AuditResult } from "../../audit/types.ts"
import { safeJson } from "../../bytes/safe-json.ts"
import type { Report } from "../../report/types.ts"

export function auditJson({ profiles, findings, left_out, tunnels, coverage }: AuditResult, report: Report): string {
  const counts = Object.fromEntries(SEVERITIES.map(s => [s, findings.filter(f => f.severity === s).length]))
  const json = {
    schema: "ikedump/audit/1",
    captures: report.captures.map(c => c.path),
    profiles,
    counts,
    findings,
    left_out,
    tunnels,
    coverage,
  }
  return `${safeJson(json, 2)}\n`
}
