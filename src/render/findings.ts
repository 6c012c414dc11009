/** Findings of a report: which IKE SA each belongs to, and how they read. */
import { grouped } from "../bytes/grouped.ts"
import type { DiagnosticReport, Report } from "../report/types.ts"
import { dataSasOf } from "./ladder.ts"
import type { Pen } from "./pen.ts"
import { displayWidth, wrap } from "./text.ts"

/** Findings by the id of their IKE SA, those about data SAs with the IKE SA that they belong to; those of no IKE SA are under `null`. */
export function findingsBySa(
  report: Pick<Report, "ike_sas" | "esp_sas" | "diagnostics">,
): Map<string | null, DiagnosticReport[]> {
  const ikeOf = new Map<string | null, string>()
  for (const sa of report.ike_sas) for (const { id } of [sa, ...sa.child_sas]) ikeOf.set(id, sa.id)
  for (const [ike, sas] of dataSasOf(report.esp_sas)) if (ike !== null) for (const { id } of sas) ikeOf.set(id, ike)
  return grouped(report.diagnostics, d => ikeOf.get(d.sa) ?? null)
}

const WEIGHT = { error: 0, warning: 1, info: 2 } as const

/** Worst first, then by frame. */
export const bySeverity = (findings: readonly DiagnosticReport[]): DiagnosticReport[] =>
  [...findings].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity] || (a.frame ?? 0) - (b.frame ?? 0))

/** A finding as lines: mark, sentence, frame and code. */
export function findingLines(d: DiagnosticReport, pen: Pen, indent: number): string[] {
  const { theme, glyphs } = pen
  const [mark, style] = {
    error: [glyphs.bad, theme.bad] as const,
    warning: [glyphs.warn, theme.warn] as const,
    info: [glyphs.info, theme.dim] as const,
  }[d.severity]
  const head = `${" ".repeat(indent)}${style(mark)} `
  const margin = " ".repeat(indent + displayWidth(mark) + 1)
  const width = pen.width - displayWidth(margin)
  const code = pen.text(d.code)
  const frame =
    d.frame === null || new RegExp(`\\bframes? (\\d+, )*${d.frame}\\b`).test(d.message) ? "" : ` (frame ${d.frame})`
  const lines = wrap(pen.text(d.message) + frame, width)
  const last = lines[lines.length - 1]
  const out = lines.map((line, i) => (i === 0 ? head : margin) + line)
  if (displayWidth(last) + 2 + displayWidth(code) <= width) out[out.length - 1] += `  ${theme.dim(code)}`
  else out.push(margin + theme.dim(code))
  return out
}
