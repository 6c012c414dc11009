/** How traffic looks that nobody answers. */
import { countTogether, type DataSa } from "../../track/data-sa.ts"
import { secondsBetween } from "../../track/moment.ts"

/** Fewer packets one way may be waiting for their answer. */
export const ENOUGH = 3
/** Requests that nobody answers are small and few; a stream that needs no answer is large or fast. */
const SMALL_BYTES = 320
const SLOW_PER_SECOND = 50
/** Seconds in which an answer would have come. */
const DUE = 0.5

export function looksUnanswered(flows: readonly DataSa[], packets: number): boolean {
  const { bytes } = countTogether(flows)
  const seconds = flows.reduce((n, d) => n + secondsBetween(d.first, d.last), 0)
  return seconds >= DUE && bytes / packets <= SMALL_BYTES && packets <= SLOW_PER_SECOND * Math.max(seconds, 1)
}
