/** The outcome in the Test Anything Protocol, version 14. A failed warning is a `todo`, which does not fail the run. */
import { safeJson } from "../../bytes/safe-json.ts"
import { safeText } from "../../bytes/safe-text.ts"
import type { Outcome, RuleOutcome } from "../../check/outcome.ts"
import { failureLine, oneLine } from "./words.ts"

export function checkTap({ rules }: Outcome): string {
  return `${["TAP version 14", `1..${rules.length}`, ...rules.flatMap(ruleLines)].join("\n")}\n`
}

function ruleLines({ rule, passed, failures }: RuleOutcome, i: number): string[] {
  const todo = !passed && rule.severity === "warning" ? " # TODO warning" : ""
  const head = `${passed ? "ok" : "not ok"} ${i + 1} - ${escaped(safeText(oneLine(rule.name)))}${todo}`
  if (passed) return [head]
  const diagnostic = [
    "---",
    `message: ${safeJson(failureLine(failures[0]))}`,
    `severity: ${todo ? "todo" : "fail"}`,
    "at:",
    `  file: ${safeJson(rule.place.file)}`,
    `  line: ${rule.place.line}`,
    "failures:",
    ...failures.map(f => `  - ${safeJson(failureLine(f))}`),
    "...",
  ]
  return [head, ...diagnostic.map(line => `  ${line}`)]
}

/** TAP 14 escapes the hash sign and the backslash in descriptions. */
const escaped = (text: string): string => text.replace(/[\\#]/g, "\\$&")
