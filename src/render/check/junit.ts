/** The outcome as JUnit XML, as Jenkins (junit-10.xsd) and its kin read it: one suite a rules file, one case a rule. */
import { safeText } from "../../bytes/safe-text.ts"
import type { Outcome, RuleOutcome } from "../../check/outcome.ts"
import { failureBlock, failureLine } from "./words.ts"

export function checkJunit({ rules }: Outcome): string {
  const files = [...new Set(rules.map(r => r.rule.place.file))]
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ikedump check" tests="${rules.length}" failures="${failedIn(rules)}" errors="0">`,
    ...files.flatMap(file =>
      suiteLines(
        file,
        rules.filter(r => r.rule.place.file === file),
      ),
    ),
    "</testsuites>",
  ]
  return `${lines.join("\n")}\n`
}

const isFailure = (r: RuleOutcome): boolean => !r.passed && r.rule.severity === "error"

const failedIn = (rules: readonly RuleOutcome[]): number => rules.filter(isFailure).length

function suiteLines(file: string, rules: readonly RuleOutcome[]): string[] {
  const counts = `tests="${rules.length}" failures="${failedIn(rules)}" errors="0" skipped="0"`
  return [
    `  <testsuite name="${escaped(safeText(file))}" ${counts}>`,
    ...rules.flatMap(r => caseLines(file, r)),
    "  </testsuite>",
  ]
}

function caseLines(file: string, result: RuleOutcome): string[] {
  const open = `    <testcase name="${escaped(safeText(result.rule.name))}" classname="${escaped(safeText(className(file)))}"`
  if (result.passed) return [`${open}/>`]
  const text = escaped(result.failures.map(failureBlock).join("\n\n"))
  if (!isFailure(result)) return [`${open}>`, `      <system-out>warning\n${text}</system-out>`, "    </testcase>"]
  const message = escaped(failureLine(result.failures[0]))
  return [`${open}>`, `      <failure type="rule" message="${message}">${text}</failure>`, "    </testcase>"]
}

/** Viewers part a class name at its dots; the file's name without its ending is one word. */
const className = (file: string): string =>
  (file.split(/[\\/]/).at(-1) ?? file).replace(/\.\w+$/, "").replaceAll(".", "_")

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

/** XML 1.0 has no way to write most control characters, nor lone surrogates. */
const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replace(/[&<>"]/g, c => ESCAPES[c])
