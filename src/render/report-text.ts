/** The report for people: the capture in brief, secrets, a card and a ladder for each IKE SA, findings, other data SAs. */
import { countText, durationText, plural } from "../bytes/words.ts"
import type { CaptureInfo, DiagnosticReport, EspSaReport, IkeSaReport, Report, SecretUse } from "../report/types.ts"
import { isBad } from "../report/verdict/types.ts"
import { findingsBySa, findingsLines } from "./findings.ts"
import { buildLadder, dataSasOf } from "./ladder.ts"
import { ladderLines } from "./ladder-text.ts"
import { laterTexts } from "./later.ts"
import { OVERVIEW_FROM, overviewLines, worstFirst } from "./overview.ts"
import { type Pen, penFor } from "./pen.ts"
import { type CardInput, cardLines } from "./report-card.ts"
import { renderTable } from "./table.ts"
import { displayWidth, pad, truncate, truncateStart, wrap, wrapItems } from "./text.ts"
import type { Theme } from "./theme.ts"
import { clockText, secondsBetween, sizeText } from "./units.ts"

export interface ReportTextOptions {
  /** Cells of a line. */
  readonly width?: number
  readonly theme?: Theme
  /** Nothing but ASCII. */
  readonly ascii?: boolean
  /** Every check, row and SA, however many. */
  readonly verbose?: boolean
  /** Every IKE SA with its ladder, however many. */
  readonly all?: boolean
  /** Only these IKE SAs, by id. */
  readonly only?: ReadonlySet<string>
  /** Bytes of each IKE message by frame (see `LadderOptions`). */
  readonly sizes?: ReadonlyMap<number, number>
}

/** Rows of a ladder; `flow` shows all. */
const MAX_ROWS = 48
/** Half-open SAs of one report that get a card of their own; a scan has a million. */
const MAX_HALF_OPEN = 20
/** Cards of what went wrong below an overview. */
const MAX_CARDS = 10
const MAX_ESP = 200

/** The whole report as text, with a newline at its end. */
export const renderReport = (report: Report, options: ReportTextOptions = {}): string =>
  `${[...reportSections(report, options)].join("\n\n")}\n`

/** The report's sections in order, each without a newline at its end; print an empty line between. */
export function* reportSections(report: Report, options: ReportTextOptions = {}): Generator<string> {
  const pen = penFor(options)
  const verbose = options.verbose ?? false
  yield [...captureLines(report, pen, verbose), ...secretLines(report.secrets, pen)].join("\n")
  const data = dataSasOf(report.esp_sas)
  const findings = findingsBySa(report)
  const zero = report.captures
    .map(c => c.first_time)
    .filter(t => t !== null)
    .sort()[0]
  const everything = verbose || (options.all ?? false)
  const { shown, hidden } = selected(report.ike_sas, findings, everything || options.only !== undefined)
  const overview = report.ike_sas.length >= OVERVIEW_FROM && options.only === undefined
  if (overview)
    yield overviewText(
      report,
      shown.map(s => s.sa),
      pen,
    )
  const later = laterTexts(report.ike_sas)
  for (const { sa, index } of withCards(shown, overview && !everything, options.only)) {
    const own = data.get(sa.id) ?? []
    const start = zero ?? sa.first_time
    const more = { later: later.get(sa.id), findings: findings.get(sa.id) ?? [], zero: start, index, verbose }
    const card: CardInput = { sa, data: own, ...more }
    const ladder = buildLadder(sa, { zero: start, data: own, sizes: options.sizes })
    const maxRows = verbose ? undefined : MAX_ROWS
    yield [...cardLines(card, pen), "", ...ladderLines(ladder, pen, { indent: 2, colour: index, maxRows })].join("\n")
  }
  if (hidden.length > 0) yield hiddenText(hidden, zero, pen)
  if (options.only) return
  yield* generalFindings(report, findings.get(null) ?? [], pen, verbose)
  const orphans = data.get(null) ?? []
  if (orphans.length > 0) yield dataTable(orphans, zero, pen, verbose)
}

interface Placed {
  readonly sa: IkeSaReport
  readonly index: number
}

/** Below an overview only what went wrong has a card, the worst first. */
function withCards(
  shown: readonly Placed[],
  overview: boolean,
  only: ReadonlySet<string> | undefined,
): readonly Placed[] {
  if (only) return shown.filter(s => only.has(s.sa.id))
  if (!overview) return shown
  const place = new Map(shown.map(s => [s.sa, s]))
  const bad = worstFirst(shown.map(s => s.sa)).filter(sa => isBad(sa.verdict.outcome))
  return bad.slice(0, MAX_CARDS).flatMap(sa => place.get(sa) ?? [])
}

