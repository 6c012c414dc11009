/** A worker thread: opens chunks of ESP packets, and nothing else. */
import { parentPort, workerData } from "node:worker_threads"
import { jobBatch } from "../open/data-slot.ts"
import type { EspKeys, EspOpener } from "../open/esp-opener.ts"
import { claimChunks, type SharedSlot } from "./chunk-queue.ts"
import { nodeProvider } from "./crypto.ts"
import { createNodeEspOpener } from "./esp-kernels.ts"

/** Tells a worker of new SAs, and of a slot whose chunks can be claimed. */
export interface WorkMessage {
  readonly slot: number
  readonly generation: number
  /** Keys of the SAs that the worker has not heard of, in order. */
  readonly newKeys: readonly EspKeys[]
}

const slots = (workerData as { slots: readonly SharedSlot[] }).slots
const openers: (EspOpener | undefined)[] = []

parentPort!.on("message", ({ slot, generation, newKeys }: WorkMessage) => {
  for (const keys of newKeys) openers.push(createNodeEspOpener(keys, nodeProvider))
  const shared = slots[slot]
  claimChunks(shared.queue, generation, (sa, from, n) => {
    const ok = shared.slot.ok.subarray(from, from + n)
    openers[sa]?.open(jobBatch(shared.slot, from, n), ok, shared.slot.out)
  })
})
