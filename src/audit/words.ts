/** Pieces of sentences that several rules use. */
import { listText } from "../bytes/words.ts"
import type { Verdict } from "./judge.ts"

export { plural } from "../bytes/words.ts"

/** `a, b and c`, `a, b and 7 more`, or with `or`. */
export const series = (items: readonly (string | number)[], named = 6, last: "and" | "or" = "and"): string =>
  listText(items, named, last)

/** `RFC 8221 §5 says SHOULD NOT`, `CNSA 2.0 Table III does not list ${it}`; `it` is what is spoken of. */
export function verdictText(verdict: Verdict, it = "it"): string {
  const { document, section, level, note, listed } = verdict
  const place = [document, section].filter(Boolean).join(" ")
  const behind = note === null ? "" : ` (${note})`
  if (!listed) return `${place} does not list ${it}${level === "MUST NOT" ? " (others MUST NOT be used)" : ""}${behind}`
  switch (level) {
    case "not approved":
      return `${place} does not approve ${it}${behind}`
    case "not recommended":
      return `${place} recommends others${it === "it" ? "" : ` than ${it}`}${behind}`
    case "transitional":
      return `${place} lets ${it} stay${behind}`
    case "deprecated":
      return `${place} deprecates ${it}${behind}`
    case "MUST-":
      return `${place} still requires ${it} and means to demote it (MUST-)${behind}`
    case "approved":
      return `${place} approves ${it}${behind}`
    default:
      return `${place} says ${level}${it === "it" ? "" : ` of ${it}`}${behind}`
  }
}

/** `8 h`, `90 min`, `45 s`. */
export function spanText(seconds: number): string {
  if (seconds >= 7200) return `${round(seconds / 3600)} h`
  if (seconds >= 120) return `${round(seconds / 60)} min`
  return `${round(seconds)} s`
}

const round = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(1))
