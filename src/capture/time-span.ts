/** Earliest and latest time of records, how many they are, and their bytes on the wire. */
import type { PassedRecords } from "./passed-records.ts"

/** Seconds and nanoseconds since 1970. */
interface Time {
  seconds: number
  nanos: number
}

export class TimeSpan {
  frames = 0
  bytes = 0
  readonly #first = { seconds: 0, nanos: 0 }
  readonly #latest = { seconds: 0, nanos: 0 }

  add(record: Readonly<Time> & { readonly originalBytes: number }): void {
    if (this.frames++ === 0) {
      setTime(this.#first, record)
      setTime(this.#latest, record)
    } else if (isBefore(record, this.#first)) setTime(this.#first, record)
    else if (isBefore(this.#latest, record)) setTime(this.#latest, record)
    this.bytes += record.originalBytes
  }

  /** The same for records that were passed over; not the first. */
  addPassed({ n, originalBytes, first, last }: PassedRecords): void {
    if (isBefore(first, this.#first)) setTime(this.#first, first)
    if (isBefore(this.#latest, last)) setTime(this.#latest, last)
    this.frames += n
    this.bytes += originalBytes
  }

  get first(): Readonly<Time> | undefined {
    return this.frames > 0 ? this.#first : undefined
  }

  get latest(): Readonly<Time> | undefined {
    return this.frames > 0 ? this.#latest : undefined
  }
}

function setTime(time: Time, { seconds, nanos }: Readonly<Time>): void {
  time.seconds = seconds
  time.nanos = nanos
}

export const isBefore = (a: Readonly<Time>, b: Readonly<Time>): boolean =>
  a.seconds < b.seconds || (a.seconds === b.seconds && a.nanos < b.nanos)
