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

/** Numbers of one bin in `#bins`: when it begins, in widths since 1970, packets, bytes, lowest and highest sequence number. */
const AT = 0
const PACKETS = 1
const BYTES = 2
const LOW = 3
const HIGH = 4
const STRIDE = 5

/** Whether sequence number `a` is before `b`, on the circle of 32 bits. */
const isBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0

export class RateBins {
  /** Width of a bin. */
  seconds = 1
  /** The bins, one behind another in the order of time: numbers alone, since there may be very many SAs. */
  #bins: number[] = []
  /** Where the bin of the last packet stands. */
  #last = 0

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
    const bins = this.#bins
    const n = bins.length / STRIDE
    const start = new Float64Array(n)
    const packets = new Uint32Array(n)
    const bytes = new Float64Array(n)
    const low = new Uint32Array(n)
    const high = new Uint32Array(n)
    for (let i = 0, at = 0; i < n; i++, at += STRIDE) {
      start[i] = bins[at + AT] * this.seconds
      packets[i] = bins[at + PACKETS]
      bytes[i] = bins[at + BYTES]
      low[i] = bins[at + LOW]
      high[i] = bins[at + HIGH]
    }
    return { seconds: this.seconds, start, packets, bytes, low, high }
  }

  #count(at: number, packets: number, bytes: number, low: number, high: number): void {
    const bins = this.#bins
    const place = bins[this.#last] === at ? this.#last : this.#placeOf(at)
    this.#last = place
    if (bins[place] === at) {
      bins[place + PACKETS] += packets
      bins[place + BYTES] += bytes
      if (isBefore(low, bins[place + LOW])) bins[place + LOW] = low
      if (isBefore(bins[place + HIGH], high)) bins[place + HIGH] = high
      return
    }
    if (place === bins.length) bins.push(at, packets, bytes, low, high)
    else bins.splice(place, 0, at, packets, bytes, low, high)
    while (this.#bins.length > STRIDE * MOST_BINS) this.#widen()
  }

  /** Where a bin stands or belongs: most often at the end. */
  #placeOf(at: number): number {
    const bins = this.#bins
    let place = bins.length
    while (place > 0 && bins[place - STRIDE] >= at) place -= STRIDE
    return place
  }

  /** Makes one bin of two, for all. */
  #widen(): void {
    const bins = this.#bins
    this.seconds *= 2
    this.#bins = []
    this.#last = 0
    for (let i = 0; i < bins.length; i += STRIDE)
      this.#count(Math.floor(bins[i] / 2), bins[i + PACKETS], bins[i + BYTES], bins[i + LOW], bins[i + HIGH])
  }
}
