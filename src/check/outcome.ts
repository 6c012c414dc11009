/** What came of a rules file: each rule with the objects that failed it. */
import type { Rule } from "./rules.ts"
import type { SeenValue } from "./seen.ts"
import type { Subject } from "./subjects.ts"

export interface Failure {
  /** The object that failed; null where it is the number of them, or something that is not there. */
  readonly subject: Subject | null
  readonly frame: number | null
  /** What should have been, as the rule writes it. */
  readonly expected: string
  /** Why it failed where values do not say it: nothing selected, an error of the expression, a step that is missing. */
  readonly reason: string | null
  readonly seen: readonly SeenValue[]
  /** What stands behind the values: `chosen in frame 2, offered in frame 1 as proposal 1`, or a check's reason. */
  readonly note: string | null
}

export interface RuleOutcome {
  readonly rule: Rule
  readonly passed: boolean
  /** How many objects the rule selected. */
  readonly selected: number
  /** The first of them. */
  readonly subjects: readonly Subject[]
  readonly failures: readonly Failure[]
  /** Failures of the rule beyond those kept. */
  readonly moreFailures: number
}

export interface Outcome {
  readonly rules: readonly RuleOutcome[]
  /** Failed rules of severity error, and of severity warning. */
  readonly failed: number
  readonly warned: number
}
