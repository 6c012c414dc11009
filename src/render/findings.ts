/** Findings of a report: which IKE SA each belongs to, and how they read. */
import { grouped } from "../bytes/grouped.ts"
import { plural } from "../bytes/words.ts"
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

const INDENT = 2
/** Findings of one code that are written out. */
const MAX_OF_CODE = 3

/** Findings as lines, the worst first; of many with one code the first, and how many more there are, unless all are wanted. */
export function findingsLines(findings: readonly DiagnosticReport[], pen: Pen, all: boolean): string[] {
  const counts = new Map<string, number>()
  const shown = bySeverity(findings).filter(({ code }) => {
    const n = (counts.get(code) ?? 0) + 1
    counts.set(code, n)
    return all || n <= MAX_OF_CODE
  })
  const more = all ? [] : [...counts].filter(([, n]) => n > MAX_OF_CODE)
  return [
    ...shown.flatMap(d => findingLines(d, pen)),
    ...more.map(([code, n]) =>
      pen.theme.dim(`  and ${plural(n - MAX_OF_CODE, "more finding")} of ${pen.text(code)} (-v shows all)`),
    ),
  ]
}

/** A finding as lines: mark, sentence, frame and code. */
function findingLines(d: DiagnosticReport, pen: Pen): string[] {
  const { theme, glyphs } = pen
  const [mark, style] = {
    error: [glyphs.bad, theme.bad] as const,
    warning: [glyphs.warn, theme.warn] as const,
    info: [glyphs.info, theme.dim] as const,
  }[d.severity]
  const head = `${" ".repeat(INDENT)}${style(mark)} `
  const margin = " ".repeat(INDENT + displayWidth(mark) + 1)
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
