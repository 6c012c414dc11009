/** `ikedump watch`: events of a whole file, of one that grows and is rotated, and the end by Ctrl-C. */
import { type ChildProcess, spawn } from "node:child_process"
import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it, vi } from "vitest"
import type { WatchEvent } from "../../src/report/watch-events.ts"
import { runCommand } from "../helpers/run-command.ts"

vi.mock("../../src/cli/output.ts", async () => ({
  Output: (await import("../helpers/run-command.ts")).CollectedOutput,
}))

const root = resolve(import.meta.dirname, "../..")
const capture = (fixture: string) => join(root, "fixtures", fixture, "capture.pcap")
const folder = mkdtempSync(join(tmpdir(), "ikedump-watch-"))
afterAll(() => rmSync(folder, { recursive: true }))

const events = async (fixture: string, ...args: string[]): Promise<WatchEvent[]> =>
  (await runCommand("watch", "--once", capture(fixture), "--format", "ndjson", ...args)).out
    .split("\n")
    .filter(Boolean)
    .map(line => JSON.parse(line))

describe("a file, once", () => {
  it("tells a tunnel's life in the order of time, with keys", async () => {
    const keys = ["--keys", join(root, "fixtures/v2-nat/keys.json")]
    const got = await events("v2-nat", ...keys)
    expect(got.map(e => e.event)).toEqual(["up", "child-up", "rekeyed", "rekeyed", "deleted"])
    expect(got.map(e => e.time)).toEqual(got.map(e => e.time).sort())
    expect(got[0]).toMatchObject({
      peers: ["10.1.0.1", "10.2.0.2"],
      frame: 4,
      text: "up: IKEv2, left.lab and right.lab",
    })
  })

  it("tells a refusal, and why, without keys", async () => {
    const got = await events("v2-no-proposal")
    expect(got).toHaveLength(1)
    expect(got[0]).toMatchObject({ event: "refused", frame: 2, outcome: "failed", cause: "no-proposal-chosen" })
    expect(got[0].why).toContain("NO_PROPOSAL_CHOSEN")
  })

  it("is a line an event for people, and no control character in it", async () => {
    const { out, code } = await runCommand("watch", "--once", capture("v2-no-proposal"))
    expect(code).toBe(0)
    expect(out).toMatch(/^\d\d:\d\d:\d\d\.\d{3} ✖ 10\.1\.0\.1 → 10\.1\.0\.2 {2}.*\(frame 2\)\n$/)
  })

  it("that is not there is said", async () => {
    expect((await runCommand("watch", "--once", join(folder, "none.pcap"))).code).toBe(2)
  })
})

const built = existsSync(join(root, "dist/bin/main.js"))
if (!built) console.log("skipped: not built (npm run build)")

/** A process that watches, and its lines so far. */
function watching(...args: string[]): { child: ChildProcess; lines: string[]; has(n: number): Promise<void> } {
  const child = spawn(process.execPath, ["bin/ikedump.js", "watch", ...args, "--format", "ndjson"], { cwd: root })
  const lines: string[] = []
  child.stdout?.on("data", chunk => lines.push(...String(chunk).split("\n").filter(Boolean)))
  const has = async (n: number) => {
    for (let i = 0; lines.length < n && i < 300; i++) await new Promise(r => setTimeout(r, 100))
  }
  return { child, lines, has }
}

const ended = (child: ChildProcess) => new Promise<number | null>(r => child.once("exit", code => r(code)))

describe.skipIf(!built)("a file that grows", () => {
  it("is followed, over a rotation, until Ctrl-C", { timeout: 60_000 }, async () => {
    const path = join(folder, "live.pcap")
    const first = readFileSync(capture("v2-no-proposal"))
    // Cut in the middle of a record: the rest comes later.
    writeFileSync(path, first.subarray(0, 200))
    const { child, lines, has } = watching(path)
    appendFileSync(path, first.subarray(200))
    await has(1)
    expect(lines.map(l => JSON.parse(l).event)).toEqual(["refused"])
    renameSync(path, `${path}.1`)
    writeFileSync(path, readFileSync(capture("v2-auth-failed")))
    await has(2)
    const exit = ended(child)
    child.kill("SIGINT")
    expect(await exit).toBe(0)
    expect(lines.map(l => JSON.parse(l).event)).toEqual(["refused", "refused"])
  })

  it("as a pipe that ends with Ctrl-C tells what is known by then", { timeout: 60_000 }, async () => {
    const { child, lines, has } = watching("-")
    child.stdin?.write(readFileSync(capture("v2-psk-modp2048")))
    await has(1)
    const exit = ended(child)
    child.kill("SIGINT")
    expect(await exit).toBe(0)
    expect(JSON.parse(lines[0]).event).toBe("up")
  })
})
