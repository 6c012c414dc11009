/** What runs of bytes gave, kept for when they come again: proposals and vendor IDs are the same in most messages of a capture. */

/** A value picked: its column and its text. */
export interface Pick {
  readonly column: number
  readonly text: string
}

interface Entry {
  readonly kind: object
  readonly variant: number
  readonly bytes: Uint8Array
  readonly picks: readonly Pick[]
}

/** A power of two. */
const ENTRIES = 512
/** Of a run that is kept: together with `ENTRIES` it bounds the memory to a few MB. */
const MAX_BYTES = 1024
/** So many more misses than hits of late pause the looking, for so many runs. */
const MAX_CREDIT = 256
const PAUSE = 8192
/** Bytes that the place of a run depends on, spread over it. */
const SAMPLES = 12

/** Exact: a run is found again only if every byte is the same. Runs that fall on one place drive each other out. */
export class PickMemory {
  readonly #entries: (Entry | undefined)[] = Array.from({ length: ENTRIES })
  /** Hits less misses, within bounds; and how many runs are still passed over. */
  #credit = MAX_CREDIT
  #pause = 0

  /** Whether the next run is to be passed over: nothing was found for a while, and looking costs more than it saves. */
  paused(): boolean {
    if (this.#pause === 0) return false
    this.#pause--
    return true
  }

  /** What `bytes[start, end)` gave as this `kind` (by identity) and `variant`; undefined when that is not known. */
  find(kind: object, variant: number, bytes: Uint8Array, start: number, end: number): readonly Pick[] | undefined {
    const picks = this.#find(kind, variant, bytes, start, end)
    if (picks) this.#credit = Math.min(this.#credit + 1, MAX_CREDIT)
    else if (--this.#credit === 0) {
      this.#pause = PAUSE
      this.#credit = MAX_CREDIT
    }
    return picks
  }

  #find(kind: object, variant: number, bytes: Uint8Array, start: number, end: number): readonly Pick[] | undefined {
    const entry = this.#entries[placeOf(bytes, start, end)]
    if (entry === undefined || entry.kind !== kind || entry.variant !== variant) return undefined
    const kept = entry.bytes
    if (kept.length !== end - start) return undefined
    for (let i = 0; i < kept.length; i++) if (kept[i] !== bytes[start + i]) return undefined
    return entry.picks
  }

  /** Keeps what a run gave, unless it is long. */
  keep(kind: object, variant: number, run: Uint8Array, picks: readonly Pick[]): void {
    if (run.length > MAX_BYTES) return
    this.#entries[placeOf(run, 0, run.length)] = { kind, variant, bytes: run.slice(), picks }
  }
}

function placeOf(bytes: Uint8Array, start: number, end: number): number {
  const step = Math.max(1, ((end - start) / SAMPLES) | 0)
  let hash = end - start
  for (let at = end - 1; at >= start; at -= step) hash = (Math.imul(hash, 31) + bytes[at]) | 0
  return (hash ^ (hash >>> 9)) & (ENTRIES - 1)
}
