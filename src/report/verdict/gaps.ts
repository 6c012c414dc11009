/**
 * Stretches of a capture in which nothing of IKE or IPsec comes: several captures were joined, or it was stopped and begun anew. What does not
 * come in one of them says nothing of an SA.
 */
import { firstFrom } from "../../bytes/search.ts"
import type { DataSa } from "../../track/data-sa.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { type Moment, secondsBetween } from "../../track/moment.ts"

export interface Gap {
  /** When the last packet before it came. */
  readonly from: Moment
  readonly to: Moment
}

/** Seconds without any packet from which on the capture lacks something: liveness checks, keepalives and repeats come sooner. */
const LONG = 1800

/** In the order of time. */
export function gapsOf(sas: readonly IkeSa[], data: readonly DataSa[]): Gap[] {
  const spans = [...sas.flatMap(spansOf), ...data.map(spanOf)]
  spans.sort((a, b) => secondsBetween(b.from, a.from))
  const gaps: Gap[] = []
  let end = spans[0]?.to
  for (const { from, to } of spans) {
    if (secondsBetween(end, from) > LONG) gaps.push({ from: end, to: from })
    if (secondsBetween(end, to) > 0) end = to
  }
  return gaps
}

const spanOf = (d: DataSa): Gap => ({
  from: d.first,
  to: d.last,
})

/** The first gap behind a moment. */
export const gapAfter = (gaps: readonly Gap[], from: Moment): Gap | undefined =>
  gaps[firstFrom(gaps, gap => secondsBetween(from, gap.from) >= 0)]

/** Whether a gap lies between two moments. */
export function isAcross(gaps: readonly Gap[], from: Moment, to: Moment): boolean {
  const gap = gapAfter(gaps, from)
  return gap !== undefined && secondsBetween(gap.to, to) >= 0
}

/** When an IKE SA speaks. */
function spansOf(sa: IkeSa): Gap[] {
  const apart = secondsBetween(sa.first, sa.last)
  if (apart >= 0 && apart <= LONG) return [{ from: sa.first, to: sa.last }]
  return sa.exchanges.flatMap(x => x.messages.map(m => ({ from: m.time, to: m.time })))
}
