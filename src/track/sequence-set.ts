/** Which sequence numbers were seen, as sorted runs: exact counts of missing, repeated and late packets in little memory. RFC 4303 §3.4.3. */

const NO_RUNS: number[] = []
const HALF = 0x8000_0000
const WHOLE = 0x1_0000_0000
/** How close to both ends of 32 bits the numbers are when the counter comes round, whatever a capture lacks. */
const NEAR = 0x1000_0000
/** Anti-replay window that most implementations start with, packets. RFC 4303 §3.4.3. */
const WINDOW = 64
/** Steps that settle that the octets are turned round. */
const SWAPPED_STEPS = 2

const swap32 = (n: number): number => ((n << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24)) >>> 0

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
  /** The sender writes the number with its low octet first (RFC 4303 §2.2 wants the high one): it is read so from then on. */
  littleEndian = false
  /** The 32 bits of the packet before; undefined before the first, and once the byte order is settled. */
  #before: number | undefined
  /** Steps by one of the octets turned round, while there was none of the octets as they stand. */
  #swappedSteps = 0
  #orderKnown = false

  constructor(readonly maxRuns: number) {}

  /** Takes the 32 bits on the wire. */
  add(wire: number): void {
    if (!this.#orderKnown) this.#learnOrder(wire)
    const sequence = this.read(wire)
    const high = this.#highest < 0 ? 0 : Math.floor(this.#highest / WHOLE)
    let full = high * WHOLE + sequence
    if (this.#highest >= 0) {
      if (full < this.#highest - HALF && this.#highest % WHOLE >= WHOLE - NEAR && sequence < NEAR) full += WHOLE
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
    if (last > first) this.#orderKnown = true
    // What follows the highest number only makes it higher.
    if (runs[n - 1] === this.#highest && this.#highest % WHOLE === first) {
      this.#highest += last - first
      runs[n - 1] = this.#highest
    } else for (let sequence = first + 1; sequence <= last; sequence++) this.add(sequence)
  }

  /** The number that the 32 bits on the wire stand for, in the sender's byte order. */
  read(wire: number): number {
    return this.littleEndian ? swap32(wire) : wire
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

  /**
   * Beside the numbers of another sender: how many both have, how far the lowest of one lies above the highest of the other (`ahead`,
   * `behind`), and the highest of the other above the highest here. Numbers that begin again from 0 right after the highest of 32 bits go on.
   */
  compare(other: SequenceSet): { common: number; ahead: number; behind: number; beyond: number } {
    const shift = this.#shiftOf(other)
    const [a, b] = [this.#runs, other.#runs]
    let common = 0
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const [first, last] = [Math.max(a[i], b[j] + shift), Math.min(a[i + 1], b[j + 1] + shift)]
      if (first <= last) common += last - first + 1
      if (a[i + 1] < b[j + 1] + shift) i += 2
      else j += 2
    }
    const [low, high] = [(other.#runs[0] ?? 0) + shift, other.#highest + shift]
    return { common, ahead: low - this.#highest, behind: (this.#runs[0] ?? 0) - high, beyond: high - this.#highest }
  }

  /** Takes in the numbers of another path of the same sender. */
  join(other: SequenceSet): void {
    const { common } = this.compare(other)
    const shift = this.#shiftOf(other)
    const pairs: [number, number][] = []
    for (let i = 0; i < this.#runs.length; i += 2) pairs.push([this.#runs[i], this.#runs[i + 1]])
    for (let i = 0; i < other.#runs.length; i += 2) pairs.push([other.#runs[i] + shift, other.#runs[i + 1] + shift])
    pairs.sort((x, y) => x[0] - y[0])
    const runs: number[] = []
    for (const [first, last] of pairs) {
      const before = runs.length - 1
      if (before > 0 && first <= runs[before] + 1) runs[before] = Math.max(runs[before], last)
      else runs.push(first, last)
    }
    if (runs.length > 2 * this.maxRuns) {
      runs.splice(1, runs.length - 2 * this.maxRuns)
      this.capped = true
    }
    this.#runs = runs
    this.#highest = Math.max(this.#highest, other.#highest + shift)
    this.duplicate += common + other.duplicate
    this.outOfOrder += other.outOfOrder
    this.replayedOutsideWindow += other.replayedOutsideWindow
    this.wraps = Math.max(this.wraps, other.wraps + shift / WHOLE)
    this.capped ||= other.capped
  }

  /** What is to be added to the numbers of another path so that they go on where these end. */
  #shiftOf(other: SequenceSet): number {
    const wraps = Math.floor(this.#highest / WHOLE)
    return other.#highest < this.#highest - HALF ? (wraps + (this.#highest % WHOLE > HALF ? 1 : 0)) * WHOLE : 0
  }

  /** Numbers between the lowest and the highest seen that never came. One packet alone that far above all others is no measure: it may be forged. */
  get missing(): number {
    const runs = this.#runs
    let missing = 0
    for (let i = 2; i < runs.length; i += 2) {
      const gap = runs[i] - runs[i - 1] - 1
      if (i < runs.length - 2 || gap < NEAR || runs[i + 1] > runs[i]) missing += gap
    }
    return missing
  }

  /** Whether a packet had the number 0, which no sender without extended ones comes to. */
  get hasZero(): boolean {
    return this.#runs[0] === 0
  }

  /**
   * Numbers are written in the wrong order of octets where they go up by one when turned round, three packets in a row, and never as they stand. As
   * they stand each step would be a gap of 16,777,215.
   */
  #learnOrder(wire: number): void {
    const before = this.#before
    this.#before = wire
    if (before === undefined) return
    if (wire === before + 1) this.#orderKnown = true
    else if (swap32(wire) === swap32(before) + 1) this.#swappedSteps++
    if (this.#swappedSteps < SWAPPED_STEPS) return
    this.#orderKnown = true
    this.#readAgain()
  }

  /** Takes the numbers so far once more, in the other byte order. */
  #readAgain(): void {
    const numbers: number[] = []
    for (let i = 0; i < this.#runs.length; i += 2)
      for (let n = this.#runs[i]; n <= this.#runs[i + 1]; n++) numbers.push(swap32(n % WHOLE))
    this.#runs = NO_RUNS
    this.#highest = -1
    this.wraps = 0
    this.outOfOrder = 0
    this.littleEndian = true
    // Each of them was its own run, so there are few, and in the order of their values none is late.
    for (const n of numbers.sort((a, b) => a - b)) this.add(swap32(n))
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
