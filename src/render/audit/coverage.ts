/** The coverage tables for people: a line a control, with what passed, what failed, and what could not be seen. */

import type { AuditResult, ControlCoverage, CoverageOf, CoverageStatus, ProfileCoverage } from "../../audit/types.ts"
import { grouped } from "../../bytes/grouped.ts"
import { countText, plural } from "../../bytes/words.ts"
import type { Pen } from "../pen.ts"
import { pad, wrap } from "../text.ts"
import { framesText } from "../units.ts"
import { DOUBT, doubtLine, statusMark } from "./style.ts"

const MARGIN = 2
/** Tunnels named on a line. */
const NAMED = 3

/** Lines of all profiles. */
export function coverageLines({ coverage, profiles }: AuditResult, pen: Pen): string[] {
  const lines = coverage.flatMap(c => {
    const profile = profiles.find(p => p.id === c.profile)
    return [
      pen.theme.strong(pen.text(`coverage of ${profile?.document ?? c.profile} (${profile?.edition ?? ""})`)),
      ...tableLines(c, pen),
    ]
  })
  return [...lines, ...doubtLine(coverage, pen)]
}

/** Controls over what was seen have a line each; those of which the same is missing share one. */
function tableLines({ controls }: ProfileCoverage, pen: Pen): string[] {
  const judged = controls.filter(c => c.status !== "not observable" && c.status !== "not applicable")
  const others = grouped(
    controls.filter(c => !judged.includes(c)),
    controlText,
  )
  const width = Math.max(0, ...judged.map(c => titleOf(c).length)) + 2
  return [
    ...judged.flatMap(c => lineOf(c.status, `${pad(titleOf(c), width)}`, controlText(c), pen)),
    ...[...others].flatMap(([text, list]) =>
      lineOf(list[0].status, "", `${list.map(titleOf).join(", ")}: ${text}`, pen),
    ),
  ]
}

const titleOf = (c: ControlCoverage): string => `${c.title}${DOUBT[c.verified]}`

function lineOf(status: CoverageStatus, head: string, text: string, pen: Pen): string[] {
  const room = pen.width - MARGIN - 2 - head.length
  return wrap(pen.text(text), room).map((line, i) => {
    const front = i === 0 ? `${statusMark(status, pen)} ${head}` : " ".repeat(2 + head.length)
    return `${" ".repeat(MARGIN)}${front}${status === "fail" ? line : pen.theme.dim(line)}`
  })
}

/** `9 of 13 fail: AES-CBC-128 (ike/3, frame 2) …`, `not observable: IKE_AUTH is encrypted; secrets (--keys) would show it`. */
export function controlText({ status, counts, tunnels }: ControlCoverage): string {
  const judged = counts.pass + counts.fail + counts.not_observable + counts.not_named
  const many = judged > 1
  if (status === "not applicable") return "not applicable"
  const failing = tunnels.filter(t => t.status === "fail")
  const unseen = tunnels.filter(t => t.status === "not observable")
  const unnamed = tunnels.filter(t => t.status === "not named")
  const passing = tunnels.filter(t => t.status === "pass")
  const parts = [
    ...(counts.fail > 0
      ? [`${many ? `${countText(counts.fail)} of ${countText(judged)} fail` : "fails"}: ${examples(failing, many)}`]
      : []),
    ...(counts.not_observable > 0 ? [unseenText(unseen, counts.not_observable, many)] : []),
    ...(counts.not_named > 0
      ? [`${many ? `${countText(counts.not_named)} ` : ""}not named by this profile: ${examples(unnamed, many)}`]
      : []),
    ...(counts.pass > 0 ? [many ? `${countText(counts.pass)} pass` : `passes: ${examples(passing, false)}`] : []),
  ]
  return parts.join("; ")
}

function examples(of: readonly CoverageOf[], many: boolean): string {
  const shown = of.slice(0, many ? NAMED : 1).map(t => {
    const at = [many ? (t.tunnel ?? "other packets") : null, framesText(t.frames, 3)].filter(Boolean).join(", ")
    return `${t.seen.slice(0, NAMED).join(", ")}${at === "" ? "" : ` (${at})`}`
  })
  return shown.join("; ") + (of.length > shown.length && many ? " …" : "")
}

function unseenText(unseen: readonly CoverageOf[], count: number, many: boolean): string {
  const { why, shows } = unseen[0] ?? { why: "", shows: "" }
  const others = new Set(unseen.map(t => t.why)).size - 1
  const more = others > 0 ? `, and ${plural(others, "other reason")}` : ""
  return `${many ? `${countText(count)} ` : ""}not observable: ${why}${more}; ${shows} would show it`
}
