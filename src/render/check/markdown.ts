/** The outcome of rules as Markdown: a table of rules, and for each that failed what was expected, what was seen, and the ladder. */
import { plural } from "../../bytes/words.ts"
import type { Failure, Outcome, RuleOutcome } from "../../check/outcome.ts"
import type { Report } from "../../report/types.ts"
import { buildLadder, dataSasOf } from "../ladder.ts"
import { ladderMermaid } from "../ladder-mermaid.ts"
import { mdCode, mdTable, mdText } from "../markdown.ts"
import { seenText } from "./text.ts"

export interface CheckMarkdownOptions {
  readonly ladder?: boolean
  readonly sizes?: ReadonlyMap<number, number>
}

/** Failures of one rule that are written out, and ladders of all. */
const SHOWN = 5
const MAX_LADDERS = 5

export function* checkMarkdown(
  outcome: Outcome,
  report: Report,
  options: CheckMarkdownOptions = {},
): Generator<string> {
  const { rules, failed, warned } = outcome
  yield `## Rules held against ${report.captures.map(c => mdCode(c.path)).join(", ")}\n\n`
  const bad = [
    ...(failed > 0 ? [`${plural(failed, "rule")} failed`] : []),
    ...(warned > 0 ? [plural(warned, "warning")] : []),
  ]
  yield `**${bad.length > 0 ? bad.join(", ") : "All rules hold"}** of ${plural(rules.length, "rule")}.\n\n`
  yield mdTable(["", "rule", "where", "seen"], rules.map(row))
  yield "\n"
  for (const r of rules) if (!r.passed) yield failureText(r)
  if (options.ladder !== false) yield* ladders(rules, report, options)
}

const mark = (r: RuleOutcome): string => (r.passed ? "✅" : r.rule.severity === "warning" ? "⚠️" : "❌")

function row(r: RuleOutcome): string[] {
  const [first] = r.failures
  const where = first ? placeText(first) : plural(r.selected, "object")
  return [mark(r), mdText(r.rule.name), mdText(where), first ? seenIn(first) : ""]
}

const seenIn = (f: Failure): string =>
  f.reason === null ? f.seen.map(s => mdCode(seenText(s))).join(" ") : mdText(f.reason)

const placeText = ({ subject, frame }: Failure): string =>
  [subject?.label ?? "", frame === null || subject?.label.endsWith(`frame ${frame}`) ? "" : `frame ${frame}`]
    .filter(Boolean)
    .join(", ")

function failureText(r: RuleOutcome): string {
  const lines = r.failures.slice(0, SHOWN).map(f => {
    const note = f.note ? ` (${mdText(f.note)})` : ""
    const place = placeText(f)
    return `- ${place === "" ? "" : `${mdText(place)}: `}expected ${mdCode(f.expected)}, seen ${seenIn(f)}${note}\n`
  })
  const more = r.failures.length - SHOWN + r.moreFailures
  const rest = more > 0 ? `- and ${plural(more, "more failure")}\n` : ""
  const why = [r.rule.description, r.rule.reference].flatMap(t => (t ? [`\n${mdText(t)}\n`] : []))
  return `### ${mark(r)} ${mdText(r.rule.name)}\n\n${lines.join("")}${rest}${why.join("")}\n`
}

/** The ladder of each IKE SA in which a rule failed. */
function* ladders(rules: readonly RuleOutcome[], report: Report, { sizes }: CheckMarkdownOptions): Generator<string> {
  const ids = new Set(rules.flatMap(r => r.failures.slice(0, SHOWN)).map(f => f.subject?.ikeSa ?? null))
  const data = dataSasOf(report.esp_sas)
  const sas = report.ike_sas.filter(sa => ids.has(sa.id)).slice(0, MAX_LADDERS)
  for (const sa of sas)
    yield `\`\`\`mermaid\n${ladderMermaid(buildLadder(sa, { data: data.get(sa.id), sizes }))}\`\`\`\n\n`
}
