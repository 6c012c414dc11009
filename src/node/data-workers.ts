/**
 * Worker threads behind the data plane: while the main thread reads on, they open the packets of the slots before; when it has to wait
 * it opens some too. What comes out, and its order, are those of one thread.
 */

import { Worker } from "node:worker_threads"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { createSlot, type DataExecutor, jobBatch, MOST_BYTES, type OpenJob } from "../open/data-slot.ts"
import type { SaStates } from "../open/sa-states.ts"
import { CHUNK_PACKETS, ChunkQueue, claimChunks, queueBytes, type SharedSlot } from "./chunk-queue.ts"
import type { WorkMessage } from "./data-worker.ts"

const SLOTS = 3
/** Workers see one piece of memory: a slot has all that it may be widened to. */
const SLOT_BYTES = Math.floor(MOST_BYTES / SLOTS) & ~7

/** Longer than any chunk can take. */
const PATIENCE_MS = 60_000

const shared = (bytes: number) => new SharedArrayBuffer(bytes)

export class DataWorkers {
  readonly #workers: Worker[]
  readonly #slots: SharedSlot[]

  /** Starts `count` threads. `script` is the compiled data-worker.js. */
  constructor(count: number, script = new URL("./data-worker.js", import.meta.url)) {
    this.#slots = Array.from({ length: SLOTS }, () => ({
      slot: createSlot(SLOT_BYTES, shared),
      queue: new Int32Array(shared(queueBytes)),
    }))
    this.#workers = Array.from({ length: count }, () => new Worker(script, { workerData: { slots: this.#slots } }))
    for (const worker of this.#workers) worker.unref()
  }

  /** For `DataPlaneOptions.executor`. One data plane at a time. */
  executor(states: SaStates): DataExecutor {
    return new WorkerExecutor(this.#workers, this.#slots, states)
  }

  /** Ends the threads. */
  close(): void {
    for (const worker of this.#workers) void worker.terminate()
  }
}

class WorkerExecutor implements DataExecutor {
  readonly slots
  readonly #queues: ChunkQueue[]
  readonly #generations: number[]
  readonly #sas: DataSaKeys[] = []
  readonly #indexes = new Map<DataSaKeys, number>()
  /** How many SAs were announced to the workers. */
  #sent = 0

  constructor(
    readonly workers: readonly Worker[],
    readonly shared: readonly SharedSlot[],
    readonly states: SaStates,
  ) {
    this.slots = shared.map(s => s.slot)
    this.#queues = shared.map(s => new ChunkQueue(s.queue))
    this.#generations = shared.map(() => 0)
  }

  start(slot: number, jobs: readonly OpenJob[]): void {
    const queue = this.#queues[slot]
    queue.reset()
    for (const { sa, from, n } of jobs) {
      const index = this.#indexOf(sa)
      for (let at = 0; at < n; at += CHUNK_PACKETS) queue.put(index, from + at, Math.min(CHUNK_PACKETS, n - at))
    }
    const generation = queue.open()
    this.#generations[slot] = generation
    const known = this.#sent
    const newKeys = this.#sas.slice(known).map(sa => sa.keys)
    this.#sent = this.#sas.length
    const message: WorkMessage = { slot, generation, known, newKeys }
    for (const worker of this.workers) worker.postMessage(message)
  }

  wait(slot: number): void {
    const { slot: s, queue } = this.shared[slot]
    claimChunks(queue, this.#generations[slot], (sa, from, n) => {
      const opener = this.states.openers.of(this.#sas[sa].keys)
      opener?.open(jobBatch(s, from, n), s.ok.subarray(from, from + n), s.out)
    })
    this.#queues[slot].waitDone(PATIENCE_MS)
  }

  #indexOf(sa: DataSaKeys): number {
    let index = this.#indexes.get(sa)
    if (index === undefined) {
      index = this.#sas.push(sa) - 1
      this.#indexes.set(sa, index)
    }
    return index
  }
}
