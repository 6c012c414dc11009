/** `ikedump triage`: a line a capture, the worst first; what cannot be read is a line too. */
import { spawnSync } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it, vi } from "vitest"
import type { TriageLine } from "../../src/report/triage.ts"
import { OUTCOMES } from "../../src/report/verdict/types.ts"
import { runCommand } from "../helpers/run-command.ts"

const root = resolve(import.meta.dirname, "../..")
const fixtures = join(root, "fixtures")
const folder = mkdtempSync(join(tmpdir(), "ikedump-triage-"))
afterAll(() => rmSync(folder, { recursive: true }))

const site = join(folder, "site")
mkdirSync(join(site, "deeper"), { recursive: true })
const put = (fixture: string, name: string) => copyFileSync(join(fixtures, fixture, "capture.pcap"), join(site, name))
put("v2-psk-modp2048", "good.pcap")
put("v2-no-proposal", "deeper/bad.pcap")
put("v2-psk-modp2048", "cut.pcap")
truncateSync(join(site, "cut.pcap"), 3000)
writeFileSync(join(site, "notes.txt"), "no capture")
// A pcap of no packet: there is nothing about IKE in it.
writeFileSync(join(site, "empty.pcap"), readFileSync(join(site, "good.pcap")).subarray(0, 24))

const lines = async (...args: string[]): Promise<TriageLine[]> =>
  (await runCommand("triage", ...args, "--format", "ndjson")).out
    .split("\n")
    .filter(Boolean)
    .map(line => JSON.parse(line))

describe("lines", () => {
  it("are those of the captures in a folder, the worst first", async () => {
    const got = await lines(site)
    expect(got.map(l => l.path.slice(site.length + 1))).toEqual([
      "deeper/bad.pcap",
      "cut.pcap",
      "good.pcap",
      "empty.pcap",
    ])
    const [bad, cut, , empty] = got
    expect(bad).toMatchObject({ outcome: "failed", peers: ["10.1.0.1", "10.1.0.2"], ike_sas: 1, error: null })
    expect(bad.counts.failed).toBe(1)
    expect(cut.error).toContain("cut off")
    expect(empty).toMatchObject({ outcome: null, ike_sas: 0, error: null })
  })

  it("have one for a file that is no capture, or not there, and go on", async () => {
    const { out, code } = await runCommand(
      ...["triage", join(site, "notes.txt"), join(folder, "none.pcap"), join(site, "good.pcap")],
      ...["--format", "json"],
    )
    expect(code).toBe(3)
    const got: TriageLine[] = JSON.parse(out)
    const errors = Object.fromEntries(got.map(l => [l.path.replace(/^.*\//, ""), l.error]))
    expect(errors["notes.txt"]).toContain("neither a pcap nor a pcapng")
    expect(errors["none.pcap"]).toBe("no such file")
    expect(errors["good.pcap"]).toBeNull()
  })

  it("are columns as CSV, and no formula for a spreadsheet", async () => {
    const { out } = await runCommand("triage", site, "--format", "csv")
    const rows = out.trimEnd().split("\r\n")
    expect(rows[0].split(",").slice(0, 4)).toEqual(["path", "outcome", "certainty", "cause"])
    expect(rows[0].split(",")).toEqual(expect.arrayContaining([...OUTCOMES, "frames", "error"]))
    expect(rows).toHaveLength(5)
    const evil = join(folder, '=1+1,"x".pcap')
    copyFileSync(join(site, "good.pcap"), evil)
    const text = (await runCommand("triage", evil, "--format", "csv")).out.split("\r\n")[1]
    expect(text.startsWith(`"${evil.replaceAll('"', '""')}"`)).toBe(true)
  })

  it("read as text at any width", async () => {
    for (const columns of ["60", "80", "120", "200"]) {
      vi.stubEnv("COLUMNS", columns)
      const { out } = await runCommand("triage", site, "--color", "never")
      expect(Math.max(...out.split("\n").map(l => l.length))).toBeLessThanOrEqual(Number(columns))
      expect(out.split("\n")[0]).toMatch(/^✖ failed/)
    }
    vi.unstubAllEnvs()
  })
})

describe("--fail-on", () => {
  it.each([
    ["failed", 1],
    ["degraded", 1],
  ])("%s is %i where a capture is that or worse", async (outcome, code) => {
    expect((await runCommand("triage", join(site, "deeper"), "--fail-on", outcome)).code).toBe(code)
  })

  it("is 0 where all are better, and 2 for an outcome that is none", async () => {
    expect((await runCommand("triage", join(site, "good.pcap"), "--fail-on", "failed")).code).toBe(0)
    const { code, err } = await runCommand("triage", site, "--fail-on", "fialed")
    expect([code, err]).toEqual([2, expect.stringContaining("did you mean failed?")])
  })
})

const bin = join(root, "dist/bin/segment-worker.js")
if (!existsSync(bin)) console.log("skipped: not built (npm run build)")

describe.skipIf(!existsSync(bin))("threads", () => {
  it("say the same as one", () => {
    const many = join(folder, "many")
    mkdirSync(many)
    for (let i = 0; i < 24; i++) {
      const fixture = ["v2-psk-modp2048", "v2-no-proposal", "v1-main-psk"][i % 3]
      copyFileSync(join(fixtures, fixture, "capture.pcap"), join(many, `${i}.pcap`))
    }
    const keys = ["v2-psk-modp2048", "v1-main-psk"].flatMap(f => ["--keys", join(fixtures, f, "keys.json")])
    const run = (threads: string) => {
      const args = ["bin/ikedump.js", "triage", many, ...keys, "--format", "ndjson", "--threads", threads]
      const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" })
      expect(status).toBe(0)
      return stdout
    }
    const two = run("2")
    expect(two.trim().split("\n")).toHaveLength(24)
    expect(two).toBe(run("1"))
  })
})
