/**
 * The same IV twice under one key, which breaks GCM, CTR, CCM and ChaCha20 (RFC 4106 §3.1, RFC 3686 §3.1, RFC 4309 §3.1, RFC 7634 §2).
 * Counters, XORed with a salt or not, fall into runs and are compared with every IV of the SA; IVs without order are compared with
 * those of a window.
 */
import { Intervals } from "./intervals.ts"

/** How many of the last IVs of an SA are remembered one by one: those without order, and those in runs (to know a packet captured twice). */
export const IV_WINDOW = 65_536
const IV_WINDOW_IN_RUNS = 256

/** More separate runs than this, and the IVs have no order. */
const MAX_RUNS = 4096

export class IvReuse {
  /** Runs of the low half, by high half; emptied once the IVs have shown no order. */
  readonly #runs = new Map<number, Intervals>()
  #runCount = 0
  /** Most runs that there were at once. */
  mostRuns = 0
  /** IVs that were seen before, on the same packet or on another. */
  repeats = 0
  /** While true an IV is compared with all before it; then with at least the last `IV_WINDOW`. */
  exact = true
  /** IVs that came again on another packet. */
  reused = 0
  #young = new IvTable()
  #old: IvTable | undefined

  /**
   * Takes in the 8-byte IV of a packet whose ICV held. `tag` is 32 bits of its ICV, `freshSequence` whether its sequence number is new.
   * True when the IV was used before for another packet; the same packet captured twice is no reuse.
   */
  add(hi: number, lo: number, tag: number, freshSequence: boolean): boolean {
    const fresh = this.exact && this.#addToRuns(hi, lo)
    // What the runs have not seen no window has.
    const known = fresh ? undefined : (this.#young.tag(hi, lo) ?? this.#old?.tag(hi, lo))
    if (this.exact && !fresh) this.repeats++
    const kept = tag >>> 1
    if (this.#young.size >= (this.exact ? IV_WINDOW_IN_RUNS : IV_WINDOW)) {
      this.#old = this.#young
      this.#young = new IvTable()
    }
    this.#young.set(hi, lo, kept)
    const reuse = known === undefined ? this.exact && !fresh && freshSequence : known !== kept
    if (reuse) this.reused++
    return reuse
  }

  /** The IVs seen, while they are all known: by high half, runs of low halves (`Intervals.list`). */
  list(): (readonly [hi: number, runs: number[]])[] {
    return Array.from(this.#runs, ([hi, runs]) => [hi, runs.list()] as const)
  }

  /**
   * Takes in IVs seen elsewhere, `mostRuns` runs at most at once, when each of them is new here and in its own place, and all are sure to fit.
   * Else false; this object is then of no more use.
   */
  join(ivs: ReturnType<IvReuse["list"]>, mostRuns: number): boolean {
    if (!this.exact || this.#runCount + mostRuns >= MAX_RUNS) return false
    for (const [hi, list] of ivs) {
      const runs = this.#runsOf(hi)
      const before = runs.runs
      if (!runs.join(list)) return false
      this.#runCount += runs.runs - before
    }
    return true
  }

  #runsOf(hi: number): Intervals {
    let runs = this.#runs.get(hi)
    if (!runs) {
      runs = new Intervals(MAX_RUNS)
      this.#runs.set(hi, runs)
    }
    return runs
  }

  #addToRuns(hi: number, lo: number): boolean {
    const runs = this.#runsOf(hi)
    const before = runs.runs
    const fresh = runs.add(lo)
    this.#runCount += runs.runs - before
    if (this.#runCount > this.mostRuns) this.mostRuns = this.#runCount
    if (this.#runCount >= MAX_RUNS) {
      this.exact = false
      this.#runs.clear()
    }
    return fresh
  }
}

const WORDS = 3
const USED = 0x8000_0000

/** IV to 31 bits: open addressing over one typed array, so that an IV costs 24 to 48 bytes and no object. */
class IvTable {
  size = 0
  #mask = 15
  /** High half, low half, and the tag with a bit that says that the slot is taken. */
  #slots = new Uint32Array(16 * WORDS)

  tag(hi: number, lo: number): number | undefined {
    const found = this.#slots[this.#find(hi, lo) + 2]
    return found === 0 ? undefined : found & ~USED
  }

  set(hi: number, lo: number, tag: number): void {
    if (2 * this.size > this.#mask) this.#grow()
    const at = this.#find(hi, lo)
    const slots = this.#slots
    if (slots[at + 2] === 0) this.size++
    slots[at] = hi
    slots[at + 1] = lo
    slots[at + 2] = tag | USED
  }

  /** Where the IV stands, or may be put. */
  #find(hi: number, lo: number): number {
    const slots = this.#slots
    let n = (Math.imul(hi, 0x9e3779b1) ^ Math.imul(lo ^ (lo >>> 15), 0x85ebca6b)) >>> 0
    n = (n ^ (n >>> 13)) & this.#mask
    for (;;) {
      const at = WORDS * n
      if (slots[at + 2] === 0 || (slots[at] === hi && slots[at + 1] === lo)) return at
      n = (n + 1) & this.#mask
    }
  }

  #grow(): void {
    const old = this.#slots
    const slots = 2 * (this.#mask + 1)
    this.#mask = slots - 1
    this.#slots = new Uint32Array(slots * WORDS)
    this.size = 0
    for (let at = 0; at < old.length; at += WORDS)
      if (old[at + 2] !== 0) this.set(old[at], old[at + 1], old[at + 2] & ~USED)
  }
}
