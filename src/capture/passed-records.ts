/** Records that were passed over together, since their frames hold nothing for the reader: how many, their bytes, and their times. */
interface Time {
  readonly seconds: number
  readonly nanos: number
}

const NEVER: Time = { seconds: 0, nanos: 0 }

export class PassedRecords {
  n = 0
  /** Length on the wire, bytes. */
  originalBytes = 0
  /** The earliest and the latest time, where `n` is not 0. */
  first: Time = NEVER
  last: Time = NEVER

  set(n: number, originalBytes: number, first: Time, last: Time): void {
    this.n = n
    this.originalBytes = originalBytes
    this.first = first
    this.last = last
  }
}
