/** The library's entry: a capture in memory, and one that comes in chunks. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { analyze, analyzeCapture, importSecrets, type ReportItem } from "../src/index.ts"

const folder = join(import.meta.dirname, "../fixtures/v2-psk-modp2048")
const capture = new Uint8Array(readFileSync(join(folder, "capture.pcap")))
const { secrets } = importSecrets(readFileSync(join(folder, "keys.json"), "utf8"), { file: "keys.json" })

async function collect(items: AsyncIterable<ReportItem>): Promise<ReportItem[]> {
  const all: ReportItem[] = []
  for await (const item of items) all.push(item)
  return all
}

async function* chunks(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < capture.length; at += size) yield capture.slice(at, at + size)
}

describe("the library", () => {
  it("reports a capture in memory with the provider that runs everywhere", async () => {
    const { report } = await analyzeCapture(capture, { secrets })
    expect(report.ike_sas[0]).toMatchObject({ state: "deleted", keys: { status: "derived", from: "dh_shared" } })
    expect(report.esp_sas.map(e => [e.packets, e.icv_ok])).toEqual([
      [43, 43],
      [43, 43],
    ])
    expect(report.ike_sas[0].checks.filter(c => c.status === "fail")).toEqual([])
  })

  it("streams the same objects, from memory and from chunks of any size", async () => {
    const whole = await collect(analyze(capture, { secrets }))
    expect(whole.map(i => i.kind)).toEqual(["ike_sa", "esp_sa", "esp_sa", "report"])
    for (const size of [97, 4096, 1 << 20]) {
      const pieces = await collect(analyze(chunks(size), { secrets }))
      expect(pieces.slice(0, -1)).toEqual(whole.slice(0, -1))
    }
  })

  it("tells what reading found even when no packet was for us", async () => {
    const noise = new Uint8Array([...capture.subarray(0, 24), ...new Uint8Array(16).fill(0xff)])
    const { report } = await analyzeCapture(noise)
    expect(report.captures[0].complete).toBe(false)
    expect(report.diagnostics.length).toBeGreaterThan(0)
  })

  it("passes a fault of the source on", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield capture.slice(0, 1000)
      throw new Error("connection lost")
    }
    await expect(collect(analyze(broken()))).rejects.toThrow("connection lost")
  })
})
