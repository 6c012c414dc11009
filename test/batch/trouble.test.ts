/** What a run meets in the field: a full disk, damaged captures, captures that go away, and captures that arrive while it is at work. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { rotated } from "./captures.ts"

const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const keys = resolve(import.meta.dirname, "../../fixtures/v2-nat/keys.json")
const base = mkdtempSync(join(tmpdir(), "ikedump-trouble-"))
const captures = join(base, "captures")
const good = join(base, "good")
const small = join(base, "small")
const children: ChildProcess[] = []

const args = (folder: string, run: string, ...flags: string[]) => [
  ...[bin, "batch", "run", folder, "-o", run, "--keys", keys, "--threads", "1", "--segment-mb", "1"],
  ...flags,
]
const batch = (folder: string, run: string) => spawnSync(process.execPath, args(folder, run), { encoding: "utf8" })

const TABLES = ["captures", "ike_sas", "child_sas", "esp_sas", "checks", "findings", "verdicts"]
/** The tables of a run of `folder`, without the names of both. */
const everything = (run: string, folder: string): string[] =>
  TABLES.map(t =>
    readFileSync(join(run, "result", `${t}.ndjson`), "utf8")
      .replaceAll(run, "")
      .replaceAll(folder, ""),
  )
const rows = (run: string, table: string) =>
  readFileSync(join(run, "result", `${table}.ndjson`), "utf8")
    .trim()
    .split("\n")
    .map(line => JSON.parse(line))

mkdirSync(small)
const canMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", small]).status === 0
if (!canMount) console.log("skipped: no small file system can be mounted here")

beforeAll(() => {
  mkdirSync(captures)
  rotated("v2-nat", captures, 6)
  expect(batch(captures, good).status).toBe(0)
}, 60_000)
afterAll(() => {
  for (const child of children) child.kill("SIGKILL")
  if (canMount) spawnSync("umount", [small])
  rmSync(base, { recursive: true, force: true, maxRetries: 5 })
})

it.skipIf(!canMount)(
  "a full disk is said at every stage, leaves nothing half-written, and the run goes on when there is room",
  () => {
    const run = join(small, "run")
    const stages = new Set<string>()
    let size = 16
    for (;;) {
      const { status, stderr } = batch(captures, run)
      expect(stderr).not.toContain("internal error")
      const left = readdirSync(small, { recursive: true, encoding: "utf8" })
      expect(left.filter(name => name.endsWith(".new"))).toEqual([])
      if (status === 0) break
      expect([status, stderr]).toEqual([74, expect.stringContaining("cannot write the run folder: no space left")])
      stages.add(left.includes("run/fold.bin") ? "late" : left.includes("run/scans") ? "scans" : "plan")
      size += 16
      expect(size).toBeLessThan(2000)
      expect(spawnSync("mount", ["-o", `remount,size=${size}k`, small]).status).toBe(0)
    }
    expect([...stages]).toEqual(expect.arrayContaining(["scans", "late"]))
    expect(everything(run, captures)).toEqual(everything(good, captures))
  },
  240_000,
)

describe("captures", () => {
  it("that are damaged in the middle, or cut off, are reported; those beside them count as ever", () => {
    const folder = join(base, "damaged")
    cpSync(captures, folder, { recursive: true })
    const [, one, , two] = readdirSync(folder).map(name => join(folder, name))
    const bytes = readFileSync(one)
    // The header of a record in the middle.
    let at = 24
    while (at < bytes.length / 2) at += 16 + bytes.readUInt32LE(at + 8)
    bytes.fill(0xff, at, at + 16)
    writeFileSync(one, bytes)
    writeFileSync(two, readFileSync(two).subarray(0, -9))
    const run = join(base, "damaged-run")
    expect(batch(folder, run).status).toBe(0)
    const seen = rows(run, "captures")
    expect(seen.map(c => c.complete)).toEqual([true, false, true, false, true, true])
    const wanted = rows(good, "captures")
    expect(seen.filter(c => c.complete).map(c => c.frames)).toEqual(
      wanted.filter((_, i) => seen[i].complete).map(c => c.frames),
    )
    const ofCaptures = rows(run, "findings").filter(f => f.code.startsWith("capture-"))
    for (const path of [one, two]) expect(ofCaptures.some(f => f.message.startsWith(`${path}: `))).toBe(true)
  }, 60_000)

  it("that went away are named, and the run goes on when they are back", () => {
    const folder = join(base, "gone")
    cpSync(captures, folder, { recursive: true })
    const run = join(base, "gone-run")
    expect(spawnSync(process.execPath, [bin, "batch", "plan", folder, "-o", run]).status).toBe(0)
    const path = join(folder, "003.pcap")
    rmSync(path)
    const scan = () => spawnSync(process.execPath, [bin, "batch", "scan", run, "--threads", "1"], { encoding: "utf8" })
    const failed = scan()
    expect([failed.status, failed.stderr]).toEqual([3, expect.stringContaining("003.pcap")])
    copyFileSync(join(captures, "003.pcap"), path)
    expect(scan().status).toBe(0)
    expect(batch(folder, run).status).toBe(0)
    expect(everything(run, folder)).toEqual(everything(good, captures))
  }, 60_000)
})

it("captures that arrive in a watched folder become tasks, each when it is whole", async () => {
  const folder = join(base, "arriving")
  mkdirSync(folder)
  const run = join(base, "arriving-run")
  const child = spawn(process.execPath, args(folder, run, "--watch", "1"), { stdio: ["ignore", "ignore", "pipe"] })
  children.push(child)
  let err = ""
  child.stderr?.on("data", chunk => {
    err += chunk
  })
  const counted = () => {
    try {
      return rows(run, "captures").length
    } catch {
      return 0
    }
  }
  const until = async (what: () => boolean) => {
    for (let i = 0; i < 800 && !what(); i++) await sleep(100)
    expect([what(), err]).toEqual([true, err])
  }
  await until(() => err.includes("0 captures"))
  const names = readdirSync(captures)
  for (const name of names.slice(0, 2)) copyFileSync(join(captures, name), join(folder, name))
  await until(() => counted() === 2)
  // The others come one after another; the last one grows for a while.
  for (const name of names.slice(2)) copyFileSync(join(captures, name), join(folder, name))
  const last = names.at(-1)!
  const whole = readFileSync(join(captures, last))
  for (const part of [0.3, 0.6, 1]) {
    writeFileSync(join(folder, last), whole.subarray(0, Math.ceil(part * whole.length)))
    await sleep(300)
  }
  await until(() => counted() === 6 && rows(run, "captures").every(c => c.complete))
  child.kill("SIGINT")
  if (child.exitCode === null) await once(child, "exit")
  expect(child.exitCode).toBe(0)
  expect(everything(run, folder)).toEqual(everything(good, captures))
}, 180_000)
