/** The audit for people: findings by tunnel, the worst tunnel first; then how each tunnel stands, and the sum. */

import { type AuditSeverity, SEVERITIES, severityRank } from "../../audit/severity.ts"
import type { AuditFinding, AuditResult, TunnelPosture } from "../../audit/types.ts"
import { grouped } from "../../bytes/grouped.ts"
import { countText, plural } from "../../bytes/words.ts"
import { type Pen, type PenOptions, penFor } from "../pen.ts"
import { pad, wrap, wrapItems } from "../text.ts"
import { framesText } from "../units.ts"
import { coverageLines } from "./coverage.ts"
import { fleetCoverage, fleetLines, fleetPosture } from "./fleet.ts"
import { doubtLine, severityStyle } from "./style.ts"
import { lifetimeText, proofsText, quantumText, secrecyText, sourceText, unseenText } from "./words.ts"

const LABEL = 8
const MARGIN = 2
/** Objects named with a finding. */
const NAMED = 8

/** More tunnels of which different things are said than this are listed by rule. */
const FLEET = 6

export interface AuditTextOptions extends PenOptions {
  /** Each tunnel, however many there are. */
  readonly all?: boolean
}

/** The audit as pieces of text. Tunnels of which the same is to be said share a section; many are listed by rule. */
export function* auditText(result: AuditResult, options: AuditTextOptions = {}): Generator<string> {
  const { profiles, findings, left_out, tunnels } = result
  const pen = penFor(options)
  yield `${pen.theme.dim(pen.text(`held against ${profiles.map(p => `${p.document} (${p.edition})`).join(", ")}`))}\n`
  const byTunnel = grouped(findings, f => f.tunnel)
  const of = (t: TunnelPosture): readonly AuditFinding[] => byTunnel.get(t.id) ?? []
  const worstFirst = [...tunnels].sort((a, b) => rankOf(a.worst) - rankOf(b.worst))
  const sections = [...grouped(worstFirst, t => said(of(t))).values()]
  const fleet = !options.all && sections.length > FLEET
  if (fleet) yield `\n${pen.theme.strong("findings")}\n${fleetLines(result, pen).join("\n")}\n`
  else {
    for (const alike of sections)
      if (of(alike[0]).length > 0) yield section(headText(alike), joined(alike.map(of)), pen)
    const loose = byTunnel.get(null)
    if (loose) yield section("packets of no IKE SA in the capture", loose, pen)
  }
  const covered = fleet
    ? [...fleetCoverage(result, pen), ...doubtLine(result.coverage, pen)]
    : coverageLines(result, pen)
  if (result.coverage.some(c => c.controls.some(k => k.tunnels.length > 0))) yield `\n${covered.join("\n")}\n`
  if (tunnels.length > 0)
    yield `\n${(fleet ? [pen.theme.strong("posture"), ...fleetPosture(tunnels, pen)] : postureLines(tunnels, pen)).join("\n")}\n`
  yield `\n${sumText(result, left_out, pen)}\n`
}

const rankOf = (s: AuditSeverity | null): number => (s === null ? SEVERITIES.length : severityRank(s))

/** What tunnels have to have in common to share a section. */
const said = (findings: readonly AuditFinding[]): string =>
  findings.map(f => `${f.severity} ${f.rule} ${f.message}`).join("\n")

/** The findings of tunnels of which the same is said, each with the evidence of all. */
function joined(lists: readonly (readonly AuditFinding[])[]): AuditFinding[] {
  if (lists.length === 1) return [...lists[0]]
  return lists[0].map((first, i) => ({
    ...first,
    frames: lists.flatMap(l => l[i].frames).sort((a, b) => a - b),
    objects: lists.flatMap(l => l[i].objects),
  }))
}

function headText(alike: readonly TunnelPosture[]): string {
  const { id, initiator, responder, version } = alike[0]
  const ends = `${initiator} ⇄ ${responder}`
  if (alike.length === 1) return `${id}  ${ends}  IKEv${version[0]}`
  const more = alike.length > NAMED ? ` and ${alike.length - NAMED} more` : ""
  const names = alike.slice(0, NAMED).map(t => t.id)
  const same = alike.every(t => t.initiator === initiator && t.responder === responder)
  return `${names.join(", ")}${more}  ${same ? ends : plural(alike.length, "tunnel")}`
}

