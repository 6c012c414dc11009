/** Replays: a sequence number that comes again with a valid ICV, found over the whole capture. RFC 4303 §3.4.3. */
import type { DataResult } from "../track/data-result.ts"
import { Intervals } from "./intervals.ts"
import { sequence64 } from "./sequence.ts"

export class ReplayTracker {
  readonly #seen: Intervals
  /** Packets whose sequence number was seen before. */
  replays = 0

  constructor(maxRuns?: number) {
    this.#seen = new Intervals(maxRuns)
  }

  /** Takes in a packet whose ICV held. True when its sequence number is new. */
  add(hi: number, lo: number): boolean {
    const fresh = this.#seen.add(sequence64(hi, lo))
    if (!fresh) this.replays++
    return fresh
  }

  /** Whether a packet with this number was seen. */
  has(hi: number, lo: number): boolean {
    return this.#seen.has(sequence64(hi, lo))
  }

  /** The numbers seen as runs (`Intervals.list`). */
  list(): number[] {
    return this.#seen.list()
  }

  /** Takes in numbers seen elsewhere, of which none was seen here; false, and nothing changed, when one was or there are too many runs. */
  join(runs: readonly number[]): boolean {
    return this.#seen.join(runs)
  }

  /** False once older numbers had to be forgotten. */
  get exact(): boolean {
    return this.#seen.exact
  }
}

/** `DataResult.verified` of a flow, whose key saw these numbers. */
export function verifiedRuns(
  { icvOk, icvFailed }: Pick<DataResult, "icvOk" | "icvFailed">,
  replay: ReplayTracker | undefined,
): readonly number[] | undefined {
  return icvOk > 0 && icvFailed > 0 && replay?.exact ? replay.list() : undefined
}
