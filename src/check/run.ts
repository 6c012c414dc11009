/** Runs a set of rules over a report. Everything a rule can come to is a result; only its author's mistakes throw. */
import type { Report } from "../report/types.ts"
import type { Expression } from "./expression.ts"
import { type CelObject, type Objects, objectsOf } from "./objects.ts"
import { originOf } from "./origin.ts"
import type { Failure, Outcome, RuleOutcome } from "./outcome.ts"
import type { Rule, RuleSet } from "./rules.ts"
import type { Kind } from "./schema.ts"
import { SelectionError, select } from "./select.ts"
import { orderFailure, withinFailures } from "./sequence-rules.ts"
import { subjectOf } from "./subjects.ts"

export interface RunOptions {
  /** Runs one rule's work, and may end it by throwing: how a caller bounds the time of an expression. */
  readonly guard?: <T>(rule: Rule, work: () => T) => T
}

/** More of one rule would hide the others. */
const MOST_FAILURES = 20
const MOST_SUBJECTS = 20

/** Holds every rule against the report, in the order of the files. */
export function runRules({ rules }: RuleSet, report: Report, options: RunOptions = {}): Outcome {
  const guard = options.guard ?? ((_, work) => work())
  const objects = objectsOf(report)
  const outcomes = rules.map(rule => guard(rule, () => runRule(rule, objects)))
  const failed = (severity: Rule["severity"]) => outcomes.filter(o => !o.passed && o.rule.severity === severity).length
  return { rules: outcomes, failed: failed("error"), warned: failed("warning") }
}

function runRule(rule: Rule, objects: Objects): RuleOutcome {
  try {
    const kind = rule.kind
    const selected = kind ? select(kind, rule.where, objects) : []
    const failures: Failure[] = []
    let moreFailures = 0
    for (const failure of failuresOf(rule, selected, objects))
      if (failures.length < MOST_FAILURES) failures.push(failure())
      else moreFailures++
    return {
      rule,
      passed: failures.length === 0,
      selected: selected.length,
      subjects: kind ? selected.slice(0, MOST_SUBJECTS).map(o => subjectOf(kind, o)) : [],
      failures,
      moreFailures,
    }
  } catch (e) {
    if (!(e instanceof SelectionError)) throw e
    const failures = [unselectable(e, objects)]
    return { rule, passed: false, selected: 0, subjects: [], failures, moreFailures: 0 }
  }
}

/** Each failure is put into words when it is called: of thousands only a few are shown. */
function* failuresOf(rule: Rule, selected: readonly CelObject[], objects: Objects): Generator<() => Failure> {
  const { kind, count } = rule
  if (kind && (selected.length < count.min || selected.length > count.max))
    yield () => miscounted(rule, kind, selected, objects)
  if (kind)
    for (const object of selected) {
      const holds = rule.expect && judge(kind, object, rule.expect, true, objects)
      if (holds) yield holds
      const held = rule.none && judge(kind, object, rule.none, false, objects)
      if (held) yield held
    }
  const scopes = kind ? selected.map(object => ({ kind, object })) : [null]
  for (const scope of scopes) {
    if (rule.within) yield* withinFailures(rule.within, scope, objects)
    const broken = rule.order && orderFailure(rule.order, scope, objects)
    if (broken) yield broken
  }
}

/** The failure of one object, or undefined when the expression has the wanted value. */
function judge(
  kind: Kind,
  object: CelObject,
  expression: Expression,
  wanted: boolean,
  objects: Objects,
): (() => Failure) | undefined {
  const verdict = expression.evaluate(object, objects.report)
  if ("value" in verdict && verdict.value === wanted) return undefined
  return () => {
    const subject = subjectOf(kind, object)
    const seen = expression.seen(object, objects.report, wanted)
    const origin = originOf(kind, object, seen)
    return {
      subject,
      frame: origin?.frame ?? subject.frame,
      expected: wanted ? expression.source : `not (${expression.source})`,
      reason: "error" in verdict ? `has no value: ${verdict.error}` : null,
      seen,
      note: origin?.note ?? null,
    }
  }
}

function miscounted(rule: Rule, kind: Kind, selected: readonly CelObject[], { closed }: Objects): Failure {
  const { min, max } = rule.count
  const wanted = min === max ? `${min}` : max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`
  const where = rule.where ? ` where ${rule.where.source}` : ""
  const first = selected.slice(0, 5).map(o => subjectOf(kind, o))
  const listed = first.length > 0 ? `: ${first.map(s => s.label).join(", ")}${selected.length > 5 ? ", …" : ""}` : ""
  const surplus = selected.length > max ? selected[max] : undefined
  const subject = surplus ? subjectOf(kind, surplus) : null
  return {
    subject,
    frame: subject?.frame ?? null,
    expected: `${wanted} ${kind}${where}`,
    reason: `${selected.length === 0 ? noneText(closed) : `${selected.length} in the capture`}${listed}`,
    seen: [],
    note: null,
  }
}

/** What is encrypted may be there all the same. */
const noneText = (closed: number): string =>
  closed === 0
    ? "none in the capture"
    : `none in clear; ${closed === 1 ? "1 message is" : `${closed} messages are`} encrypted: give --keys`

function unselectable({ kind, object, where, fault }: SelectionError, objects: Objects): Failure {
  const subject = subjectOf(kind, object)
  return {
    subject,
    frame: subject.frame,
    expected: `where ${where.source}`,
    reason: `cannot be told: ${fault}`,
    seen: where.seen(object, objects.report, true),
    note: null,
  }
}