function overviewText(report: Report, shown: readonly IkeSaReport[], pen: Pen): string {
  const lines = overviewLines({ ...report, ike_sas: [...shown] }, pen)
  const example = worstFirst(shown)[0]
  const paths = report.captures.map(c => c.path)
  const command = `ikedump ${paths.length === 1 ? paths[0] : pen.text("…")} --sa ${example.id}`
  return [
    ...lines,
    pen.theme.dim(truncate(`${pen.text(command)}      one of them, whole`, pen.width, pen.glyphs.cut)),
  ].join("\n")
}

/** All SAs but the bulk of half-open ones about which nothing else is to be said; `index` is the SA's place in the report. */
function selected(
  sas: readonly IkeSaReport[],
  findings: ReadonlyMap<string | null, readonly DiagnosticReport[]>,
  verbose: boolean,
) {
  const all = sas.map((sa, index) => ({ sa, index }))
  const calm = (sa: IkeSaReport) => (findings.get(sa.id) ?? []).every(d => d.severity === "info")
  const dull = all.filter(({ sa }) => sa.state === "half-open" && sa.child_sas.length === 0 && calm(sa))
  if (verbose || dull.length <= MAX_HALF_OPEN) return { shown: all, hidden: [] }
  const hidden = dull.slice(MAX_HALF_OPEN / 2)
  const skip = new Set(hidden)
  return { shown: all.filter(s => !skip.has(s)), hidden: hidden.map(({ sa }) => sa) }
}

function hiddenText(sas: readonly IkeSaReport[], zero: string | undefined, pen: Pen): string {
  const from = new Set(sas.map(sa => sa.initiator.address))
  const last = sas[sas.length - 1]
  const stretch = durationText(secondsBetween(sas[0].first_time, last.first_time))
  const start = durationText(secondsBetween(zero ?? sas[0].first_time, sas[0].first_time))
  const who = from.size === 1 ? [...from][0] : plural(from.size, "address", "addresses")
  const text = `${plural(sas.length, "more half-open IKE SA")} from ${who} within ${stretch}, beginning at ${start} (${sas[0].id} to ${last.id})`
  return wrap(pen.text(text), pen.width - 2)
    .map((l, i) => (i === 0 ? `${pen.theme.warn(pen.glyphs.warn)} ` : "  ") + l)
    .join("\n")
}

const NAME = 9

function captureLines(report: Report, pen: Pen, verbose: boolean): string[] {
  const { counts } = report
  const summary = (
    [
      ["IKE", counts.isakmp],
      ["ESP", counts.esp],
      ["AH", counts.ah],
      ["keepalive", counts.keepalive],
      ["other", counts.other],
    ] as const
  )
    .filter(([name, n]) => n > 0 || (name === "IKE" && counts.frames > 0))
    .map(([name, n]) => `${name} ${countText(n)}`)
  if (report.captures.length > MAX_CAPTURES && !verbose) return manyCaptures(report.captures, summary, pen)
  const captures = report.captures.flatMap(c => captureLine(c, report.captures.length === 1 ? summary : [], pen))
  return report.captures.length === 1 ? captures : [...captures, ...wrapItems(summary, pen.text(" · "), pen.width)]
}

/** Captures that have a line each. */
const MAX_CAPTURES = 5

/** Many captures in one line, and those that could not be read. */
function manyCaptures(captures: readonly CaptureInfo[], summary: readonly string[], pen: Pen): string[] {
  const sum = (of: (c: CaptureInfo) => number) => captures.reduce((total, c) => total + of(c), 0)
  const first = captures.flatMap(c => c.first_time ?? []).sort()[0]
  const last = captures
    .flatMap(c => c.last_time ?? [])
    .sort()
    .at(-1)
  const time = first !== undefined && last !== undefined ? ` in ${durationText(secondsBetween(first, last))}` : ""
  const facts = `${plural(
    sum(c => c.frames),
    "frame",
  )}${time}, ${sizeText(sum(c => c.bytes))}`
  const head = `${pen.theme.strong(plural(captures.length, "capture"))}  ${pen.text(facts)}`
  const items = wrapItems(summary, pen.text(" · "), pen.width - 2)
  const one = `${head}   ${items[0] ?? ""}`
  const lines = items.length === 1 && displayWidth(one) <= pen.width ? [one] : [head, ...items.map(l => `  ${l}`)]
  return [...lines, ...captures.filter(c => !c.complete).flatMap(c => captureLine(c, [], pen))]
}

