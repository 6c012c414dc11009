/** Which sequence numbers were seen, as sorted runs: exact counts of missing, repeated and late packets in little memory. RFC 4303 §3.4.3. */

const NO_RUNS: number[] = []
const HALF = 0x8000_0000
const WHOLE = 0x1_0000_0000
/** Anti-replay window that most implementations start with, packets. RFC 4303 §3.4.3. */
const WINDOW = 64

export class SequenceSet {
  /** Runs `[first, last]` flattened, ascending, of 64-bit sequence numbers (the high half counts the wraps seen). */
  #runs: number[] = NO_RUNS
  #highest = -1
  duplicate = 0
  outOfOrder = 0
  /** Repeated numbers further back than a 64-packet window: the receiver would have dropped them unseen. */
  replayedOutsideWindow = 0
  /** How often the 32-bit counter came round. */
  wraps = 0
  /** Runs were merged because of the cap: `missing` is then a lower bound. */
  capped = false

  constructor(readonly maxRuns: number) {}

  /** Takes the 32 bits on the wire. */
  add(sequence: number): void {
    const high = this.#highest < 0 ? 0 : Math.floor(this.#highest / WHOLE)
    let full = high * WHOLE + sequence
    if (this.#highest >= 0) {
      if (full < this.#highest - HALF) full += WHOLE
      else if (full > this.#highest + HALF && high > 0) full -= WHOLE
    }
    const runs = this.#runs
    const n = runs.length
    if (full === this.#highest + 1 && n > 0) {
      runs[n - 1] = full
      this.#advance(full, high)
      return
    }
    if (full > this.#highest) {
      // Most SAs have one run: an array of just that.
      if (n === 0) this.#runs = [full, full]
      else runs.push(full, full)
      this.#advance(full, high)
      if (runs.length > 2 * this.maxRuns) {
        runs.splice(1, 2)
        this.capped = true
      }
      return
    }
    this.#late(full)
  }

  /** Takes the numbers from `first` to `last`, one after another. */
  addRun(first: number, last: number): void {
    this.add(first)
    const runs = this.#runs
    const n = runs.length
    // What follows the highest number only makes it higher.
    if (runs[n - 1] === this.#highest && this.#highest % WHOLE === first) {
      this.#highest += last - first
      runs[n - 1] = this.#highest
    } else for (let sequence = first + 1; sequence <= last; sequence++) this.add(sequence)
  }

  /** The highest number seen, with the wraps in its high half; -1 before the first. */
  get highest(): number {
    return this.#highest
  }

  /** An anti-replay window of 32 packets: bit n says that the number n below the highest was seen. */
  get window(): number {
    let bits = 0
    const runs = this.#runs
    for (let i = runs.length - 2; i >= 0 && runs[i + 1] > this.#highest - 32; i -= 2)
      for (let n = Math.min(this.#highest, runs[i + 1]); n >= runs[i] && n > this.#highest - 32; n--)
        bits |= 1 << (this.#highest - n)
    return bits >>> 0
  }

  /** Numbers between the lowest and the highest seen that never came. */
  get missing(): number {
    let missing = 0
    for (let i = 2; i < this.#runs.length; i += 2) missing += this.#runs[i] - this.#runs[i - 1] - 1
    return missing
  }

  #advance(full: number, high: number): void {
    if (this.#highest >= 0 && Math.floor(full / WHOLE) > high) this.wraps++
    this.#highest = full
  }

  #late(full: number): void {
    const runs = this.#runs
    let low = 0
    let high = runs.length / 2
    while (low < high) {
      const mid = (low + high) >> 1
      if (runs[2 * mid + 1] < full) low = mid + 1
      else high = mid
    }
    const at = 2 * low
    if (runs[at] <= full) {
      this.duplicate++
      if (full <= this.#highest - WINDOW) this.replayedOutsideWindow++
      return
    }
    this.outOfOrder++
    const joinsLeft = at > 0 && runs[at - 1] === full - 1
    const joinsRight = runs[at] === full + 1
    if (joinsLeft && joinsRight) runs.splice(at - 1, 2)
    else if (joinsLeft) runs[at - 1] = full
    else if (joinsRight) runs[at] = full
    else runs.splice(at, 0, full, full)
  }
}
