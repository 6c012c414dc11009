/** The Time column of the packet list in Wireshark's formats (`-t`). */
import { timeText } from "../net/time.ts"

/** What a line knows of its time. */
export interface LineTime {
  /** Since 1970. */
  readonly seconds: number
  readonly nanos: number
  /** Seconds since the first frame, and since the line before. */
  readonly relative: number
  readonly delta: number
}

type Format = (time: LineTime, digits: number) => string

const fraction = (nanos: number, digits: number): string => `.${String(nanos).padStart(9, "0").slice(0, digits)}`
const date = ({ seconds }: LineTime): string => timeText(seconds, 0).slice(0, 10)
const clock = ({ seconds, nanos }: LineTime, digits: number): string =>
  timeText(seconds, 0).slice(11, 19) + fraction(nanos, digits)
/** `2026/325`: the day of the year, from 1. */
const dayOfYear = (time: LineTime): string => {
  const [day, year] = [date(time), date(time).slice(0, 4)]
  const days = (Date.parse(day) - Date.parse(`${year}-01-01`)) / 86_400_000
  return `${year}/${String(days + 1).padStart(3, "0")}`
}
const relative: Format = (time, digits) => time.relative.toFixed(digits)
const delta: Format = (time, digits) => time.delta.toFixed(digits)
const dated: Format = (time, digits) => `${date(time)} ${clock(time, digits)}`

/** By the letters of `-t`. Times of day are UTC: a capture does not say where it was made. */
export const TIME_FORMATS: Readonly<Record<string, Format>> = {
  r: relative,
  a: clock,
  ad: dated,
  u: clock,
  ud: dated,
  adoy: (time, digits) => `${dayOfYear(time)} ${clock(time, digits)}`,
  udoy: (time, digits) => `${dayOfYear(time)} ${clock(time, digits)}`,
  d: delta,
  dd: delta,
  e: (time, digits) => `${time.seconds}${fraction(time.nanos, digits)}`,
}
