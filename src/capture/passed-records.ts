/** What is known of records that a reader does not give one by one. */
interface Time {
  readonly seconds: number
  readonly nanos: number
}

const NEVER: Time = { seconds: 0, nanos: 0 }

/** Records that were passed over together, since their frames hold nothing for the reader: how many, their bytes, and their times. */
export class PassedRecords {
  n = 0
  /** Length on the wire, bytes. */
  originalBytes = 0
  /** The earliest and the latest time, where `n` is not 0. */
  first: Time = NEVER
  last: Time = NEVER
  // The same as the two numbers of a file's format: small integers, since `add` runs for every frame.
  #firstHigh = 0
  #firstLow = 0
  #lastHigh = 0
  #lastLow = 0

  begin(): void {
    this.n = this.originalBytes = 0
  }

  /** One more, whose time the file has as two numbers, the higher first: seconds and their fraction, or halves of ticks. */
  add(high: number, low: number, originalBytes: number): void {
    if (this.n === 0) {
      this.#firstHigh = this.#lastHigh = high
      this.#firstLow = this.#lastLow = low
    } else if (high > this.#lastHigh || (high === this.#lastHigh && low > this.#lastLow)) {
      this.#lastHigh = high
      this.#lastLow = low
    } else if (high < this.#firstHigh || (high === this.#firstHigh && low < this.#firstLow)) {
      this.#firstHigh = high
      this.#firstLow = low
    }
    this.n++
    this.originalBytes += originalBytes
  }

  /** All are added; `timeOf` makes a time of a file's two numbers. */
  end(timeOf: (high: number, low: number) => Time): void {
    this.first = timeOf(this.#firstHigh, this.#firstLow)
    this.last = timeOf(this.#lastHigh, this.#lastLow)
  }
}