function captureLine(c: CaptureInfo, summary: readonly string[], pen: Pen): string[] {
  const { theme } = pen
  const time =
    c.first_time !== null && c.last_time !== null
      ? ` in ${durationText(secondsBetween(c.first_time, c.last_time))}`
      : ""
  const facts = pen.text(`${c.format}, ${plural(c.frames, "frame")}${time}, ${sizeText(c.bytes)}`)
  const path = truncateStart(pen.text(c.path), Math.max(20, pen.width - displayWidth(facts) - 2), pen.glyphs.cut)
  const head = `${theme.strong(path)}  ${facts}`
  const tail = summary.join(pen.text(" · "))
  const lines =
    displayWidth(head) + 3 + displayWidth(tail) <= pen.width && tail !== ""
      ? [`${head}   ${tail}`]
      : [head, ...(tail ? [`  ${tail}`] : [])]
  return c.complete ? lines : [...lines, theme.bad(`  ${pen.glyphs.bad} could not be read to its end`)]
}

function secretLines(secrets: readonly SecretUse[], pen: Pen): string[] {
  if (secrets.length === 0) return []
  const { theme } = pen
  const used = secrets.filter(s => s.used_by.length > 0)
  const name = (s: SecretUse) => `${s.kind}[${s.index}]`
  const uses = used.slice(0, 4).map(s => `${name(s)} opens ${listed(s.used_by, 4)}`)
  if (used.length > 4) uses.push(`and ${countText(used.length - 4)} more`)
  const place = (s: SecretUse) => (s.line === null ? s.file : `${s.file}:${s.line}`)
  const unused = secrets.filter(s => s.used_by.length === 0).map(s => `${name(s)} (${place(s)})`)
  const all = used.length === secrets.length
  const summary = `${countText(used.length)} of ${countText(secrets.length)} used${uses.length > 0 ? `: ${uses.join("; ")}` : ""}`
  const margin = " ".repeat(NAME)
  if (all) return [theme.dim(truncate(pad("secrets", NAME) + pen.text(summary), pen.width, pen.glyphs.cut))]
  const lines = wrap(pen.text(summary), pen.width - NAME).map(
    (l, i) => (i === 0 ? theme.dim(pad("secrets", NAME)) : margin) + l,
  )
  if (unused.length > 0)
    lines.push(
      ...wrap(pen.text(`fits nothing here: ${listed(unused, 8)}`), pen.width - NAME).map(l => margin + theme.warn(l)),
    )
  return lines
}

const listed = (items: readonly string[], most: number): string =>
  items.length > most
    ? `${items.slice(0, most).join(", ")} and ${countText(items.length - most)} more`
    : items.join(", ")

function* generalFindings(
  report: Report,
  findings: Report["diagnostics"],
  pen: Pen,
  verbose: boolean,
): Generator<string> {
  if (findings.length === 0) return
  const title = report.ike_sas.length > 0 ? "Other findings" : "Findings"
  yield [pen.theme.strong(title), ...findingsLines(findings, pen, verbose)].join("\n")
}

/** Narrower than this, what is to be said of a row stands below it. */
const WIDE_TABLE = 116

function dataTable(sas: readonly EspSaReport[], zero: string | undefined, pen: Pen, verbose: boolean): string {
  const shown = verbose ? sas : sas.slice(0, MAX_ESP)
  const wide = pen.width >= WIDE_TABLE
  const rows = shown.flatMap(e => {
    const path = pen.text(`${e.source} → ${e.destination}`)
    const row = [e.protocol, e.spi, path, countText(e.packets), sizeText(e.bytes), pen.text(spanText(e, zero))]
    const notes = dataNotes(e, pen)
    return wide ? [[...row, notes.join(", ")]] : [row, ...notes.map(note => ["", "", note])]
  })
  const columns = [
    { title: "" },
    { title: "SPI" },
    { title: "path", shrink: true },
    { title: "packets", align: "right" as const },
    { title: "volume", align: "right" as const },
    { title: "time, s" },
    ...(wide ? [{ title: "", shrink: true }] : []),
  ]
  const table = renderTable(columns, rows, { theme: pen.theme, width: pen.width, indent: 2, mark: pen.glyphs.cut })
  const more = sas.length > shown.length ? `\n  and ${plural(sas.length - shown.length, "more SA")}` : ""
  return `${pen.theme.strong("ESP and AH without an IKE SA in the capture")}\n${table}${more}`
}

const spanText = (e: EspSaReport, zero: string | undefined): string =>
  [e.first_time, e.last_time].map(t => clockText(secondsBetween(zero ?? e.first_time, t))).join("–")

function dataNotes(e: EspSaReport, pen: Pen): string[] {
  const { missing, duplicate, out_of_order } = e.sequence
  const { theme } = pen
  return [
    e.icv_failed > 0 ? theme.bad(`ICV failed ${countText(e.icv_failed)}`) : "",
    e.icv_ok > 0 ? theme.ok(`ICV ${countText(e.icv_ok)}/${countText(e.packets)}`) : "",
    missing > 0 ? theme.warn(`${countText(missing)} missing`) : "",
    duplicate > 0 ? theme.warn(`${countText(duplicate)} duplicate`) : "",
    out_of_order > 0 ? `${countText(out_of_order)} out of order` : "",
  ].filter(Boolean)
}
