/** The audit of many tunnels on two pages: findings by rule, how the tunnels stand in numbers. `--all` has each tunnel. */

import { SEVERITIES, severityRank } from "../../audit/severity.ts"
import type { AuditFinding, AuditResult, ControlCoverage, TunnelPosture } from "../../audit/types.ts"
import { grouped } from "../../bytes/grouped.ts"
import { countText, plural } from "../../bytes/words.ts"
import type { Pen } from "../pen.ts"
import { pad, truncate, wrap } from "../text.ts"
import { framesText } from "../units.ts"
import { DOUBT, severityStyle, statusMark } from "./style.ts"
import { quantumText, secrecyText } from "./words.ts"

const MARGIN = 2
const LABEL = 8
/** Tunnels and frames named with a rule. */
const NAMED = 4

/** Every rule that found something: its commonest finding, and in which tunnels. What is more urgent gets more words. */
export function fleetLines({ findings }: AuditResult, pen: Pen): string[] {
  const byRule = [...grouped(findings, f => `${f.severity} ${f.rule}`).values()]
  const rank = (list: readonly AuditFinding[]) => severityRank(list[0].severity)
  return byRule.sort((a, b) => rank(a) - rank(b) || b.length - a.length).flatMap(list => ruleLines(list, pen))
}

function ruleLines(list: readonly AuditFinding[], pen: Pen): string[] {
  const byMessage = [...grouped(list, f => f.message).values()].sort((a, b) => b.length - a.length)
  const [{ rule, severity, message, advice }] = byMessage[0]
  const indent = " ".repeat(MARGIN + LABEL + 2)
  const room = pen.width - indent.length
  const more = byMessage.length > 1 ? ` (+${byMessage.length - 1} more)` : ""
  const said = wrap(pen.text(message), room)
  const most = severityRank(severity) <= 1 ? said.length : severity === "info" ? 1 : 2
  const shown = said.slice(0, most).map((l, i) => (i === most - 1 && said.length > most ? l + pen.glyphs.cut : l))
  const lines = [...shown.slice(0, -1), ...wrap(`${shown.at(-1) ?? ""}${more}`, room)]
  const style = severityStyle(severity, pen.theme)
  return [
    ...lines.map((line, i) =>
      i === 0 ? `${" ".repeat(MARGIN)}${style(pad(severity, LABEL))}  ${line}` : `${indent}${line}`,
    ),
    `${indent}${pen.theme.dim(truncate(pen.text(`${rule} · ${whereText(list)}`), room, pen.glyphs.cut))}`,
    ...(severityRank(severity) <= 1
      ? [`${indent}${pen.theme.dim(truncate(pen.text(`do: ${advice}`), room, pen.glyphs.cut))}`]
      : []),
  ]
}

function whereText(list: readonly AuditFinding[]): string {
  const tunnels = [...new Set(list.map(f => f.tunnel ?? "packets of no IKE SA"))]
  const named = tunnels.slice(0, NAMED).join(", ") + (tunnels.length > NAMED ? " …" : "")
  const frames = framesText(
    list.flatMap(f => f.frames.slice(0, 1)).sort((a, b) => a - b),
    NAMED,
  )
  return `${plural(tunnels.length, "tunnel")}: ${named} · ${frames}`
}

/** A line a control: how many tunnels fail, are not seen, have what the profile does not name, and pass, and what fails. */
export function fleetCoverage({ coverage, profiles }: AuditResult, pen: Pen): string[] {
  const width = Math.max(...coverage.flatMap(c => c.controls.map(k => k.title.length))) + 3
  return coverage.flatMap(({ profile, controls }) => {
    const known = profiles.find(p => p.id === profile)
    const head = `coverage of ${known?.document ?? profile} (${known?.edition ?? ""})`
    return [
      `${pen.theme.strong(pad(pen.text(head), MARGIN + 2 + width))}${pen.theme.dim("  fail  unseen  unnamed  pass")}`,
      ...controls.map(k => controlLine(k, width, pen)),
    ]
  })
}

function controlLine({ status, title, verified, counts, tunnels }: ControlCoverage, width: number, pen: Pen): string {
  const number = (n: number, wide: number) => pad(n === 0 ? "-" : countText(n), wide, "right")
  const cells = `${number(counts.fail, 6)}${number(counts.not_observable, 8)}${number(counts.not_named, 9)}${number(counts.pass, 6)}`
  const kinds = [
    ...grouped(
      tunnels.filter(t => t.status === "fail").flatMap(t => t.seen),
      s => s,
    ),
  ]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([name, all]) => `${name} ${all.length}`)
  const head = `${" ".repeat(MARGIN)}${statusMark(status, pen)} ${pad(`${title}${DOUBT[verified]}`, width)}${cells}`
  return truncate(kinds.length > 0 ? `${head}  ${pen.text(kinds.join(", "))}` : head, pen.width, pen.glyphs.cut)
}

/** `IKEv2 98 · IKEv1 32`: how many tunnels stand how. */
export function fleetPosture(tunnels: readonly TunnelPosture[], pen: Pen): string[] {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["version", tunnels.map(t => `IKEv${t.version[0]}`)],
    ["state", tunnels.map(t => t.state)],
    ["key exchange", tunnels.map(quantumWord)],
    ["initiator", tunnels.map(t => proofWord(t, "initiator"))],
    ["responder", tunnels.map(t => proofWord(t, "responder"))],
    ["Child SAs", tunnels.map(t => secrecyText(t) || "no later Child SA seen")],
    ["worst", tunnels.map(t => t.worst ?? "no finding")],
  ]
  const width = Math.max(...rows.map(([title]) => title.length)) + 2
  return rows.flatMap(([title, words]) => {
    const counts = [...grouped(words, w => w)].map(([word, all]) => ({ word, n: all.length }))
    const ordered =
      title === "worst"
        ? [...SEVERITIES, "no finding"].flatMap(s => counts.find(c => c.word === s) ?? [])
        : counts.sort((a, b) => b.n - a.n)
    const text = ordered.map(c => `${c.word} ${countText(c.n)}`).join(" · ")
    return wrap(pen.text(text), pen.width - MARGIN - width).map(
      (line, i) => `${" ".repeat(MARGIN)}${pad(i === 0 ? title : "", width)}${line}`,
    )
  })
}

const quantumWord = (t: TunnelPosture): string =>
  t.quantum === "hybrid" ? "post-quantum" : quantumText(t).split(":")[0]

function proofWord(t: TunnelPosture, side: "initiator" | "responder"): string {
  const proof = t.proofs.find(p => p.side === side)
  if (!proof) return "not seen"
  return [proof.method, proof.rsa_bits === null ? proof.curve : `RSA-${proof.rsa_bits}`].filter(Boolean).join(" ")
}
