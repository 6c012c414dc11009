/** Tens of thousands of IKE SAs in a session: what each costs, and that what is drawn up on demand is what a report has. */
import { readFileSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
// @ts-expect-error plain JavaScript
import { initCapture } from "../../bench/lib/exchanges.mjs"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { memoryFile } from "../../src/session/file.ts"
import { openSession } from "../../src/session/session.ts"

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void

/** IKE_SA_INIT exchanges of `count` peers, each with SPIs, nonces and NAT detection hashes of its own. */
const exchanges = (count: number): Uint8Array => new Uint8Array(readFileSync(initCapture(count) as string))
/** Bytes of an SA: 50,000 of them take 260 MB. */
const MOST = 5200
const open = (bytes: Uint8Array) => openSession([memoryFile("many.pcap", bytes)], { provider: nodeProvider })

describe("many IKE SAs in a session", () => {
  it("cost less than 300 MB for 50,000", async () => {
    const few = exchanges(10)
    const many = exchanges(4000)
    const heap = () => {
      collect()
      return process.memoryUsage().heapUsed
    }
    // What is loaded and compiled once is not theirs.
    await (await open(few)).finished
    const cost = async () => {
      const before = heap()
      const session = await open(many)
      await session.finished
      expect(session.info().sas).toBe(4000)
      return { session, bytes: (heap() - before) / 4000 }
    }
    // In a process of several test files something else may be compiled or kept meanwhile: the least of a few is theirs.
    let { session, bytes } = await cost()
    for (let n = 0; n < 2 && bytes >= MOST; n++) ({ session, bytes } = await cost())
    expect(bytes).toBeLessThan(MOST)
    expect(session.sas(3999)).toMatchObject([{ id: "ike/3999", what: "IKEv2", packets: 2 }])
  })

  it("are the report's when they are asked for", async () => {
    const bytes = exchanges(300)
    const session = await open(bytes)
    await session.finished
    const { report } = await analyze(memorySource(bytes), { provider: nodeProvider })
    expect(report.ike_sas).toHaveLength(300)
    expect(session.sa("ike/250")?.ike).toEqual(report.ike_sas[250])
    expect(session.ladder("ike/250")?.sa).toEqual(report.ike_sas[250])
    expect(session.report().ike_sas).toEqual(report.ike_sas)
    expect(session.timeline("ike/250", { bins: 10 }).lanes.map(l => l.id)).toEqual(["ike/250"])
    expect(session.sa("ike/300")).toBeUndefined()
  })
})
