/** The outcome as SARIF 2.1.0 (OASIS): a result a failure, at the frame of the capture, with the rule's line beside it. */
import type { Location, ReportingDescriptor, Result } from "sarif"
import type { Failure, Outcome, RuleOutcome } from "../../check/outcome.ts"
import type { Rule } from "../../check/rules.ts"
import { captureLocation, sarifText, uriOf } from "../sarif.ts"
import { failureLine, oneLine } from "./words.ts"

export interface SarifOptions {
  readonly version: string
  /** The captures that were checked, as named on the command line. */
  readonly captures: readonly string[]
}

export function checkSarif({ rules }: Outcome, options: SarifOptions): string {
  const ids = ruleIds(rules.map(r => r.rule))
  return sarifText({
    ...options,
    rules: rules.map(({ rule }, i) => descriptor(rule, ids[i])),
    results: rules.flatMap((result, i) => results(result, ids[i], i, options)),
  })
}

const LEVEL = { error: "error", warning: "warning" } as const

function descriptor(rule: Rule, id: string): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: oneLine(rule.name) },
    ...(rule.description || rule.reference
      ? { fullDescription: { text: oneLine([rule.description, rule.reference].filter(Boolean).join(" ")) } }
      : {}),
    defaultConfiguration: { level: LEVEL[rule.severity] },
  }
}

function results(
  { rule, failures }: RuleOutcome,
  ruleId: string,
  ruleIndex: number,
  { captures }: SarifOptions,
): Result[] {
  return failures.map(failure => ({
    ruleId,
    ruleIndex,
    level: LEVEL[rule.severity],
    message: { text: failureLine(failure) },
    locations: [captureLocation(captures, placeNames(failure))],
    relatedLocations: [ruleLocation(rule)],
    partialFingerprints: { ruleAndObject: `${ruleId}:${failure.subject?.label ?? ""}` },
    properties: { frame: failure.frame, seen: Object.fromEntries(failure.seen.map(s => [s.path, s.value])) },
  }))
}

const placeNames = ({ subject, frame }: Failure): string[] =>
  [subject?.label, frame === null ? undefined : `frame ${frame}`].filter(n => n !== undefined)

const ruleLocation = ({ place }: Rule): Location => ({
  message: { text: "the rule" },
  physicalLocation: {
    artifactLocation: { uri: uriOf(place.file) },
    region: { startLine: place.line, startColumn: place.column },
  },
})

/** A rule's name as an id, numbered where two would be alike. */
function ruleIds(rules: readonly Rule[]): string[] {
  const used = new Set<string>()
  return rules.map(({ name }) => {
    const slug =
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "") || "rule"
    let id = slug
    for (let n = 2; used.has(id); n++) id = `${slug}-${n}`
    used.add(id)
    return id
  })
}
