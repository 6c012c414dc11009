/** `within` and `order`: things that must follow one another, and in time. */
import { nanosBetween } from "../report/time.ts"
import { nanosText } from "./duration.ts"
import type { CelObject, Objects } from "./objects.ts"
import type { Failure } from "./outcome.ts"
import type { Selection, Within } from "./rules.ts"
import type { Kind } from "./schema.ts"
import { select } from "./select.ts"
import { frameAtEnd, type Subject, subjectOf, timeOf } from "./subjects.ts"

/** The object inside which to look; null means the whole capture. */
export type Scope = { readonly kind: Kind; readonly object: CelObject } | null

interface Event {
  readonly object: CelObject
  readonly subject: Subject
  readonly time: string
  readonly frame: number | null
}

/** Objects of a selection that have a time, in time and then frame order. */
function eventsOf(selection: Selection, scope: Scope, objects: Objects): Event[] {
  const { kind, where, at } = selection
  const events: Event[] = []
  for (const object of select(kind, where, objects, scope)) {
    const time = timeOf(kind, object, at)
    if (time !== null)
      events.push({ object, subject: subjectOf(kind, object), time, frame: frameAtEnd(kind, object, at) })
  }
  return events.sort(compare)
}

function compare(a: Event, b: Event): number {
  const later = nanosBetween(b.time, a.time)
  if (later !== 0n) return later < 0n ? -1 : 1
  return (a.frame ?? 0) - (b.frame ?? 0)
}

/** Each `from` with the first `to` at or after it: one failure for each that has none, or not in time. */
export function* withinFailures(within: Within, scope: Scope, objects: Objects): Generator<() => Failure> {
  const from = eventsOf(within.from, scope, objects)
  const to = eventsOf(within.to, scope, objects)
  const expected = boundsText(within)
  if (from.length === 0) yield () => failure(scopeSubject(scope), null, expected, `no ${described(within.from)}`)
  let next = 0
  for (const start of from) {
    while (next < to.length && isBefore(to[next], start)) next++
    const end = to[next]
    if (!end) {
      yield () => failure(start.subject, start.frame, expected, `no ${described(within.to)} after ${where(start)}`)
      continue
    }
    const took = nanosBetween(start.time, end.time)
    if (took > within.maxNanos || took < within.minNanos)
      yield () =>
        failure(
          start.subject,
          end.frame ?? start.frame,
          expected,
          `${nanosText(took)} from ${where(start)} to ${where(end)}`,
        )
  }
}

const isBefore = (a: Event, b: Event): boolean => a.object === b.object || compare(a, b) < 0

/** One failure where the selections do not follow one another: which step is missing, and after what. */
export function orderFailure(steps: readonly Selection[], scope: Scope, objects: Objects): (() => Failure) | undefined {
  const expected = steps.map(described).join(", then ")
  let last: Event | undefined
  for (const [i, step] of steps.entries()) {
    const events = eventsOf(step, scope, objects)
    const after = last
    const next = after ? events.find(e => e.object !== after.object && compare(e, after) >= 0) : events[0]
    if (!next) {
      const instead = events.length > 0 && after ? `; the last one is in ${where(events[events.length - 1])}` : ""
      const missing = `step ${i + 1} is missing: no ${described(step)}${after ? ` after ${where(after)}` : ""}${instead}`
      return () => failure(after?.subject ?? scopeSubject(scope), after?.frame ?? null, expected, missing)
    }
    last = next
  }
  return undefined
}

const scopeSubject = (scope: Scope): Subject | null => (scope ? subjectOf(scope.kind, scope.object) : null)

const failure = (subject: Subject | null, frame: number | null, expected: string, reason: string): Failure => ({
  subject,
  frame: frame ?? subject?.frame ?? null,
  expected,
  reason,
  seen: [],
  note: null,
})

const described = ({ kind, where: which }: Selection): string => (which ? `${kind} where ${which.source}` : kind)

const where = ({ subject, frame }: Event): string => (frame === null ? subject.label : `frame ${frame}`)

function boundsText({ from, to, maxNanos, minNanos }: Within): string {
  const least = minNanos > 0n ? `${nanosText(minNanos)} to ` : "at most "
  return `${least}${nanosText(maxNanos)} from ${described(from)} to ${described(to)}`
}
