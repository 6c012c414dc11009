/** A worker thread: opens chunks of ESP packets, and nothing else. */

import { parentPort, workerData } from "node:worker_threads"
import { present } from "../bytes/typed.ts"
import type { EspKeys } from "../keys/data-sa-keys.ts"
import { jobBatch } from "../open/data-slot.ts"
import { OpenerPool } from "../open/opener-pool.ts"
import { claimChunks, type SharedSlot } from "./chunk-queue.ts"
import { createNodeEspOpener } from "./esp-kernels.ts"
import { nodeSymmetric } from "./symmetric.ts"

/** Sends a worker new SAs, and of a slot whose chunks can be claimed. */
export interface WorkMessage {
  readonly slot: number
  readonly generation: number
  /** How many SAs this data plane announced before; the worker forgets those of another. */
  readonly known: number
  /** Keys of further ones, in order. */
  readonly newKeys: readonly EspKeys[]
}

const { slots }: { readonly slots: readonly SharedSlot[] } = workerData
const keys: EspKeys[] = []
const openers = new OpenerPool(nodeSymmetric, createNodeEspOpener)

present(parentPort).on("message", ({ slot, generation, known, newKeys }: WorkMessage) => {
  keys.length = known
  keys.push(...newKeys)
  const shared = slots[slot]
  claimChunks(shared.queue, generation, (sa, from, n) => {
    const ok = shared.slot.ok.subarray(from, from + n)
    openers.of(keys[sa])?.open(jobBatch(shared.slot, from, n), ok, shared.slot.out)
  })
})
