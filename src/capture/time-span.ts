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
    this.#add(1, record.originalBytes, record, record)
  }

  addPassed({ n, originalBytes, first, last }: PassedRecords): void {
    this.#add(n, originalBytes, first, last)
  }

  #add(n: number, bytes: number, first: Readonly<Time>, latest: Readonly<Time>): void {
    if (this.frames === 0 || isBefore(first, this.#first)) setTime(this.#first, first)
    if (this.frames === 0 || isBefore(this.#latest, latest)) setTime(this.#latest, latest)
    this.frames += n
    this.bytes += bytes
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
