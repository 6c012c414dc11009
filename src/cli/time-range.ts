/** Points in time on the command line, and `--from`, `--to`, `-c`: which packets of the captures are read. */
import { InvalidArgumentError } from "commander"
import type { PacketHandler, PacketView } from "../net/packet-view.ts"
import { momentText } from "../track/moment.ts"

/** Nanoseconds: since 1970, or since the first frame. */
export interface PointInTime {
  readonly nanos: bigint
  readonly relative: boolean
}

const SECOND = 1_000_000_000n
/** A bare number of seconds from here on is a time since 1970: no capture is three years long. */
const LEAST_EPOCH = 100_000_000n

/** Reads a time: RFC 3339, seconds since the first frame, or since 1970. Throws commander's error. */
export function readTime(text: string): PointInTime {
  const number = /^(\d{1,12})(?:\.(\d{1,9})\d*)?$/.exec(text)
  if (number) {
    const seconds = BigInt(number[1])
    const nanos = seconds * SECOND + BigInt((number[2] ?? "").padEnd(9, "0"))
    return { nanos, relative: seconds < LEAST_EPOCH }
  }
  const rfc3339 =
    /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9})\d*)?)?(Z|z|[+-]\d{2}:\d{2})?$/.exec(text)
  const [, date, clock = "00:00", fraction = "", zone = "Z"] = rfc3339 ?? []
  const millis = rfc3339
    ? Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}${zone.toUpperCase()}`)
    : Number.NaN
  if (Number.isNaN(millis))
    throw new InvalidArgumentError("a time is 2026-01-02T03:04:05.678Z, or seconds such as 12.5")
  return { nanos: BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, "0")), relative: false }
}

/** A point in time once the first packet was seen, to compare packets with. */
export class Moment {
  /** RFC 3339, once it is known. */
  time: string | undefined
  #seconds = 0
  #nanos = 0

  constructor(readonly at: PointInTime) {
    if (!at.relative) this.#set(at.nanos)
  }

  /** Whether a packet came before: negative, then: 0, or after: positive. */
  compare(view: PacketView): number {
    if (this.time === undefined) this.#set(this.at.nanos + BigInt(view.firstSeconds) * SECOND + BigInt(view.firstNanos))
    return view.seconds - this.#seconds || view.nanos - this.#nanos
  }

  #set(nanos: bigint): void {
    this.#seconds = Number(nanos / SECOND)
    this.#nanos = Number(nanos % SECOND)
    this.time = momentText({ seconds: this.#seconds, nanos: this.#nanos })
  }
}

/** What `--from`, `--to` and `-c` say. */
export interface RangeFlags {
  readonly from?: PointInTime
  readonly to?: PointInTime
  /** The first frames of the merged input, before any filter. */
  readonly count?: number
}

/** The handler, which gets the packets from one time to another, both included, and of the first frames. */
export function withinRange(
  handler: PacketHandler,
  { from, to, count = Number.POSITIVE_INFINITY }: RangeFlags,
): PacketHandler {
  if (!from && !to && count === Number.POSITIVE_INFINITY) return handler
  const first = from && new Moment(from)
  const last = to && new Moment(to)
  return {
    packet(view) {
      if (view.frame > count) return
      if ((!first || first.compare(view) >= 0) && (!last || last.compare(view) <= 0)) handler.packet(view)
    },
    diagnostic: d => handler.diagnostic(d),
  }
}
