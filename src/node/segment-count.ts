/** Counts the records of a segment: numbers and times of frames follow from what is before them. */

import { isBefore } from "../capture/time-span.ts"
import type { CountJob, Moment, SegmentCount } from "./segment-jobs.ts"
import { readSegment } from "./segment-read.ts"

/** Throws what the system throws when the file cannot be opened. */
export async function countSegment({ segment }: CountJob): Promise<SegmentCount> {
  let frames = 0
  let hasDiagnostics = false
  let first: Moment | undefined
  let seconds = 0
  let nanos = 0
  let latest: Moment | undefined
  const noteOther = () => {
    hasDiagnostics = true
  }
  const { ended, reader, failure } = await readSegment(segment, {
    record(r) {
      frames++
      seconds = r.seconds
      nanos = r.nanos
      first ??= { seconds, nanos }
      if (!latest || isBefore(latest, r)) latest = { seconds, nanos }
    },
    diagnostic: noteOther,
    interface: noteOther,
    customBlock: noteOther,
    secretsBlock: noteOther,
  })
  const complete = ended && !failure && reader.complete
  return { frames, first, last: first && { seconds, nanos }, latest, complete, hasDiagnostics }
}
