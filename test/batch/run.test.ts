/** `ikedump batch` on this machine: the result of a run is the report of its captures, whatever is killed, missing or damaged on the way. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { serialize } from "node:v8"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { keysDigest } from "../../src/batch/run-folder.ts"
import { present } from "../../src/bytes/typed.ts"
import { encrOfIkev2 } from "../../src/crypto/encr.ts"
import type { DataSaKeys } from "../../src/keys/data-sa-keys.ts"
import { analyzeFiles, loadSecrets } from "../../src/node/index.ts"
import { rotated } from "./captures.ts"

const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const keys = resolve(import.meta.dirname, "../../fixtures/v2-nat/keys.json")
const base = mkdtempSync(join(tmpdir(), "ikedump-batch-"))
afterAll(() => rmSync(base, { recursive: true }))

const ikedump = (...args: string[]) => spawnSync(process.execPath, [bin, "batch", ...args], { encoding: "utf8" })
const rows = (run: string, table: string) =>
  readFileSync(join(run, "result", `${table}.ndjson`), "utf8")
    .split("\n")
    .filter(line => line !== "")
    .map(line => JSON.parse(line))

/** What a table says, without the name of the run. */
const stableRows = (run: string, table: string) => rows(run, table).map(({ run: _, ...row }) => row)

const TABLES = ["captures", "ike_sas", "exchanges", "child_sas", "esp_sas", "checks", "findings", "verdicts"]
const everything = (run: string) => Object.fromEntries(TABLES.map(table => [table, stableRows(run, table)]))

let captures: string[]
const first = join(base, "first")

beforeAll(() => {
  mkdirSync(join(base, "captures"))
  captures = rotated("v2-nat", join(base, "captures"), 6)
  const { status, stderr } = ikedump("run", join(base, "captures"), "-o", first, "--keys", keys, "--threads", "2")
  expect([status, stderr]).toEqual([0, expect.stringContaining("6 captures in 6 segments")])
})

