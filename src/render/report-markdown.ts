/** The report as Markdown, for a CI job's summary or a ticket: what became of each SA, and the ladders of those that went wrong. */

import { countText, plural } from "../bytes/words.ts"
import type { IkeSaReport, Report } from "../report/types.ts"
import { isBad, type Outcome } from "../report/verdict/types.ts"
import { buildLadder, dataSasOf } from "./ladder.ts"
import { ladderMermaid } from "./ladder-mermaid.ts"
import { mdCode, mdTable, mdText } from "./markdown.ts"
import { countsText } from "./outcome.ts"
import { worstFirst } from "./overview.ts"
import { framesText } from "./units.ts"
import { xmlText } from "./xml.ts"

export interface ReportMarkdownOptions {
  /** Bytes of each IKE message by frame (see `LadderOptions`). */
  readonly sizes?: ReadonlyMap<number, number>
}

/** SAs in a table, ladders and findings: a summary has room for so many. */
const MAX_ROWS = 100
const MAX_LADDERS = 5
const MAX_FINDINGS = 50

const MARK: Readonly<Record<Outcome, string>> = {
  failed: "❌",
  "no-answer": "❌",
  "no-tunnel": "⚠️",
  lost: "⚠️",
  degraded: "⚠️",
  partial: "➖",
  up: "✅",
  closed: "✅",
}

export function* reportMarkdown(report: Report, options: ReportMarkdownOptions = {}): Generator<string> {
  const { ike_sas, captures, verdict } = report
  yield `## ${captures.map(c => mdCode(c.path)).join(", ")}\n\n`
  yield `${sumText(report)}\n\n`
  if (ike_sas.length > 0) {
    const sas = worstFirst(ike_sas)
    yield mdTable(["", "SA", "peers", "identities", "suite", "what became of it"], sas.slice(0, MAX_ROWS).map(row))
    yield sas.length > MAX_ROWS ? `\nand ${countText(sas.length - MAX_ROWS)} more\n\n` : "\n"
    yield* ladders(sas, report, options)
  }
  if (report.esp_sas.length > 0) yield dataTable(report)
  if (report.diagnostics.length > 0 && verdict) yield findings(report)
}

function sumText({ verdict, counts, ike_sas }: Report): string {
  if (ike_sas.length === 0) return `No IKE SA in ${plural(counts.frames, "frame")}.`
  return `**${plural(ike_sas.length, "IKE SA")}**: ${countsText(verdict.counts).join(" · ")}. ${plural(counts.esp + counts.ah, "ESP and AH packet")}.`
}

function row(sa: IkeSaReport): string[] {
  const { outcome, headline, why, remedy, certainty, frames } = sa.verdict
  const suite = [sa.suite.encr, sa.suite.integ ?? sa.suite.hash, ...sa.suite.ke].filter(n => n !== null).join(" ")
  const story = [
    `**${mdText(headline || outcome)}**`,
    why === "" ? "" : mdText(`${why}${certainty === "inferred" ? " (inferred)" : ""}`),
    frames.length > 0 ? mdText(framesText(frames, 3)) : "",
    remedy ? `*${mdText(remedy)}*` : "",
  ]
  return [
    MARK[outcome],
    mdCode(sa.id),
    mdText(`${sa.initiator.address} → ${sa.responder.address}`),
    mdText(`${sa.ids.initiator?.value ?? "?"} → ${sa.ids.responder?.value ?? "?"}`),
    mdText(suite),
    story.filter(Boolean).join("<br>"),
  ]
}

/** Of those that went wrong; of a single SA in any case. */
function* ladders(sas: readonly IkeSaReport[], report: Report, { sizes }: ReportMarkdownOptions): Generator<string> {
  const shown = sas.length === 1 ? sas : sas.filter(sa => isBad(sa.verdict.outcome)).slice(0, MAX_LADDERS)
  const data = dataSasOf(report.esp_sas)
  for (const sa of shown) {
    const ladder = buildLadder(sa, { data: data.get(sa.id), sizes })
    const title = `<code>${xmlText(sa.id)}</code> ${xmlText(sa.verdict.headline || sa.verdict.outcome)}`
    yield `<details${shown.length === 1 ? " open" : ""}><summary>${title}</summary>\n\n\`\`\`mermaid\n${ladderMermaid(ladder)}\`\`\`\n\n</details>\n\n`
  }
}

function dataTable({ esp_sas }: Report): string {
  const rows = esp_sas
    .slice(0, MAX_ROWS)
    .map(d => [
      mdCode(d.id),
      mdText(`${d.protocol} ${d.spi}`),
      mdText(`${d.source} → ${d.destination}`),
      countText(d.packets),
      countText(d.sequence.missing),
      countText(d.sequence.duplicate),
      d.icv_ok + d.icv_failed === 0 ? "not checked" : `${countText(d.icv_ok)} hold, ${countText(d.icv_failed)} fail`,
    ])
  return `### Data SAs\n\n${mdTable(["SA", "SPI", "path", "packets", "missing", "repeated", "ICV"], rows)}\n`
}

function findings({ diagnostics }: Report): string {
  const rows = diagnostics
    .filter(d => d.severity !== "info")
    .slice(0, MAX_FINDINGS)
    .map(d => [
      d.severity,
      d.sa ? mdCode(d.sa) : "",
      d.frame === null ? "" : String(d.frame),
      mdText(d.message),
      mdCode(d.code),
    ])
  if (rows.length === 0) return ""
  return `### Findings\n\n${mdTable(["", "SA", "frame", "finding", "code"], rows)}\n`
}
