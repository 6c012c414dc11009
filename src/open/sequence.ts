/** The high half of an extended sequence number, which is not on the wire. RFC 4303 §2.2.1, Appendix A. */

/** Anti-replay window that the inference assumes, packets: a receiver's is smaller, a capture may lie further out of order. */
const WINDOW = 65_536
const TWO_32 = 4_294_967_296

/**
 * Follows one SA. `infer` gives the likely high half of the next packet; once its ICV held, `confirm` makes it the top. Packets that
 * were inferred but did not verify leave no trace after `settle`.
 */
export class SequenceTracker {
  #topHi: number
  #topLo = 0
  #seen = false
  #verifiedHi: number
  #verifiedLo = 0
  #verified = false

  /** `hi` is the high half at the beginning, where it is known. */
  constructor(hi = 0) {
    this.#topHi = this.#verifiedHi = hi
  }

  /** High half of a packet with low half `lo`. */
  infer(lo: number): number {
    const hi = this.#seen ? guessHighHalf(this.#topHi, this.#topLo, lo) : this.#topHi
    if (!this.#seen || hi > this.#topHi || (hi === this.#topHi && lo > this.#topLo)) {
      this.#topHi = hi
      this.#topLo = lo
      this.#seen = true
    }
    return hi
  }

  /** High half of a packet by what has verified so far, without taking it in. */
  likely(lo: number): number {
    return this.#verified ? guessHighHalf(this.#verifiedHi, this.#verifiedLo, lo) : this.#verifiedHi
  }

  /** The ICV of a packet held under this high half. */
  confirm(hi: number, lo: number): void {
    if (this.#verified && (hi < this.#verifiedHi || (hi === this.#verifiedHi && lo <= this.#verifiedLo))) return
    this.#verifiedHi = hi
    this.#verifiedLo = lo
    this.#verified = true
  }

  /** After a batch: what did not verify is forgotten. */
  settle(): void {
    if (!this.#verified) {
      this.#seen = false
      return
    }
    this.#topHi = this.#verifiedHi
    this.#topLo = this.#verifiedLo
    this.#seen = true
  }

  /** High half of the top. */
  get hi(): number {
    return this.#verifiedHi
  }

  /** Low half of the top. */
  get lo(): number {
    return this.#verifiedLo
  }

  /** Whether a packet was verified. */
  get verified(): boolean {
    return this.#verified
  }
}

/** RFC 4303 Appendix A2.2, with the top (topHi, topLo) of the window. */
export function guessHighHalf(topHi: number, topLo: number, lo: number): number {
  const bottom = topLo - WINDOW + 1
  if (bottom >= 0) return lo >= bottom ? topHi : topHi + 1
  return lo >= bottom + TWO_32 && topHi > 0 ? topHi - 1 : topHi
}

/** 2^32 high + low as one number; exact up to 2^53, which no SA reaches. */
export const sequence64 = (hi: number, lo: number): number => hi * TWO_32 + lo

/**
 * High halves to try, likeliest first: the inferred one, its neighbours, then, for a capture
 * whose beginning is missing, all up to `limit`.
 */
export function* otherHighHalves(inferred: number, limit: number): Generator<number> {
  yield inferred
  yield inferred + 1
  if (inferred > 0) yield inferred - 1
  for (let hi = 0; hi < limit; hi++) if (Math.abs(hi - inferred) > 1) yield hi
}
