/** `ikedump/check`: rules and golden files over reports, as `ikedump check` and `ikedump diff` apply them. */
export type { Difference } from "./difference.ts"
export { compareReports, type Golden, goldenOf, goldenText, parseGolden } from "./golden.ts"
export { type LoadOptions, loadRules, type RulesText } from "./load.ts"
export type { Failure, Outcome, RuleOutcome } from "./outcome.ts"
export { type Rule, type RuleSet, RulesError } from "./rules.ts"
export { type RunOptions, runRules } from "./run.ts"
