/**
 * The same IV twice under one key, which breaks GCM, CTR, CCM and ChaCha20 (RFC 4106 §3.1, RFC 3686 §3.1, RFC 4309 §3.1, RFC 7634 §2).
 * Counters, XORed with a salt or not, fall into runs and are compared with every IV of the SA; IVs without order are compared with
 * those of a window.
 */
import { Intervals } from "./intervals.ts"

/** How many of the last IVs of an SA are remembered one by one: those without order, and those in runs (to know a packet captured twice). */
export const IV_WINDOW = 65_536
const IV_WINDOW_IN_RUNS = 1024

/** More separate runs than this, and the IVs have no order. */
const MAX_RUNS = 4096

export class IvReuse {
  /** Runs of the low half, by high half; emptied once the IVs have shown no order. */
  readonly #runs = new Map<number, Intervals>()
  #runCount = 0
  /** While true an IV is compared with all before it; then with at least the last `IV_WINDOW`. */
  exact = true
  /** IVs that came again on another packet. */
  reused = 0
  #young = new IvTable()
  #old = new IvTable()

  /**
   * Takes in the 8-byte IV of a packet whose ICV held. `tag` is 32 bits of its ICV, `freshSequence` whether its sequence number is new.
   * True when the IV was used before for another packet; the same packet captured twice is no reuse.
   */
  add(hi: number, lo: number, tag: number, freshSequence: boolean): boolean {
    const seen = this.exact && !this.#addToRuns(hi, lo)
    const known = this.#young.tag(hi, lo) ?? this.#old.tag(hi, lo)
    if (this.#young.size >= (this.exact ? IV_WINDOW_IN_RUNS : IV_WINDOW)) {
      this.#old = this.#young
      this.#young = new IvTable()
    }
    this.#young.set(hi, lo, tag)
    const reuse = known === undefined ? seen && freshSequence : known !== tag
    if (reuse) this.reused++
    return reuse
  }

  #addToRuns(hi: number, lo: number): boolean {
    let runs = this.#runs.get(hi)
    if (!runs) {
      runs = new Intervals(MAX_RUNS)
      this.#runs.set(hi, runs)
    }
    const before = runs.runs
    const fresh = runs.add(lo)
    this.#runCount += runs.runs - before
    if (this.#runCount >= MAX_RUNS) {
      this.exact = false
      this.#runs.clear()
    }
    return fresh
  }
}

/** IV to tag: open addressing over typed arrays, so that an IV costs 12 to 48 bytes and no object. */
class IvTable {
  size = 0
  #mask = 63
  #hi = new Uint32Array(64)
  #lo = new Uint32Array(64)
  #tag = new Uint32Array(64)
  #used = new Uint8Array(64)

  tag(hi: number, lo: number): number | undefined {
    const at = this.#slot(hi, lo)
    return this.#used[at] ? this.#tag[at] : undefined
  }

  set(hi: number, lo: number, tag: number): void {
    if (2 * this.size > this.#mask) this.#grow()
    const at = this.#slot(hi, lo)
    if (!this.#used[at]) this.size++
    this.#used[at] = 1
    this.#hi[at] = hi
    this.#lo[at] = lo
    this.#tag[at] = tag
  }

  #slot(hi: number, lo: number): number {
    let at = (Math.imul(hi, 0x9e3779b1) ^ Math.imul(lo ^ (lo >>> 15), 0x85ebca6b)) >>> 0
    at = (at ^ (at >>> 13)) & this.#mask
    while (this.#used[at] && (this.#hi[at] !== hi || this.#lo[at] !== lo)) at = (at + 1) & this.#mask
    return at
  }

  #grow(): void {
    const [hi, lo, tag, used] = [this.#hi, this.#lo, this.#tag, this.#used]
    const slots = 2 * (this.#mask + 1)
    this.#mask = slots - 1
    this.#hi = new Uint32Array(slots)
    this.#lo = new Uint32Array(slots)
    this.#tag = new Uint32Array(slots)
    this.#used = new Uint8Array(slots)
    this.size = 0
    for (let i = 0; i < used.length; i++) if (used[i]) this.set(hi[i], lo[i], tag[i])
  }
}
