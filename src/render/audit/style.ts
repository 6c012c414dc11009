/** Colours of severities, marks of coverage, and the stars of doubt. */
import type { AuditSeverity } from "../../audit/severity.ts"
import type { CoverageStatus, ProfileCoverage } from "../../audit/types.ts"
import type { Pen } from "../pen.ts"
import type { Theme } from "../theme.ts"

export const severityStyle = (severity: AuditSeverity, theme: Theme): ((text: string) => string) =>
  severity === "critical" || severity === "high" ? theme.bad : severity === "medium" ? theme.warn : theme.dim

export function statusMark(status: CoverageStatus, { theme, glyphs, ascii }: Pen): string {
  if (status === "fail") return theme.bad(ascii ? "x" : glyphs.bad)
  if (status === "pass") return theme.ok(ascii ? "+" : glyphs.ok)
  return status === "not observable" ? theme.warn("?") : theme.dim(glyphs.info)
}

/** How sure the rows of a control are. */
export const DOUBT = { original: "", secondary: "*", unverified: "**" } as const

/** What the stars mean, where there are any. */
export function doubtLine(coverage: readonly ProfileCoverage[], pen: Pen): string[] {
  const doubts = new Set(coverage.flatMap(c => c.controls.map(k => k.verified)))
  const legend = [
    ...(doubts.has("secondary") ? ["* known from others who quote the document"] : []),
    ...(doubts.has("unverified") ? ["** could not be held against the document"] : []),
  ]
  return legend.length > 0 ? [pen.theme.dim(pen.text(`  ${legend.join("; ")}`))] : []
}
