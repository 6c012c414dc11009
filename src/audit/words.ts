/** Pieces of sentences that several rules use. */
import type { Verdict } from "./judge.ts"

export { plural } from "../bytes/words.ts"

/** `a`, `a and b`, `a, b and c`, `a, b and 7 more`. */
export function listText(items: readonly (string | number)[], named = 6, word = "and"): string {
  if (items.length <= 1) return items.join("")
  if (items.length > named) {
    const rest = items.length - named
    return `${items.slice(0, named).join(", ")} ${word} ${rest} ${word === "or" ? (rest === 1 ? "other" : "others") : "more"}`
  }
  return `${items.slice(0, -1).join(", ")} ${word} ${items[items.length - 1]}`
}

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
