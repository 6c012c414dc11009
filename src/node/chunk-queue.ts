/** Work of one slot shared between threads: chunks of packets that any free thread claims. All numbers stand in shared memory. */
import type { DataSlot } from "../open/data-slot.ts"

/** Packets of one chunk, and chunks of one slot at most: a packet each when a widened slot holds that many SAs. */
export const CHUNK_PACKETS = 64
const INDEX_BITS = 15
const MAX_CHUNKS = (1 << INDEX_BITS) - 1
const INDEX_MASK = (1 << INDEX_BITS) - 1

/** What a thread needs of a slot; every part is in shared memory. */
export interface SharedSlot {
  readonly slot: DataSlot
  readonly queue: Int32Array
}

const STATE = 0
const DONE = 1
const CHUNKS = 2
/** SA, first packet and number of packets of each chunk. */
const WORDS = 3

export const queueBytes = 4 * (CHUNKS + WORDS * MAX_CHUNKS)

export class ChunkQueue {
  #count = 0
  #generation: number

  /** Over `queueBytes` of shared memory; goes on from the generation of a queue that was there before. */
  constructor(readonly memory: Int32Array) {
    this.#generation = Atomics.load(memory, STATE) >> INDEX_BITS
  }

  /** Empties the queue for new chunks; `open` lets them be claimed. */
  reset(): void {
    this.#count = 0
  }

  put(sa: number, from: number, n: number): void {
    const at = CHUNKS + WORDS * this.#count++
    this.memory[at] = sa
    this.memory[at + 1] = from
    this.memory[at + 2] = n
  }

  /** Returns the generation by which `claim` knows these chunks from those that were here before and will be after. */
  open(): number {
    this.#generation = (this.#generation + 1) & ((1 << (31 - INDEX_BITS)) - 1)
    Atomics.store(this.memory, DONE, 0)
    Atomics.store(this.memory, STATE, (this.#generation << INDEX_BITS) | this.#count)
    return this.#generation
  }

  /** Waits until all chunks are done; throws when they are not within `milliseconds`. */
  waitDone(milliseconds: number): void {
    for (;;) {
      const done = Atomics.load(this.memory, DONE)
      if (done >= this.#count) return
      if (Atomics.wait(this.memory, DONE, done, milliseconds) === "timed-out")
        throw new Error("a worker thread does not answer")
    }
  }
}

/** Claims chunks of the generation until none is left, and calls `work` for each. */
export function claimChunks(
  memory: Int32Array,
  generation: number,
  work: (sa: number, from: number, n: number) => void,
): void {
  for (;;) {
    const state = Atomics.load(memory, STATE)
    const left = state & INDEX_MASK
    if (state >> INDEX_BITS !== generation || left === 0) return
    if (Atomics.compareExchange(memory, STATE, state, state - 1) !== state) continue
    const at = CHUNKS + WORDS * (left - 1)
    try {
      work(memory[at], memory[at + 1], memory[at + 2])
    } finally {
      Atomics.add(memory, DONE, 1)
      Atomics.notify(memory, DONE)
    }
  }
}
