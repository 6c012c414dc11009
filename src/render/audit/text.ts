/** The audit for people: findings by tunnel, the worst tunnel first; then how each tunnel stands, and the sum. */
import { type AuditSeverity, SEVERITIES, severityRank } from "../../audit/severity.ts"
import type { AuditFinding, AuditResult, TunnelPosture } from "../../audit/types.ts"
import { type Pen, type PenOptions, penFor } from "../pen.ts"
import { pad, wrap, wrapItems } from "../text.ts"
import { framesText, plural } from "../units.ts"
import { quantumText, secrecyText, sourceText } from "./words.ts"

const LABEL = 8
const MARGIN = 2
/** Objects named with a finding. */
const NAMED = 8

/** The audit as pieces of text. */
export function* auditText({ profiles, findings, tunnels }: AuditResult, options: PenOptions = {}): Generator<string> {
  const pen = penFor(options)
  yield `${pen.theme.dim(pen.text(`held against ${profiles.map(p => p.document).join(", ")}`))}\n`
  const byTunnel = new Map<string | null, AuditFinding[]>()
  for (const f of findings) byTunnel.set(f.tunnel, [...(byTunnel.get(f.tunnel) ?? []), f])
  const worstFirst = [...tunnels].sort((a, b) => rankOf(a.worst) - rankOf(b.worst))
  for (const tunnel of worstFirst) {
    const own = byTunnel.get(tunnel.id)
    if (own) yield section(headText(tunnel), own, pen)
  }
  const loose = byTunnel.get(null)
  if (loose) yield section("packets of no IKE SA in the capture", loose, pen)
  if (tunnels.length > 0) yield `\n${postureLines(tunnels, pen).join("\n")}\n`
  yield `\n${sumText(findings, pen)}\n`
}

const rankOf = (s: AuditSeverity | null): number => (s === null ? SEVERITIES.length : severityRank(s))

const headText = ({ id, initiator, responder, version }: TunnelPosture): string =>
  `${id}  ${initiator} ⇄ ${responder}  IKEv${version[0]}`

function section(head: string, findings: readonly AuditFinding[], pen: Pen): string {
  return `\n${pen.theme.strong(pen.text(head))}\n${findings.flatMap(f => findingLines(f, pen)).join("\n")}\n`
}

function findingLines({ rule, severity, message, advice, frames, objects, sources }: AuditFinding, pen: Pen): string[] {
  const { theme } = pen
  const indent = " ".repeat(MARGIN)
  const room = pen.width - MARGIN - LABEL - 2
  const style =
    severity === "critical" || severity === "high" ? theme.bad : severity === "medium" ? theme.warn : theme.dim
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
  const width = Math.max(...tunnels.map(t => t.id.length)) + 2
  const indent = " ".repeat(MARGIN + width)
  return [
    pen.theme.strong("posture"),
    ...tunnels.flatMap(t =>
      wrapItems(postureItems(t).map(pen.text), pen.text(" · "), pen.width - MARGIN - width).map((line, i) =>
        i === 0 ? `${" ".repeat(MARGIN)}${pad(t.id, width)}${line}` : `${indent}${line}`,
      ),
    ),
  ]
}

function postureItems(t: TunnelPosture): string[] {
  return [
    `IKEv${t.version[0]} ${t.state}`,
    t.suite.join(" "),
    t.authentication.join(" / "),
    ...t.child_suites,
    secrecyText(t),
    quantumText(t),
  ].filter(Boolean)
}

function sumText(findings: readonly AuditFinding[], pen: Pen): string {
  if (findings.length === 0) return pen.theme.ok("no findings")
  const counts = SEVERITIES.flatMap(s => {
    const n = findings.filter(f => f.severity === s).length
    return n > 0 ? [`${n} ${s}`] : []
  })
  const text = `${plural(findings.length, "finding")}: ${counts.join(", ")}`
  return findings.some(f => severityRank(f.severity) <= 1) ? pen.theme.bad(text) : text
}