function section(head: string, findings: readonly AuditFinding[], pen: Pen): string {
  return `\n${pen.theme.strong(pen.text(head))}\n${findings.flatMap(f => findingLines(f, pen)).join("\n")}\n`
}

function findingLines({ rule, severity, message, advice, frames, objects, sources }: AuditFinding, pen: Pen): string[] {
  const { theme } = pen
  const indent = " ".repeat(MARGIN)
  const room = pen.width - MARGIN - LABEL - 2
  const style = severityStyle(severity, theme)
  const said = wrap(pen.text(message), room).map((line, i) =>
    i === 0 ? `${indent}${style(pad(severity, LABEL))}  ${line}` : `${indent}${" ".repeat(LABEL)}  ${line}`,
  )
  const more = objects.length > NAMED ? [`and ${objects.length - NAMED} more`] : []
  const named = [...objects.slice(0, NAMED), ...more].join(", ")
  const evidence = [framesText(frames), named].filter(Boolean).join(" · ")
  return [
    ...said,
    ...labelled("do", wrap(pen.text(advice), room)),
    ...labelled("seen", wrap(pen.text(evidence), room)),
    ...labelled("rule", wrapItems([rule, ...sources.map(sourceText)].map(pen.text), ", ", room)),
  ]

  function labelled(label: string, lines: readonly string[]): string[] {
    return lines.map(
      (line, i) => `${indent}${theme.dim(pad(i === 0 ? label : "", LABEL, "right"))}  ${theme.dim(line)}`,
    )
  }
}

function postureLines(tunnels: readonly TunnelPosture[], pen: Pen): string[] {
  const rows = [...grouped(tunnels, t => postureItems(t).join("\n")).values()].map(alike => ({
    name: alike.length === 1 ? alike[0].id : `${alike[0].id} +${alike.length - 1}`,
    items: postureItems(alike[0]),
  }))
  const width = Math.max(...rows.map(r => r.name.length)) + 2
  const indent = " ".repeat(MARGIN + width)
  return [
    pen.theme.strong("posture"),
    ...rows.flatMap(({ name, items }) =>
      wrapItems(items.map(pen.text), pen.text(" · "), pen.width - MARGIN - width).map((line, i) =>
        i === 0 ? `${" ".repeat(MARGIN)}${pad(name, width)}${line}` : `${indent}${line}`,
      ),
    ),
  ]
}

function postureItems(t: TunnelPosture): string[] {
  return [
    `IKEv${t.version[0]} ${t.state}`,
    t.suite.join(" "),
    proofsText(t),
    ...t.child_suites,
    secrecyText(t),
    t.child_key_exchange.length > 0 ? `Child SAs ${t.child_key_exchange.join(", ")} (${t.child_group})` : "",
    lifetimeText("IKE SA", t.ike_lifetime),
    lifetimeText("Child SA", t.child_lifetime),
    t.esn === "all" ? "ESN" : t.esn === "some" ? "ESN in part" : "",
    t.replay.duplicate > 0 ? `${plural(t.replay.duplicate, "repeated number")}` : "",
    quantumText(t),
    [...new Set([...t.vendors.initiator, ...t.vendors.responder])].slice(0, 3).join(", "),
  ].filter(Boolean)
}

/** The number of findings; none is no praise where something was not seen. */
function sumText({ findings, coverage }: AuditResult, leftOut: number, pen: Pen): string {
  const unseen = pen.text(unseenText(coverage))
  if (findings.length === 0) {
    const clean = coverage.some(c => c.controls.some(k => k.counts.pass > 0))
    const text = clean ? "no findings" : "nothing was examined"
    return [unseen === "" && clean ? pen.theme.ok(text) : text, ...(unseen === "" ? [] : wrap(unseen, pen.width))].join(
      "\n",
    )
  }
  const counts = SEVERITIES.flatMap(s => {
    const n = findings.filter(f => f.severity === s).length
    return n > 0 ? [`${n} ${s}`] : []
  })
  const more = leftOut > 0 ? `; ${countText(leftOut)} more are left out` : ""
  const text = `${plural(findings.length, "finding")}: ${counts.join(", ")}${more}`
  const urgent = findings.some(f => severityRank(f.severity) <= 1)
  return [urgent ? pen.theme.bad(text) : text, ...(unseen === "" ? [] : wrap(unseen, pen.width))].join("\n")
}
