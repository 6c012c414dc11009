/** A run by workers at a queue: a real Redis, workers that are killed, a server that goes away and forgets everything. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { rotated } from "./captures.ts"

const haveRedis = spawnSync("redis-server", ["--version"]).status === 0
if (!haveRedis) console.log("skipped: no redis-server here")

const bin = resolve(import.meta.dirname, "../../bin/ikedump.js")
const keys = resolve(import.meta.dirname, "../../fixtures/v2-nat/keys.json")
const base = mkdtempSync(join(tmpdir(), "ikedump-bullmq-"))
const captures = join(base, "captures")
const children: ChildProcess[] = []
let port = 0

afterAll(() => {
  for (const child of children) child.kill("SIGKILL")
  rmSync(base, { recursive: true, force: true, maxRetries: 5 })
})

function start(command: string, args: readonly string[]): { child: ChildProcess; err: () => string } {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] })
  let text = ""
  child.stderr?.on("data", chunk => {
    text += chunk
  })
  children.push(child)
  return { child, err: () => text }
}

const redis = () =>
  start("redis-server", [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    base,
  ])
const worker = () => start(process.execPath, [bin, "worker", "--redis", `redis://127.0.0.1:${port}`, "--threads", "1"])
const batch = (run: string, ...flags: string[]) =>
  start(process.execPath, [bin, "batch", "run", captures, "-o", run, "--keys", keys, "--threads", "1", ...flags])
const queued = (run: string) => batch(run, "--engine", "bullmq", "--redis", `redis://127.0.0.1:${port}`)

const rows = (run: string, table: string) =>
  readFileSync(join(run, "result", `${table}.ndjson`), "utf8").replaceAll(run, "")
const everything = (run: string) =>
  ["captures", "ike_sas", "esp_sas", "checks", "verdicts"].map(table => rows(run, table))
const ended = async ({ child }: { child: ChildProcess }) =>
  child.exitCode === null ? (await once(child, "exit"))[0] : child.exitCode

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 1200 && !what(); i++) await sleep(25)
  expect(what()).toBe(true)
}

describe.skipIf(!haveRedis)("workers at a queue", () => {
  const wanted = join(base, "local")

  beforeAll(async () => {
    mkdirSync(captures)
    rotated("v2-nat", captures, 12)
    expect(await ended(batch(wanted))).toBe(0)
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    port = (server.address() as { port: number }).port
    server.close()
  }, 60_000)

  it("give what this machine alone gives, though one is killed and the server forgets", async () => {
    const run = join(base, "queued")
    const before = redis()
    await sleep(300)
    const coordinator = queued(run)
    const victim = worker()
    await until(() => /scan \d+ of .* done/.test(victim.err()))
    victim.child.kill("SIGKILL")
    const rescuer = worker()
    await until(() => /scan \d+ of .* done/.test(rescuer.err()))
    before.child.kill("SIGKILL")
    await sleep(1500)
    redis()
    const other = worker()
    expect(await ended(coordinator)).toBe(0)
    expect(everything(run)).toEqual(everything(wanted))
    expect(`${coordinator.err()}${rescuer.err()}${other.err()}`).not.toContain("internal error")
    expect(readdirSync(join(run, "scans"))).toHaveLength(12)
    for (const { child } of [rescuer, other]) child.kill("SIGTERM")
  }, 180_000)
})

it("a queue that is not there is waited for, and Ctrl-C ends the wait", async () => {
  port ||= 1
  const run = start(process.execPath, [
    bin,
    "batch",
    "run",
    resolve(keys, ".."),
    "-o",
    join(base, "nobody"),
    "--engine",
    "bullmq",
    "--redis",
    "redis://127.0.0.1:1",
  ])
  await until(() => /does not answer: waiting|not installed/.test(run.err()))
  run.child.kill("SIGINT")
  const timer = setTimeout(() => run.child.kill("SIGKILL"), 15_000)
  await ended(run)
  clearTimeout(timer)
  expect(run.child.signalCode).toBeNull()
}, 60_000)
