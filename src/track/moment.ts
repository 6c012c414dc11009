/** A point in time as captured, and what is computed from two of them. */
import { timeText } from "../net/time.ts"

export interface Moment {
  /** Whole seconds since 1970, may be negative. */
  readonly seconds: number
  readonly nanos: number
}

/** Where something was seen. A datagram is one. */
export interface SeenAt {
  readonly frame: number
  readonly time: Moment
}

/** Before the first RFC of IKE no capture was made: a clock that shows it was never set. */
const SET_SINCE = Date.UTC(1998, 10) / 1000

/** Whether the capture's clock had a date. */
export const hasDate = (m: Moment): boolean => m.seconds >= SET_SINCE

/** RFC 3339 with nanoseconds. */
export const momentText = (m: Moment): string => timeText(m.seconds, m.nanos)

/** Seconds from `a` to `b`, negative when `b` is earlier. */
export const secondsBetween = (a: Moment, b: Moment): number => b.seconds - a.seconds + (b.nanos - a.nanos) / 1e9
