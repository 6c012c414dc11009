/** The outcome as JSON: `ikedump/check/1`. */
import { safeJson } from "../../bytes/safe-json.ts"
import type { Failure, Outcome, RuleOutcome } from "../../check/outcome.ts"

/** The outcome as one JSON text. Every member is always present. */
export const checkJson = (outcome: Outcome): string => `${safeJson(outcomeJson(outcome), 2)}\n`

const outcomeJson = ({ rules, failed, warned }: Outcome) => ({
  schema: "ikedump/check/1",
  passed: failed === 0,
  counts: { rules: rules.length, failed, warned },
  rules: rules.map(ruleJson),
})

const ruleJson = ({ rule, passed, selected, failures, moreFailures }: RuleOutcome) => ({
  name: rule.name,
  description: rule.description,
  reference: rule.reference,
  severity: rule.severity,
  for: rule.kind,
  file: rule.place.file,
  line: rule.place.line,
  passed,
  selected,
  failures: failures.map(failureJson),
  more_failures: moreFailures,
})

const failureJson = ({ subject, frame, expected, reason, seen, note }: Failure) => ({
  object: subject?.label ?? null,
  ike_sa: subject?.ikeSa ?? null,
  frame,
  expected,
  reason,
  seen: seen.map(({ path, value }) => ({ path, value })),
  note,
})
