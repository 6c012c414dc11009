/** Worker threads give what one thread gives, in the same order. They run compiled code. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { CHUNK_PACKETS, ChunkQueue, claimChunks, queueBytes } from "../../src/node/chunk-queue.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { DataWorkers } from "../../src/node/data-workers.ts"
import { createNodeEspOpener } from "../../src/node/esp-kernels.ts"
import { readCaptures } from "../../src/node/read-captures.ts"
import { DataPlane } from "../../src/open/data-plane.ts"
import { DataSaTable } from "../../src/open/data-table.ts"
import { LAB, labNames, readTruth, truthTable } from "../open/lab.ts"

const script = resolve(import.meta.dirname, "../../dist/node/data-worker.js")
if (!existsSync(script)) console.log("skipped: not built, so there is no worker script")

describe("the queue", () => {
  it("hands out each chunk once, and none of another generation", () => {
    const memory = new Int32Array(new SharedArrayBuffer(queueBytes))
    const queue = new ChunkQueue(memory)
    const seen: number[] = []
    for (let n = 0; n < 10; n++) queue.put(1, n * CHUNK_PACKETS, CHUNK_PACKETS)
    const first = queue.open()
    claimChunks(memory, first, (_sa, from) => seen.push(from))
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, n) => n * CHUNK_PACKETS))
    queue.waitDone(0)
    queue.reset()
    queue.put(1, 0, 1)
    queue.open()
    claimChunks(memory, first, () => seen.push(-1))
    expect(seen).not.toContain(-1)
    expect(() => queue.waitDone(1)).toThrow("does not answer")
  })
})

describe.skipIf(!existsSync(script) || labNames().length === 0)("workers", () => {
  it("open what one thread opens, in the same order", async () => {
    const pool = new DataWorkers(2, pathToFileURL(script))
    try {
      for (const name of ["v2-rsa-gcm-ecp384", "v2-esn", "v1-multi-quick", "v2-transport"]) {
        const table = new DataSaTable(truthTable(readTruth(`${LAB}/${name}`)))
        const run = async (workers: boolean) => {
          const inner: string[] = []
          const plane = new DataPlane({
            provider: nodeProvider,
            createOpener: createNodeEspOpener,
            table,
            executor: workers ? states => pool.executor(states) : undefined,
            onInner: p => inner.push(`${p.frame} ${p.sa?.id} ${toHex(p.bytes, p.start, p.end)}`),
          })
          await readCaptures([`${LAB}/${name}/capture.pcap`], { packet: v => plane.packet(v), diagnostic: () => {} })
          return { results: plane.finish(), inner }
        }
        expect(await run(true)).toEqual(await run(false))
      }
    } finally {
      pool.close()
    }
  })
})
