/** Golden reports: what they leave out, and how a difference reads. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { compareValues } from "../../src/check/difference.ts"
import { compareReports, type Golden, goldenOf, goldenText, parseGolden } from "../../src/check/golden.ts"
import { timings } from "../../src/check/timing.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { differenceText } from "../../src/render/check/differences.ts"
import type { Report } from "../../src/report/types.ts"
import { importSecrets } from "../../src/secrets/import.ts"
import { expectGolden, sample, sampleNames } from "../render/golden.ts"

/** The report of the same negotiation on another day. */
function anotherDay(report: Report): Report {
  const copy: Report = JSON.parse(
    JSON.stringify(report)
      .replaceAll(/2026-11-\d\dT\d\d:\d\d/g, "2027-02-03T04:05")
      .replaceAll(/"(spi_i|spi_r|spi)":"[0-9a-f]+"/g, '"$1":"0102030405060708"'),
  )
  for (const sa of copy.ike_sas) {
    for (const x of sa.exchanges) for (const m of x.messages) m.frame += 7
    for (const c of sa.checks) if (c.frame !== null) c.frame += 7
    sa.initiator.port = sa.initiator.port === 500 ? 500 : 31337
  }
  for (const e of copy.esp_sas) e.packets *= 2
  return copy
}

describe("a golden report", () => {
  it.each(sampleNames())("of %s is the same on another day", name => {
    const report = sample(name)
    expect(compareReports(goldenOf(report), goldenOf(anotherDay(report)))).toEqual([])
  })

  it("holds no time, SPI, frame number or secret", () => {
    const report = sample("v2-dpd")
    const text = goldenText(goldenOf(report))
    expect(text).not.toMatch(/\d\d:\d\d:\d\d|frame|message_id/)
    for (const sa of report.ike_sas) expect(text).not.toContain(sa.spi_i)
    expectGolden("check/v2-dpd.golden.json", text)
    expect(parseGolden(text)).toEqual(goldenOf(report))
  })

  it("counts neither retransmissions nor liveness checks", () => {
    const report = sample("v2-dpd")
    const fewer = structuredClone(report)
    const [sa] = fewer.ike_sas
    const first = sa.exchanges.findIndex(x => x.type === "INFORMATIONAL")
    sa.exchanges.splice(first, 1)
    expect(compareReports(goldenOf(report), goldenOf(fewer))).toEqual([])
  })

  it("tells other files from its own", () => {
    expect(() => parseGolden("{")).toThrow("not JSON")
    expect(() => parseGolden("null")).toThrow("not a golden file")
    expect(() => parseGolden('{"schema":"ikedump/report/1"}')).toThrow("not a golden file")
  })
})

describe("differences", () => {
  it("do not say of what was not opened that it is not there", async () => {
    const folder = join(import.meta.dirname, "../../fixtures/v2-psk-modp2048")
    const capture = memorySource(new Uint8Array(readFileSync(join(folder, "capture.pcap"))))
    const { secrets } = importSecrets(readFileSync(join(folder, "keys.json")), { file: "keys.json" })
    const opened = goldenOf((await analyze(capture, { provider: nodeProvider, secrets })).report)
    const closed = goldenOf((await analyze(capture, { provider: nodeProvider })).report)
    const ofSa = (a: Golden, b: Golden) => compareReports(a, b).filter(d => d.path.startsWith("ike_sas[0]."))
    const encrypted = "ike_sas[0].encrypted_messages"
    expect(ofSa(opened, closed).filter(d => !/findings|checks/.test(d.path))).toMatchObject([
      { path: encrypted, before: "opened", after: "not opened" },
    ])
    expect(ofSa(closed, opened).find(d => d.path === encrypted)).toMatchObject({
      before: "not opened",
      after: "opened",
    })
    expect(compareReports(opened, closed).some(d => d.path.endsWith("child_sa"))).toBe(false)
    // What is in the clear is compared all the same.
    const other = structuredClone(closed) as unknown as { ike_sas: { suite: { encr: string } }[] }
    other.ike_sas[0].suite.encr = "AES-CBC-256"
    expect(ofSa(opened, other as unknown as Golden).map(d => d.path)).toContain("ike_sas[0].suite.encr")
  })

  it("name the member, and what it was and is", () => {
    const before = sample("v2-psk-modp2048")
    const after = structuredClone(before)
    after.ike_sas[0].suite.ke = ["MODP-3072"]
    after.ike_sas[0].exchanges.splice(1, 0, {
      ...after.ike_sas[0].exchanges[0],
      type: "IKE_INTERMEDIATE",
      messages: [],
    })
    after.ike_sas[0].child_sas[0].ts_i.push("10.9.0.0/16")
    const differences = compareReports(goldenOf(before), goldenOf(after))
    expect(differences).toEqual([
      { path: "ike_sas[0].suite.ke", before: ["MODP-2048"], after: ["MODP-3072"] },
      {
        path: "ike_sas[0].exchanges[1]",
        before: undefined,
        after: { type: "IKE_INTERMEDIATE", started_by: "initiator", complete: true, messages: [] },
      },
      { path: "ike_sas[0].child_sas[0].ts_i", before: ["10.10.1.0/24"], after: ["10.10.1.0/24", "10.9.0.0/16"] },
    ])
    const text = [...differenceText(differences, { width: 80 }, "tunnel.golden.json")].join("")
    expectGolden("check/differences.txt", text)
  })

  it("align lists, so that one more item is one difference", () => {
    const at = (items: number[]) => items.map(n => ({ n }))
    expect(compareValues(at([1, 2, 3, 4]), at([1, 3, 4]))).toEqual([
      { path: "[1]", before: { n: 2 }, after: undefined },
    ])
    expect(compareValues(at([1, 2, 3]), at([0, 1, 2, 3]))).toEqual([
      { path: "[0]", before: undefined, after: { n: 0 } },
    ])
    expect(compareValues(at([1, 2]), at([1, 5]))).toEqual([{ path: "[1].n", before: 2, after: 5 }])
    expect(compareValues({ a: 1 }, { b: 1 })).toEqual([
      { path: "a", before: 1, after: undefined },
      { path: "b", before: undefined, after: 1 },
    ])
  })

  it("of long lists are found place by place, and end", () => {
    const long = Array.from({ length: 5000 }, (_, n) => ({ n }))
    expect(compareValues(long, long)).toEqual([])
    expect(compareValues(long, long.slice(1)).length).toBeLessThanOrEqual(200)
  })
})

describe("timings", () => {
  it("stand side by side", () => {
    const found = timings(sample("v2-psk-modp2048"), sample("v2-no-proposal"))
    expect(found[0]).toEqual({ what: "ike/0 set up", before: 24_759_000n, after: null })
    expect(found.find(t => t.what === "ike/0 IKE_SA_INIT")?.after).toBeGreaterThan(0n)
  })
})