describe("a run", () => {
  it("says what the report of its captures says", async () => {
    const { report } = await analyzeFiles(captures, { secrets: (await loadSecrets([keys])).secrets })
    expect(stableRows(first, "ike_sas").map(r => [r.ike_sa, r.state, r.outcome])).toEqual(
      report.ike_sas.map(sa => [sa.id, sa.state, sa.verdict.outcome]),
    )
    const numbers = (r: { packets: number; icv_ok: number; missing?: number }) => [r.packets, r.icv_ok]
    expect(stableRows(first, "esp_sas").map(numbers)).toEqual(report.esp_sas.map(numbers))
    expect(stableRows(first, "checks").map(r => r.status)).toEqual(
      report.ike_sas.flatMap(sa => sa.checks.map(c => c.status)),
    )
    expect(stableRows(first, "esp_sas").every(r => r.icv_failed === 0 && r.icv_ok === r.packets)).toBe(true)
  })

  it("keeps its files for their owner, and no secret but the keys of data SAs", () => {
    for (const name of ["manifest.json", "fold.bin", "keys-files.json"])
      expect(statSync(join(first, name)).mode & 0o077).toBe(0)
    const secret = JSON.parse(readFileSync(keys, "utf8")).dh_shared[0] as string
    for (const name of readdirSync(first, { recursive: true, encoding: "utf8" })) {
      const path = join(first, name)
      if (statSync(path).isFile()) expect(readFileSync(path).includes(Buffer.from(secret, "hex")), name).toBe(false)
    }
  })

  it("names keys alike, whether they were derived just now or read from a file", () => {
    // V8 holds the same text in one or two bytes a character, and writes it so.
    const [text, wide] = ["10.1.0.0 to 10.1.255.255", "\u010010.1.0.0 to 10.1.255.255".slice(1)]
    expect([text, serialize(text).equals(serialize(wide))]).toEqual([wide, false])
    const keysOf = (source: string, key: number): DataSaKeys => ({
      ...{ id: "child/0", protocol: "ESP", spi: 7, origin: "derived", source },
      keys: {
        encr: present(encrOfIkev2(20, 256)),
        key: Uint8Array.of(key),
        integ: null,
        integKey: new Uint8Array(0),
        esn: false,
      },
    })
    expect(keysDigest([keysOf(text, 1)])).toBe(keysDigest([keysOf(wide, 1)]))
    expect(keysDigest([keysOf(text, 1)])).not.toBe(keysDigest([keysOf(text, 2)]))
  })

  it("stage by stage, by several schedulers, is the same", () => {
    const run = join(base, "stages")
    const steps = [
      ["plan", join(base, "captures"), "-o", run],
      ["scan", run, "--task", "2/2", "--threads", "1"],
      ["scan", run, "--task", "1/2", "--threads", "1"],
      ["fold", run, "--keys", keys, "--threads", "1"],
      ["open", run, "--task", "1/1", "--threads", "1"],
      ["merge", run, "--threads", "1"],
    ]
    for (const step of steps) expect([step[0], ikedump(...step).status]).toEqual([step[0], 0])
    expect(everything(run)).toEqual(everything(first))
  })

  it("goes on where it was: what is done is not done again, what is missing is", () => {
    const scans = join(first, "scans")
    const [gone, ...kept] = readdirSync(scans).sort()
    const times = () => kept.map(name => statSync(join(scans, name)).mtimeMs)
    const before = times()
    const wanted = everything(first)
    unlinkSync(join(scans, gone))
    rmSync(join(first, "result"), { recursive: true })
    expect(ikedump("run", join(base, "captures"), "-o", first, "--keys", keys, "--threads", "1").status).toBe(0)
    expect(everything(first)).toEqual(wanted)
    expect(times()).toEqual(before)
    expect(readdirSync(scans).sort()).toEqual([gone, ...kept])
  })

  it("a merge that was killed is done again, and nothing else is", async () => {
    const wanted = everything(first)
    const result = join(first, "result")
    const stages = ["scans", "opened"].map(stage => join(first, stage))
    const times = () => stages.flatMap(s => readdirSync(s).map(name => [name, statSync(join(s, name)).mtimeMs]))
    const before = times()
    rmSync(result, { recursive: true })
    const merge = spawn(process.execPath, [bin, "batch", "merge", first, "--threads", "1"], { stdio: "ignore" })
    const killed = once(merge, "exit")
    while (!existsSync(result) || readdirSync(result).length === 0) await sleep(1)
    merge.kill("SIGKILL")
    expect((await killed)[1]).toBe("SIGKILL")
    expect(readdirSync(result).filter(name => !name.startsWith("."))).toEqual([])
    expect(ikedump("merge", first, "--threads", "1").status).toBe(0)
    expect(everything(first)).toEqual(wanted)
    expect(readdirSync(result).filter(name => name.startsWith("."))).toEqual([])
    expect(times()).toEqual(before)
  })

  it("scans a capture again that changed, and only that", () => {
    const scans = join(first, "scans")
    const before = readdirSync(scans)
    const longer = captures[5]
    const bytes = readFileSync(longer)
    appendFileSync(longer, bytes.subarray(24))
    expect(ikedump("run", join(base, "captures"), "-o", first, "--keys", keys, "--threads", "1").status).toBe(0)
    const after = readdirSync(scans)
    expect(after.filter(name => !before.includes(name))).toHaveLength(1)
    writeFileSync(longer, bytes)
  })
})

describe("what goes wrong", () => {
  it("a truncated capture and one that is none are said, and the others count", () => {
    const folder = join(base, "damaged")
    mkdirSync(folder)
    const paths = rotated("v2-nat", folder, 4)
    truncateSync(paths[1], statSync(paths[1]).size - 7)
    const run = join(base, "damaged-run")
    expect(ikedump("run", ...paths, "-o", run, "--keys", keys, "--threads", "1").status).toBe(0)
    expect(stableRows(run, "captures").map(r => r.complete)).toEqual([true, false, true, true])
    expect(stableRows(run, "findings").some(r => r.code.startsWith("capture-"))).toBe(true)
    expect(stableRows(run, "ike_sas").length).toBeGreaterThan(0)
  })

  it("a damaged file of a run is named", () => {
    const run = join(base, "spoilt")
    expect(ikedump("plan", ...captures, "-o", run).status).toBe(0)
    expect(ikedump("scan", run, "--threads", "1").status).toBe(0)
    const scan = join(run, "scans", readdirSync(join(run, "scans"))[0])
    writeFileSync(scan, "nonsense")
    const { status, stderr } = ikedump("fold", run, "--threads", "1")
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${scan} is damaged`)])
  })

  it("a folder that is no run, and a stage before its time, are said", () => {
    expect(ikedump("scan", base).stderr).toContain("is no run folder")
    const run = join(base, "early")
    ikedump("plan", ...captures, "-o", run)
    expect(ikedump("open", run).stderr).toContain("is not folded yet")
    expect(ikedump("run", ...captures, "-o", run, "--engine", "abacus").stderr).toContain("known: local, bullmq, slurm")
  })
})
