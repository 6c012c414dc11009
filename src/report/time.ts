/** The report's times read back: RFC 3339 in UTC with nanoseconds, or plain seconds where a clock was absurd. */

export interface Instant {
  /** Since 1970, negative before. */
  readonly seconds: number
  readonly nanos: number
}

/** The instant that a time of the report names; 0 where it cannot be read. */
export function instantOf(text: string): Instant {
  const end = text.endsWith("Z") ? text.length - 1 : text.length
  const dot = text.indexOf(".")
  const whole = text.slice(0, dot < 0 ? end : dot)
  const fraction = dot < 0 ? "" : text.slice(dot + 1, end)
  return { seconds: secondsOf(whole), nanos: Number(fraction.padEnd(9, "0").slice(0, 9)) || 0 }
}

// Times that are read one behind another are often of one second.
let lastWhole = ""
let lastSeconds = 0

function secondsOf(whole: string): number {
  if (whole !== lastWhole) {
    const parsed = /^[+-]?\d+$/.test(whole) ? Number(whole) : Date.parse(`${whole}Z`) / 1000
    lastSeconds = Number.isFinite(parsed) ? parsed : 0
    lastWhole = whole
  }
  return lastSeconds
}

/** The latest time of some captures; null where none has a time. */
export function lastMoment(captures: readonly { readonly last_time: string | null }[]): Instant | null {
  let last: Instant | null = null
  for (const { last_time } of captures) {
    const at = last_time === null ? null : instantOf(last_time)
    if (at && (!last || at.seconds > last.seconds || (at.seconds === last.seconds && at.nanos > last.nanos))) last = at
  }
  return last
}

/** Nanoseconds from one time to another, exactly; negative when `to` is the earlier. */
export function nanosBetween(from: string, to: string): bigint {
  const a = instantOf(from)
  const b = instantOf(to)
  return BigInt(Math.trunc(b.seconds) - Math.trunc(a.seconds)) * 1_000_000_000n + BigInt(b.nanos - a.nanos)
}
