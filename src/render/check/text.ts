/** The outcome of rules for people: one line a rule, and for a failure what was expected, what was seen, and the ladder around it. */
import { plural } from "../../bytes/words.ts"
import type { Failure, Outcome, RuleOutcome } from "../../check/outcome.ts"
import type { SeenValue } from "../../check/seen.ts"
import type { Subject } from "../../check/subjects.ts"
import type { IkeSaReport, Report } from "../../report/types.ts"
import { buildLadder, dataSasOf } from "../ladder.ts"
import type { Ladder, LadderRow } from "../ladder-rows.ts"
import { ladderLines } from "../ladder-text.ts"
import { type Pen, type PenOptions, penFor } from "../pen.ts"
import { displayWidth, pad, truncate, wrap } from "../text.ts"

export interface CheckTextOptions extends PenOptions {
  /** Draws the ladder around the first failure of each rule. Default: true. */
  readonly ladder?: boolean
  /** Bytes of each IKE message by frame, as `LadderOptions` wants them. */
  readonly sizes?: ReadonlyMap<number, number>
}

/** Failures of one rule that are written out; the rest are counted. */
const SHOWN = 5
/** Rows of a ladder before and after the row of the failure. */
const BEFORE = 2
const AFTER = 2
const LABEL = 10

/** The outcome as pieces of text, one a rule, then the sum. */
export function* checkText(outcome: Outcome, report: Report, options: CheckTextOptions = {}): Generator<string> {
  const pen = penFor(options)
  const nameWidth = Math.min(
    Math.max(...outcome.rules.map(r => displayWidth(pen.text(r.rule.name))), 20) + 2,
    Math.floor(pen.width * 0.6),
  )
  for (const rule of outcome.rules) yield `${ruleLines(rule, report, pen, nameWidth, options).join("\n")}\n`
  yield `${sumLine(outcome, pen)}\n`
}

function ruleLines(
  result: RuleOutcome,
  report: Report,
  pen: Pen,
  nameWidth: number,
  options: CheckTextOptions,
): string[] {
  const lines: string[] = []
  if (result.passed) return [headLine(result, subjectsText(result), pen, nameWidth)]
  const [first] = result.failures
  lines.push(headLine(result, placeText(first), pen, nameWidth))
  for (const [i, failure] of result.failures.slice(0, SHOWN).entries()) {
    if (i > 0) lines.push(`    ${pen.theme.dim(pen.text(placeText(failure)))}`)
    lines.push(...failureLines(failure, i > 0 && failure.expected === first.expected, pen))
    if (i === 0 && options.ladder !== false) lines.push(...ladderAround(failure, report, pen, options))
  }
  const more = result.failures.length - SHOWN + result.moreFailures
  if (more > 0) lines.push(`    ${pen.theme.dim(pen.text(`and ${plural(more, "more failure")}`))}`)
  if (result.rule.description) lines.push(...labelled("why", result.rule.description, pen))
  if (result.rule.reference) lines.push(...labelled("source", result.rule.reference, pen))
  return lines
}

function headLine(result: RuleOutcome, rest: string, pen: Pen, nameWidth: number): string {
  const { glyphs, theme } = pen
  const warning = result.rule.severity === "warning"
  const mark = result.passed ? theme.ok(glyphs.ok) : warning ? theme.warn(glyphs.warn) : theme.bad(glyphs.bad)
  const name = pad(truncate(pen.text(result.rule.name), nameWidth - 1, glyphs.cut), nameWidth)
  return `${mark} ${result.passed ? name : theme.strong(name)}${theme.dim(pen.text(rest))}`.trimEnd()
}

/** What a passed rule looked at: the names of a few objects, else their number. */
function subjectsText({ rule, selected, subjects }: RuleOutcome): string {
  if (selected === 0) return rule.kind ? `no ${rule.kind}` : ""
  if (selected <= 3 && rule.kind !== "message" && rule.kind !== "check") return subjects.map(s => s.label).join(", ")
  return `${selected} of ${rule.kind}`
}

const placeText = ({ subject, frame }: Failure): string =>
  [shortLabel(subject), frame === null ? "" : `frame ${frame}`].filter(t => t !== "").join("     ")

/** A message's label has its frame, which stands beside it. */
const shortLabel = (subject: Subject | null): string =>
  subject === null ? "" : subject.kind === "message" ? (subject.ikeSa ?? "") : subject.label

function failureLines(failure: Failure, repeats: boolean, pen: Pen): string[] {
  const lines = repeats ? [] : labelled("expected", failure.expected, pen)
  const seen = seenLines(failure)
  return [...lines, ...seen.flatMap((text, i) => labelled(i === 0 ? "seen" : "", text, pen))]
}

/** The reason first; the note stands behind the first value. */
function seenLines({ reason, seen, note }: Failure): string[] {
  const [first, ...rest] = [...(reason ? [reason] : []), ...seen.map(seenText)]
  if (note === null) return first === undefined ? [] : [first, ...rest]
  return first === undefined ? [note] : [`${first}      (${note})`, ...rest]
}

/** `suite.ke[0] = "MODP-2048"`. */
export const seenText = ({ path, value }: SeenValue): string => `${path} = ${JSON.stringify(value)}`

function labelled(label: string, text: string, pen: Pen): string[] {
  const room = pen.width - 4 - LABEL
  return wrap(pen.text(text.replace(/[\r\n\t ]+/g, " ").trim()), room).map(
    (line, i) => `    ${pen.theme.dim(pad(i === 0 ? label : "", LABEL))}${line}`,
  )
}

function ladderAround(failure: Failure, report: Report, pen: Pen, options: CheckTextOptions): string[] {
  const index = report.ike_sas.findIndex(sa => sa.id === failure.subject?.ikeSa)
  const sa = report.ike_sas[index]
  if (!sa || failure.frame === null) return []
  const ladder = windowOf(ladderOf(sa, report, options), failure.frame)
  if (ladder.rows.length === 0) return []
  return ladderLines(ladder, pen, { indent: 4, colour: index })
}

const ladderOf = (sa: IkeSaReport, report: Report, options: CheckTextOptions): Ladder =>
  buildLadder(sa, {
    zero: report.captures[0]?.first_time ?? sa.first_time,
    data: dataSasOf(report.esp_sas).get(sa.id),
    sizes: options.sizes,
  })

/** The rows next to a frame. */
function windowOf(ladder: Ladder, frame: number): Ladder {
  const at = ladder.rows.findIndex(row => holdsFrame(row, frame))
  if (at === -1) return { ...ladder, rows: [] }
  return { ...ladder, rows: ladder.rows.slice(Math.max(0, at - BEFORE), at + AFTER + 1) }
}

const holdsFrame = ({ frames }: LadderRow, frame: number): boolean =>
  frames.length > 0 && frames[0] <= frame && frame <= frames[frames.length - 1]

function sumLine({ rules, failed, warned }: Outcome, pen: Pen): string {
  const { theme } = pen
  const warnings = warned > 0 ? `, ${plural(warned, "warning")}` : ""
  if (failed === 0) return theme.ok(pen.text(`${plural(rules.length, "rule")} passed`)) + theme.warn(warnings)
  return theme.bad(pen.text(`${failed} of ${plural(rules.length, "rule")} failed`)) + theme.warn(warnings)
}
