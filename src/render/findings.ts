/** Findings of a report: which IKE SA each belongs to, and how they read. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { Report } from "../report/types.ts"
import type { Pen } from "./pen.ts"
import { displayWidth, wrap } from "./text.ts"

/**
 * Findings by the id of their IKE SA; those of no single SA are under `null`. A finding belongs to the SA that lists its code and
 * has its frame, or that alone lists its code.
 */
export function findingsBySa(report: Pick<Report, "ike_sas" | "diagnostics">): Map<string | null, Diagnostic[]> {
  const listing = new Map<string, string[]>()
  const frameOwner = new Map<number, string>()
  for (const sa of report.ike_sas) {
    for (const code of new Set(sa.diagnostics)) {
      const ids = listing.get(code)
      if (ids) ids.push(sa.id)
      else listing.set(code, [sa.id])
    }
    if (sa.diagnostics.length > 0)
      for (const x of sa.exchanges) for (const m of x.messages) frameOwner.set(m.frame, sa.id)
  }
  const out = new Map<string | null, Diagnostic[]>()
  for (const d of report.diagnostics) {
    const ids = listing.get(d.code) ?? []
    const byFrame = d.frame === null ? undefined : frameOwner.get(d.frame)
    const id = ids.length === 1 ? ids[0] : byFrame !== undefined && ids.includes(byFrame) ? byFrame : null
    const group = out.get(id)
    if (group) group.push(d)
    else out.set(id, [d])
  }
  return out
}

const WEIGHT = { error: 0, warning: 1, info: 2 } as const

/** Worst first, then by frame. */
export const bySeverity = (findings: readonly Diagnostic[]): Diagnostic[] =>
  [...findings].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity] || (a.frame ?? 0) - (b.frame ?? 0))

/** A finding as lines: mark, sentence, frame and code. */
export function findingLines(d: Diagnostic, pen: Pen, indent: number): string[] {
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
