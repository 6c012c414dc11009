/** The verdict at the head of a card: what became of the SA, why, and what to do. */

import type { IkeSaReport } from "../report/types.ts"
import type { Verdict } from "../report/verdict/types.ts"
import { ikeName } from "../report/version.ts"
import { headlineText, outcomeMark, outcomeStyle, whereText } from "./outcome.ts"
import type { Pen } from "./pen.ts"
import { displayWidth, pad, wrap } from "./text.ts"

const INDENT = 2
const NAME = 9

/** `✖ ike/0  10.1.0.1 → 10.1.0.2  IKEv2  FAILED: authentication refused (frame 4)`, then why and what to do. */
export function verdictLines(sa: IkeSaReport, index: number, pen: Pen): string[] {
  const { verdict } = sa
  const { theme } = pen
  const peers = theme.sa(index)(pen.text(`${sa.initiator.address} → ${sa.responder.address}`))
  const version = ikeName(sa)
  const start = `${outcomeMark(verdict.outcome, pen)} ${theme.strong(pen.text(sa.id))}`
  const whole = `${start}  ${peers}  ${version}`
  // Long addresses have a line of their own below.
  const head = displayWidth(whole) <= pen.width ? whole : `${start}  ${version}`
  const said = theme.strong(outcomeStyle(verdict.outcome, pen)(pen.text(headlineText(verdict) + whereText(verdict))))
  // What rests on keys is not marked twice: the line below says how sure the reason is.
  const sure =
    verdict.why === "" ? "" : verdict.outcome === "up" || verdict.outcome === "closed" ? verdict.certainty : ""
  const line = [head, said, ...(sure ? [theme.dim(sure)] : [])].join("  ")
  const title =
    displayWidth(line) <= pen.width ? [line] : [head, `  ${[said, ...(sure ? [theme.dim(sure)] : [])].join("  ")}`]
  return [...title, ...reasonLines(verdict, pen)]
}

/** Nothing to explain where all went well, unless it is an inference that has a measure. */
function reasonLines(verdict: Verdict, pen: Pen): string[] {
  const { outcome, certainty, why, remedy, cause } = verdict
  const fine = outcome === "up" || outcome === "closed"
  const lines: string[] = []
  const does = remedy !== null && remedy !== ""
  const sure = fine ? [] : [certainty, ...(does || cause === null ? [] : [cause])]
  if (why !== "" && (!fine || certainty === "inferred")) lines.push(...labelled("why", why, sure, pen))
  if (does) lines.push(...labelled("do", remedy, cause === null ? [] : [cause], pen))
  return lines
}

/** `  why     a text, wrapped …            inferred`: the note stands at the right end of the last line, or on one of its own. */
function labelled(name: string, text: string, notes: readonly string[], pen: Pen): string[] {
  const room = pen.width - INDENT - NAME
  const tail = pen.text(notes.join("  "))
  const lines = wrap(pen.text(text), room)
  const last = lines[lines.length - 1]
  if (tail !== "") {
    const gap = room - displayWidth(last) - displayWidth(tail)
    if (gap >= 2) lines[lines.length - 1] = last + " ".repeat(Math.min(gap, 4)) + pen.theme.dim(tail)
    else lines.push(pen.theme.dim(tail))
  }
  const margin = " ".repeat(INDENT + NAME)
  return lines.map((l, i) => (i === 0 ? `${" ".repeat(INDENT)}${pen.theme.dim(pad(name, NAME))}` : margin) + l)
}
