/**
 * Packets, bytes and sequence numbers of one data SA over time, in bins. All bins have one width, which doubles when there are too many; they begin
 * at multiples of it, so bins of two parts of a capture add up to those of the whole, whatever the parts are.
 */

/** Bins of one SA. */
const MOST_BINS = 64

/** Bins as numbers: the i-th of each column is one bin. */
export interface RateColumns {
  /** Width of each. */
  readonly seconds: number
  /** When it begins, seconds since 1970. */
  readonly start: Float64Array
  readonly packets: Uint32Array
  readonly bytes: Float64Array
  /** The lowest and the highest sequence number, 32 bits, on the circle: the highest is a smaller number where the counter came round. */
  readonly low: Uint32Array
  readonly high: Uint32Array
}

interface Bin {
  /** When it begins, in widths since 1970. */
  at: number
  packets: number
  bytes: number
  low: number
  high: number
}

/** Whether sequence number `a` is before `b`, on the circle of 32 bits. */
const isBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0

export class RateBins {
  /** Width of a bin. */
  seconds = 1
  #bins = new Map<number, Bin>()
  #last: Bin | undefined

  /** Counts a packet; `sequence` is the 32 bits on the wire. */
  add(seconds: number, bytes: number, sequence: number): void {
    this.#count(Math.floor(seconds / this.seconds), 1, bytes, sequence, sequence)
  }

  /** Adds bins of another part. */
  join({ seconds, start, packets, bytes, low, high }: RateColumns): void {
    while (this.seconds < seconds) this.#widen()
    for (let i = 0; i < start.length; i++)
      this.#count(Math.floor(start[i] / this.seconds), packets[i], bytes[i], low[i], high[i])
  }

  /** In the order of time. */
  columns(): RateColumns {
    const bins = [...this.#bins.values()].sort((a, b) => a.at - b.at)
    return {
      seconds: this.seconds,
      start: Float64Array.from(bins, bin => bin.at * this.seconds),
      packets: Uint32Array.from(bins, bin => bin.packets),
      bytes: Float64Array.from(bins, bin => bin.bytes),
      low: Uint32Array.from(bins, bin => bin.low),
      high: Uint32Array.from(bins, bin => bin.high),
    }
  }

  #count(at: number, packets: number, bytes: number, low: number, high: number): void {
    let bin = this.#last?.at === at ? this.#last : this.#bins.get(at)
    if (!bin) {
      bin = { at, packets, bytes, low, high }
      this.#bins.set(at, bin)
      this.#last = bin
      while (this.#bins.size > MOST_BINS) this.#widen()
      return
    }
    this.#last = bin
    bin.packets += packets
    bin.bytes += bytes
    if (isBefore(low, bin.low)) bin.low = low
    if (isBefore(bin.high, high)) bin.high = high
  }

  /** Makes one bin of two, for all. */
  #widen(): void {
    const bins = this.#bins
    this.seconds *= 2
    this.#bins = new Map()
    this.#last = undefined
    for (const { at, packets, bytes, low, high } of bins.values())
      this.#count(Math.floor(at / 2), packets, bytes, low, high)
  }
}
