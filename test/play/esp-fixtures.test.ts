/** The captures of ESP that are made here, and what is reported of them: several senders, a sender that moves, ESP in ESP. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/bytes/hex.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { type EspFixture, espInEsp, twoSenders } from "../helpers/esp-fixtures.ts"
import { cutSource, randomOf } from "../helpers/segments.ts"
import { reportOf, secretsOf } from "./analyzed.ts"
import { oneBitOff } from "./tape.ts"

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")

const MADE: readonly (readonly [string, () => EspFixture])[] = [
  ["esp-two-senders", twoSenders],
  ["esp-in-esp", espInEsp],
]

describe.each(MADE)("fixtures/%s", (name, make) => {
  it("is what test/helpers/esp-fixtures.ts makes; UPDATE_FIXTURES=1 writes it", () => {
    const { capture, keys } = make()
    const folder = join(FIXTURES, name)
    const text = `${JSON.stringify({ ikedump_keys: 1, ...keys }, null, 2)}\n`
    if (process.env.UPDATE_FIXTURES && !existsSync(folder)) mkdirSync(folder)
    if (process.env.UPDATE_FIXTURES) {
      writeFileSync(join(folder, "capture.pcapng"), capture)
      writeFileSync(join(folder, "keys.json"), text)
    }
    expect(new Uint8Array(readFileSync(join(folder, "capture.pcapng")))).toEqual(capture)
    expect(readFileSync(join(folder, "keys.json"), "utf8")).toBe(text)
  })
})

const rows = (report: Awaited<ReturnType<typeof reportOf>>) =>
  report.esp_sas.map(s => [s.id, s.spi, s.source, s.packets, s.icv_ok, s.icv_failed])

it("two senders are two SAs, one that moves is one", async () => {
  const { capture, keys } = twoSenders()
  const report = await reportOf(capture, keys)
  expect(rows(report)).toEqual([
    ["esp/0", "00001003", "10.3.0.1", 12, 12, 0],
    ["esp/1", "c0ffee01", "192.0.2.10", 12, 12, 0],
    ["esp/2", "00001003", "10.3.0.3", 10, 10, 0],
  ])
  expect(report.esp_sas.every(s => s.sequence.duplicate === 0 && s.sequence.missing === 0)).toBe(true)
  expect(report.secrets.every(s => s.used_by.length === 1)).toBe(true)
})

describe("ESP in ESP", () => {
  const { capture, keys } = espInEsp()
  const counts = [10, 10, 0]

  it("has a row for each layer and direction, however the capture is read", async () => {
    const report = await reportOf(capture, keys)
    expect(rows(report).map(r => [r[1], ...r.slice(3)])).toEqual([
      ["c1000001", ...counts],
      ["c2000001", ...counts],
      ["c1000002", ...counts],
      ["c2000002", ...counts],
    ])
    expect(report.secrets.every(s => s.used_by.length === 1)).toBe(true)
    expect(report.diagnostics.filter(d => d.code === "esp-nested").map(d => d.sa)).toEqual(["esp/2", "esp/3"])
    const run = async (source: Parameters<typeof analyze>[0]) =>
      (await analyze(source, { provider: nodeProvider, secrets: secretsOf(keys) })).report
    const whole = await run(memorySource(capture))
    expect(await run(cutSource(capture, 4, randomOf(4)).source)).toEqual(whole)
    expect((await run({ ...memorySource(capture), rereadable: false })).esp_sas).toEqual(whole.esp_sas)
  })

  it("has a row for an inner SA without a key, and with a wrong one none of its packets opens", async () => {
    const [outer, inner, ...rest] = keys.child_sas
    const alone = await reportOf(capture, { child_sas: [outer] })
    expect(
      rows(alone)
        .filter(r => r[1] === "c2000001")
        .map(r => r.slice(3)),
    ).toEqual([[10, 0, 0]])
    const key = oneBitOff(Uint8Array.from(Buffer.from(String(inner.integ_key), "hex")))
    const wrong = await reportOf(capture, { child_sas: [outer, { ...inner, integ_key: toHex(key) }, ...rest] })
    expect(
      rows(wrong)
        .filter(r => r[1] === "c2000001")
        .map(r => r.slice(3)),
    ).toEqual([[10, 0, 10]])
  })

  it("without the outer key nothing of the inner is known", async () => {
    const report = await reportOf(capture, { child_sas: keys.child_sas.slice(1, 2) })
    expect(rows(report).map(r => r[1])).toEqual(["c1000001", "c1000002"])
  })
})
