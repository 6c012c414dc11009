/** The audit as Markdown, for a CI job's summary or a ticket: the sum, findings, coverage, posture. */

import { SEVERITIES } from "../../audit/severity.ts"
import type { AuditFinding, AuditResult, CoverageStatus, ProfileCoverage, TunnelPosture } from "../../audit/types.ts"
import { plural } from "../../bytes/words.ts"
import type { Report } from "../../report/types.ts"
import { mdCode, mdTable, mdText } from "../markdown.ts"
import { framesText } from "../units.ts"
import { controlText } from "./coverage.ts"
import { proofsText, quantumText, secrecyText, sourceText, unseenText } from "./words.ts"

/** Findings and tunnels in a table: a summary that nobody can scroll through helps nobody. */
const MAX_ROWS = 100
/** Objects named with a finding. */
const NAMED = 5

export function* auditMarkdown(result: AuditResult, report: Report): Generator<string> {
  const { findings, coverage, tunnels, profiles } = result
  yield `## Audit of ${report.captures.map(c => mdCode(c.path)).join(", ")}\n\n`
  yield `${sumText(findings, coverage)}. Held against ${profiles.map(p => `[${mdText(p.document)}](${p.url}) (${mdText(p.edition)})`).join(", ")}.\n\n`
  const unseen = unseenText(coverage)
  if (unseen !== "") yield `> ${mdText(unseen)}\n\n`
  if (findings.length > 0) {
    yield `### Findings\n\n${mdTable(["severity", "finding", "do", "where", "rule"], findings.slice(0, MAX_ROWS).map(findingRow))}`
    yield more(findings.length)
  }
  for (const c of coverage) if (c.controls.some(k => k.tunnels.length > 0)) yield coverageTable(c, result)
  if (tunnels.length > 0) {
    yield `### Posture\n\n${mdTable(["tunnel", "peers", "IKE", "authentication", "Child SAs", "post-quantum"], tunnels.slice(0, MAX_ROWS).map(tunnelRow))}`
    yield more(tunnels.length)
  }
}

const more = (n: number): string => (n > MAX_ROWS ? `\nand ${n - MAX_ROWS} more\n\n` : "\n")

function sumText(findings: readonly AuditFinding[], coverage: readonly ProfileCoverage[]): string {
  if (findings.length > 0) {
    const counts = SEVERITIES.flatMap(s => {
      const n = findings.filter(f => f.severity === s).length
      return n > 0 ? [`${n} ${s}`] : []
    })
    return `**${plural(findings.length, "finding")}**: ${counts.join(", ")}`
  }
  return coverage.some(c => c.controls.some(k => k.counts.pass > 0)) ? "**No findings**" : "**Nothing was examined**"
}

const findingRow = (f: AuditFinding): string[] => [
  `**${f.severity}**`,
  mdText(f.message),
  mdText(f.advice),
  mdText([f.objects.slice(0, NAMED).join(", "), framesText(f.frames, 4)].filter(Boolean).join(" · ")),
  `${mdCode(f.rule)} ${mdText(f.sources.map(sourceText).join(", "))}`,
]

const MARK: Readonly<Record<CoverageStatus, string>> = {
  pass: "✅ pass",
  fail: "❌ fail",
  "not observable": "❔ not observable",
  "not named": "➖ not named",
  "not applicable": "➖ not applicable",
}

function coverageTable({ profile, controls }: ProfileCoverage, { profiles }: AuditResult): string {
  const known = profiles.find(p => p.id === profile)
  const rows = controls.map(k => [
    MARK[k.status],
    mdText(k.title),
    String(k.counts.fail),
    String(k.counts.not_observable),
    String(k.counts.not_named),
    String(k.counts.pass),
    mdText(controlText(k)),
    k.verified,
  ])
  const titles = ["", "control", "fail", "not observable", "not named", "pass", "seen", "source"]
  return `### Coverage of ${mdText(known?.document ?? profile)} (${mdText(known?.edition ?? "")})\n\n${mdTable(titles, rows)}\n`
}

const tunnelRow = (t: TunnelPosture): string[] =>
  [
    t.id,
    `${t.initiator} ⇄ ${t.responder}`,
    `IKEv${t.version[0]} ${t.state} ${t.suite.join(" ")}`,
    proofsText(t),
    [...t.child_suites, secrecyText(t)].filter(Boolean).join(", "),
    quantumText(t),
  ].map(mdText)
