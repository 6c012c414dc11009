/** `ikedump flow` and the streams of `report`: golden files of frames, formats, what is reported when it cannot be. */
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { displayWidth } from "../../src/render/text.ts"
import { runCommand } from "../helpers/run-command.ts"
import { expectGolden } from "../render/golden.ts"

const root = new URL("../..", import.meta.url).pathname
const fixture = (name: string) => join(root, "fixtures", name, "capture.pcap")
const keys = (name: string) => ["--keys", join(root, "fixtures", name, "keys.json")]

beforeEach(() => vi.stubEnv("COLUMNS", "100"))
afterEach(() => vi.unstubAllEnvs())

describe("ikedump flow", () => {
  it("draws the ladders of every SA", async () => {
    const { out, code } = await runCommand("flow", fixture("v2-cookie"))
    expect(code).toBe(0)
    expect([...out.matchAll(/^ike\/\d/gm)].map(m => m[0])).toEqual(["ike/0", "ike/1", "ike/2", "ike/3"])
    const one = await runCommand("flow", fixture("v2-cookie"), "--sa", "ike/3")
    expect(out.endsWith(one.out)).toBe(true)
  })

  it.each([80, 120])("draws all frames in one at %i columns", async width => {
    vi.stubEnv("COLUMNS", String(width))
    const { out } = await runCommand("flow", "--frames", fixture("v1-main-psk"), ...keys("v1-main-psk"))
    expect(Math.max(...out.split("\n").map(displayWidth))).toBeLessThanOrEqual(width)
    expectGolden(`flow/v1-main-psk-frames-${width}.txt`, out)
  })

  it("draws for documents", async () => {
    expect((await runCommand("flow", fixture("v2-dpd"), "--format", "mermaid")).out).toMatch(/^sequenceDiagram\n/)
    const { out } = await runCommand("flow", fixture("v2-cookie"), "--format", "svg")
    expect(out).toMatch(/^<svg /)
    expect(new Set([...out.matchAll(/<rect class="page" width="(\d+)"/g)].map(m => m[1])).size).toBe(1)
  })

  it("refuses what it cannot draw", async () => {
    const unknown = await runCommand("flow", fixture("v2-dpd"), "--sa", "ike/9")
    expect(unknown).toMatchObject({ code: 2, out: "", err: expect.stringContaining("no IKE SA is named ike/9") })
    expect((await runCommand("flow", "--frames", "--format", "svg", fixture("v2-dpd"))).code).toBe(2)
    expect((await runCommand("flow", fixture("v2-dpd"), "--limit-sas", "none")).code).toBe(2)
  })
})

describe("ikedump report --format ndjson", () => {
  it("prints SAs as they close, then what is known at the end", async () => {
    const { out } = await runCommand("report", "--format", "ndjson", fixture("v2-cookie"))
    const lines = out
      .trim()
      .split("\n")
      .map(line => JSON.parse(line))
    expect(lines[0]).toEqual({ kind: "report", schema: "ikedump/report/1" })
    const kinds = lines.map(l => l.kind)
    expect(kinds.filter(k => k === "ike_sa")).toHaveLength(4)
    expect(kinds.slice(-3)).toEqual(["capture", "counts", "verdict"])
  })

  it("has the same SAs as JSON, with keys too", async () => {
    const args = [fixture("v2-retrans"), ...keys("v2-retrans")]
    const whole = JSON.parse((await runCommand("report", "--format", "json", ...args)).out)
    const lines = (await runCommand("report", "--format", "ndjson", ...args)).out.trim().split("\n")
    const of = (kind: string) => lines.map(l => JSON.parse(l)).filter(l => l.kind === kind)
    expect(of("ike_sa").map(({ kind, ...sa }) => sa)).toEqual(whole.ike_sas)
    expect(of("esp_sa").map(({ kind, ...sa }) => sa)).toEqual(whole.esp_sas)
    expect(of("diagnostic")).toHaveLength(whole.diagnostics.length)
  })

  it("keeps as many as asked for", async () => {
    const { out } = await runCommand("report", "--format", "json", "--limit-sas", "1", fixture("v2-cookie"))
    const report = JSON.parse(out)
    expect(report.ike_sas).toHaveLength(1)
    expect(report.diagnostics.map((d: { code: string }) => d.code)).toContain("sas-not-kept")
  })
})
