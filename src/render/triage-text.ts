/** Triage for people and for spreadsheets: a line a capture, the worst first. */
import { countText, plural } from "../bytes/words.ts"
import { reachesOutcome, type TriageLine } from "../report/triage.ts"
import { isBad, OUTCOMES } from "../report/verdict/types.ts"
import { besideOutcome, outcomeMark, outcomeStyle, outcomeWords } from "./outcome.ts"
import { captureNames } from "./overview.ts"
import type { Pen } from "./pen.ts"
import { type Column, renderTable } from "./table.ts"
import { displayWidth } from "./text.ts"
import { framesText } from "./units.ts"

/** All captures have a line up to so many. */
const MAX_ALL = 20

const COLUMNS: readonly Column[] = [
  { title: "" },
  { title: "", shrink: "start" },
  { title: "" },
  { title: "", shrink: true },
  { title: "", align: "right" },
  { title: "" },
]
const PEERS = 2
const TIME = 5

/** Lines that came the worst first, as text; with `all` those that work have a line each, however many. */
export function triageText(lines: readonly TriageLine[], pen: Pen, all = false): string {
  const everything = all || lines.length <= MAX_ALL
  const shown = lines.filter(l => everything || (l.outcome === null ? l.error !== null : isBad(l.outcome)))
  const rest = lines.filter(l => !shown.includes(l))
  const names = new Map(captureNames(lines).map((name, i) => [lines[i], name]))
  const rows = shown.map(line => row(line, names.get(line) ?? line.path, pen))
  const kept = fitting(rows, pen.width)
  const columns = kept.map(i => COLUMNS[i])
  const cells = rows.map(r => kept.map(i => r[i]))
  const table = rows.length > 0 ? `${renderTable(columns, cells, { width: pen.width, mark: pen.glyphs.cut })}\n` : ""
  return table + (rest.length > 0 ? `${restText(rest, shown.length > 0, pen)}\n` : "")
}

/** The columns that stand beside one another whole: peers give way first, then the time. */
function fitting(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = COLUMNS.map((_, i) => Math.max(0, ...rows.map(r => displayWidth(r[i]))))
  let kept = COLUMNS.map((_, i) => i)
  for (const give of [PEERS, TIME])
    if (kept.reduce((sum, i) => sum + widths[i] + 2, -2) > width) kept = kept.filter(i => i !== give)
  return kept
}

function row(line: TriageLine, name: string, pen: Pen): string[] {
  const { outcome, error, ike_sas } = line
  const path = pen.text(name)
  const peers = pen.text(line.peers.join(" → "))
  const sas = ike_sas > 0 ? plural(ike_sas, "SA") : ""
  const time = pen.theme.dim(pen.text(timeText(line)))
  const { theme, glyphs } = pen
  if (outcome === null && error !== null)
    return [`${theme.bad(glyphs.bad)} ${theme.bad("unreadable")}`, path, "", pen.text(error), "", ""]
  if (outcome === null) return [`${theme.dim(glyphs.info)} ${theme.dim("no IKE")}`, path, "", "", "", time]
  const mark = `${outcomeMark(outcome, pen)} ${outcomeStyle(outcome, pen)(outcomeWords(outcome))}`
  return [mark, path, peers, pen.text(saysText(line)), sas, time]
}

/** `authentication refused (frame 4) and 1 more`. */
function saysText({ outcome, headline, verdict_frames, counts, error }: TriageLine): string {
  const bad = outcome !== null && isBad(outcome)
  const said = outcome === null ? "" : besideOutcome({ outcome, headline: headline ?? "" })
  const where = bad && verdict_frames.length > 0 ? `(${framesText(verdict_frames, 2)})` : ""
  const more = OUTCOMES.filter(isBad).reduce((sum, o) => sum + counts[o], 0) - 1
  const others = bad && more > 0 ? `and ${countText(more)} more` : ""
  return [said, where, others, error === null ? "" : `· ${error}`].filter(Boolean).join(" ")
}

/** `12:01–12:09` in UTC, with the day where it is another. */
function timeText({ first_time, last_time }: TriageLine): string {
  if (first_time === null || last_time === null) return ""
  const [day, clock] = [first_time.slice(0, 10), first_time.slice(11, 16)]
  const [lastDay, lastClock] = [last_time.slice(0, 10), last_time.slice(11, 16)]
  if (day !== lastDay) return `${day} ${clock}–${lastDay} ${lastClock}`
  return clock === lastClock ? `${day} ${clock}` : `${day} ${clock}–${lastClock}`
}

/** `● 197 more up, 2 without IKE`. */
function restText(rest: readonly TriageLine[], more: boolean, pen: Pen): string {
  const parts = OUTCOMES.flatMap(o => {
    const n = rest.filter(l => l.outcome === o).length
    return n > 0 ? [`${countText(n)} ${outcomeWords(o)}`] : []
  })
  const without = rest.filter(l => l.outcome === null).length
  if (without > 0) parts.push(`${countText(without)} without IKE`)
  const best = rest.some(l => l.outcome !== null && !reachesOutcome(l.outcome, "partial"))
  const mark = best ? pen.theme.ok(pen.glyphs.healthy) : pen.theme.dim(pen.glyphs.info)
  return `${mark} ${more ? "more: " : ""}${parts.join(", ")} (--all)`
}

const CSV_COLUMNS = ["path", "outcome", "certainty", "cause", "headline", "why", "peers", "ike_sas"] as const

/** RFC 4180 with a header line; each outcome's count is a column. */
export function* triageCsv(lines: readonly TriageLine[]): Generator<string> {
  yield csvLine([...CSV_COLUMNS, ...OUTCOMES, "first_time", "last_time", "frames", "error"])
  for (const l of lines) {
    const head = CSV_COLUMNS.map(name => (name === "peers" ? l.peers.join(" ") : l[name]))
    yield csvLine([...head, ...OUTCOMES.map(o => l.counts[o]), l.first_time, l.last_time, l.frames, l.error])
  }
}

const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(",")}\r\n`

/** A spreadsheet must not take text out of a capture for a formula. */
function csvCell(value: string | number | null): string {
  const text = String(value ?? "")
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
