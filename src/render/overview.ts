/** Many SAs on one screen: one line each, the worst first, and how many are left. */
import { countText, plural } from "../bytes/words.ts"
import type { CaptureInfo, IkeSaReport, Report } from "../report/types.ts"
import { isBad, OUTCOMES, type Outcome } from "../report/verdict/types.ts"
import { countsText, outcomeMark, outcomeStyle, outcomeWords } from "./outcome.ts"
import type { Pen } from "./pen.ts"
import { renderTable } from "./table.ts"
import { displayWidth, truncate, truncateStart, wrapItems } from "./text.ts"

/** From so many IKE SAs on there is an overview. */
export const OVERVIEW_FROM = 4
/** SAs that work are lines of their own up to so many lines. */
const MAX_CALM = 20
/** SAs where something went wrong, and those that cannot be judged. */
const MAX_BAD = 100

/** The overview of a report as lines. */
export function overviewLines(report: Report, pen: Pen): string[] {
  const sorted = worstFirst(report.ike_sas)
  const bad = sorted.filter(sa => isBad(sa.verdict.outcome))
  const calm = sorted.slice(bad.length)
  const shownBad = bad.slice(0, MAX_BAD)
  const shownCalm = shownBad.length + calm.length <= MAX_CALM ? calm : []
  const lines = headLines(report, pen)
  const rows = [...shownBad, ...shownCalm]
  if (rows.length > 0) lines.push(...rowLines(rows, report.captures, pen))
  if (shownBad.length < bad.length)
    lines.push(
      `  ${pen.theme.bad(pen.glyphs.bad)} ${countText(bad.length - shownBad.length)} more that did not work (--failed)`,
    )
  if (shownCalm.length < calm.length) lines.push(...restLines(calm, rows.length > 0, pen))
  return lines
}

/** The IKE SAs, the worst outcome first; those of one outcome in their order. */
export const worstFirst = (sas: readonly IkeSaReport[]): IkeSaReport[] =>
  [...sas].sort((a, b) => rank(a.verdict.outcome) - rank(b.verdict.outcome))

const rank = (outcome: Outcome): number => OUTCOMES.indexOf(outcome)

function headLines(report: Report, pen: Pen): string[] {
  const many = report.captures.length
  const total = OUTCOMES.reduce((sum, o) => sum + report.verdict.counts[o], 0)
  const what = `${plural(total, "IKE SA")}${many > 1 ? ` in ${plural(many, "capture")}` : ""}: `
  const dot = pen.text(" · ")
  const items = countsText(report.verdict.counts).map(pen.text)
  const styled = OUTCOMES.filter(o => report.verdict.counts[o] > 0).map((o, i) => outcomeStyle(o, pen)(items[i]))
  const lines = wrapItems(styled, dot, pen.width - what.length)
  return lines.map((line, i) => (i === 0 ? pen.theme.strong(what) : " ".repeat(what.length)) + line)
}

/** `● 138 more up or closed (--all)`. */
function restLines(calm: readonly IkeSaReport[], more: boolean, pen: Pen): string[] {
  const partial = calm.filter(sa => sa.verdict.outcome === "partial")
  const fine = calm.filter(sa => sa.verdict.outcome !== "partial")
  const line = (sas: readonly IkeSaReport[]) => {
    const kinds = [...new Set(sas.map(sa => outcomeWords(sa.verdict.outcome)))].join(" or ")
    return `  ${outcomeMark(sas[0].verdict.outcome, pen)} ${countText(sas.length)}${more ? " more" : ""} ${kinds} (--all)`
  }
  return [partial, fine].filter(sas => sas.length > 0).map(line)
}

/** Columns give way from the last of these on where the terminal is narrow. */
function rowLines(sas: readonly IkeSaReport[], captures: readonly CaptureInfo[], pen: Pen): string[] {
  const names = captureNames(captures)
  const cells = sas.map(sa => ({
    id: `${outcomeMark(sa.verdict.outcome, pen)} ${pen.text(sa.id)}`,
    peers: pen.text(`${sa.initiator.address} → ${sa.responder.address}`),
    ids: pen.text(identities(sa)),
    headline: outcomeStyle(
      sa.verdict.outcome,
      pen,
    )(
      pen.text(
        sa.verdict.headline.replace(sa.verdict.outcome, outcomeWords(sa.verdict.outcome)) ||
          outcomeWords(sa.verdict.outcome),
      ),
    ),
    frame: frameCell(sa),
    capture:
      captures.length > 1
        ? truncateStart(pen.text(sa.captures.map(i => names[i] ?? "").join(", ")), 32, pen.glyphs.cut)
        : "",
  }))
  const used = (["id", "peers", "ids", "headline", "frame", "capture"] as const).filter(name =>
    cells.some(c => c[name] !== ""),
  )
  const widthOf = (name: keyof (typeof cells)[number]) => Math.max(...cells.map(c => displayWidth(c[name])))
  let columns = [...used]
  const total = () => columns.reduce((sum, name) => sum + widthOf(name) + 2, 0)
  if (total() > pen.width) columns = columns.filter(name => name !== "ids")
  // A path may be cut; where there is no room for a part of it, it goes.
  if (total() - widthOf("capture") + MIN_CAPTURE > pen.width) columns = columns.filter(name => name !== "capture")
  const table = renderTable(
    columns.map(name => ({
      title: "",
      shrink: name === "capture" ? ("start" as const) : name === "headline" || name === "peers",
    })),
    cells.map(c => columns.map(name => c[name])),
    { width: pen.width, indent: 2, mark: pen.glyphs.cut },
  )
  return table.split("\n")
}

const identities = ({ ids }: IkeSaReport): string =>
  ids.initiator || ids.responder ? `${cut(ids.initiator?.value ?? "?")} → ${cut(ids.responder?.value ?? "?")}` : ""

const MIN_CAPTURE = 14
const MAX_IDENTITY = 28
const cut = (name: string): string => truncate(name, MAX_IDENTITY)

function frameCell({ verdict, exchanges }: IkeSaReport): string {
  const frame = verdict.frames[0] ?? exchanges[0]?.messages[0]?.frame
  return frame === undefined ? "" : `frame ${frame}`
}

/** Paths without the folders that all have in common. */
export function captureNames(captures: readonly { readonly path: string }[]): string[] {
  if (captures.length < 2) return captures.map(c => c.path.replace(/^.*\//, ""))
  const parts = captures.map(c => c.path.split("/"))
  let common = 0
  while (parts.every(p => p.length > common + 1 && p[common] === parts[0][common])) common++
  return parts.map(p => p.slice(common).join("/"))
}
