/** Times that go backwards from frame to frame: the capturing clock was set, or frames are out of order. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import { timeText } from "../net/time.ts"

interface Stamp {
  readonly frame: number
  readonly seconds: number
  readonly nanos: number
}

/** Packets of several queues come a little out of order. Seconds. */
export const CLOCK_TOLERANCE = 1
/** Jumps reported one by one. */
const MAX_REPORTED = 10

export class ClockWatch {
  #seconds = Number.NEGATIVE_INFINITY
  #nanos = 0
  #frame = 0
  #jumps = 0

  constructor(readonly report: (diagnostic: Diagnostic) => void) {}

  packet(stamp: Stamp): void {
    if (stamp.seconds < this.#seconds - CLOCK_TOLERANCE && this.#jumps < MAX_REPORTED) this.#jump(stamp)
    this.passed(stamp)
  }

  /** Packets up to this one were looked at elsewhere: time did not go back among them. */
  passed({ frame, seconds, nanos }: Stamp): void {
    this.#seconds = seconds
    this.#nanos = nanos
    this.#frame = frame
  }

  #jump({ frame, seconds, nanos }: Stamp): void {
    this.#jumps++
    const back = this.#seconds - seconds + (this.#nanos - nanos) / 1e9
    this.report({
      code: "clock-jump",
      severity: "warning",
      frame,
      time: timeText(seconds, nanos),
      message: `time goes back by ${back.toFixed(1)} s from frame ${this.#frame} to frame ${frame}: the capturing clock was set, or frames are out of order; durations across it mean nothing`,
    })
  }
}
