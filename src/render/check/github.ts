/** The outcome as GitHub workflow commands: annotations on the lines of the rules file. */

import { safeText } from "../../bytes/safe-text.ts"
import { plural } from "../../bytes/words.ts"
import type { Outcome, RuleOutcome } from "../../check/outcome.ts"
import { failureBlock } from "./words.ts"

export function checkGithub({ rules, failed }: Outcome): string {
  const lines = rules.filter(r => !r.passed).flatMap(annotations)
  return [...lines, `${plural(rules.length, "rule")}, ${failed} failed`, ""].join("\n")
}

function annotations({ rule, failures }: RuleOutcome): string[] {
  const level = rule.severity === "warning" ? "warning" : "error"
  const { file, line, column } = rule.place
  const properties = `file=${property(file)},line=${line},col=${column},title=${property(rule.name)}`
  return failures.map(failure => `::${level} ${properties}::${data(failureBlock(failure))}`)
}

/** Escapes of the runner's own toolkit: percent and line ends, and in properties what parts them. */
const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")

const property = (text: string): string => data(safeText(text)).replaceAll(":", "%3A").replaceAll(",", "%2C")
