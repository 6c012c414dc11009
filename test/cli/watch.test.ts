/** `ikedump watch`: events of a whole file, of one that grows and is rotated, and the end by Ctrl-C. */
import { type ChildProcess, spawn } from "node:child_process"
import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import type { WatchEvent } from "../../src/report/watch-events.ts"
import { type Capture, captureBytes, edit, fixtureCapture, join as joined, pick } from "../helpers/capture-edit.ts"
import { runCommand } from "../helpers/run-command.ts"
import { threadSeconds } from "../helpers/thread-seconds.ts"

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

describe("ends that move, ESP that stops", () => {
  const written = (name: string, what: Capture): string => {
    const path = join(folder, name)
    writeFileSync(path, captureBytes(what))
    return path
  }
  const kinds = async (path: string, ...args: string[]): Promise<WatchEvent[]> =>
    (await runCommand("watch", "--once", path, "--format", "ndjson", ...args)).out
      .split("\n")
      .filter(Boolean)
      .map(line => JSON.parse(line))

  it("a scan of hosts in between pushes out no tunnel, and is looked at no more often than there is time for", async () => {
    const nat = fixtureCapture("v2-nat")
    const [request] = nat.frames
    const scan: Capture = {
      header: nat.header,
      frames: Array.from({ length: 4000 }, (_, n) => {
        const bytes = request.bytes.slice()
        const view = new DataView(bytes.buffer)
        // IPv4 over Ethernet without options: source address, and the initiator's SPI behind UDP.
        view.setUint32(26, 0x0a090000 + n)
        view.setUint32(42, n + 1)
        return { ...request, bytes }
      }),
    }
    const mixed = joined(pick(nat, [1, 2]), scan, pick(nat, nat.frames.map((_, i) => i + 1).slice(2)))
    const args = ["--keys", join(root, "fixtures/v2-nat/keys.json")]
    const of = (events: readonly WatchEvent[]) => events.filter(e => e.peers[0] === "10.1.0.1").map(e => e.event)
    const before = threadSeconds()
    const got = await kinds(written("scan.pcap", mixed), ...args)
    expect(threadSeconds() - before).toBeLessThan(10)
    expect(of(got)).toEqual(of(await kinds(written("alone.pcap", nat), ...args)))
  })

  it("a NAT that changes its mapping", async () => {
    const nat = fixtureCapture("v2-nat")
    const [first, end] = [107, nat.frames.length]
    let moved = nat
    for (let n = first; n <= end; n++)
      moved = edit(moved, n, frame => {
        // IPv4 over Ethernet without options: the port of 10.1.0.1.
        const fromInitiator = frame.getUint8(27) === 1
        frame.setUint16(fromInitiator ? 34 : 36, 51950)
      })
    const got = await kinds(written("moved.pcap", moved))
    expect(got.filter(e => e.event === "moved")).toMatchObject([{ frame: 107, text: expect.stringContaining("51950") }])
    expect((await kinds(written("still.pcap", nat))).filter(e => e.event === "moved")).toEqual([])
  })

  const up = pick(
    fixtureCapture("v2-psk-modp2048"),
    Array.from({ length: 90 }, (_, i) => i + 1),
  )
  const last = up.frames[up.frames.length - 1]
  /** Frames of something else, a second apart. */
  const others = (count: number, from = 1): Capture => ({
    header: up.header,
    frames: Array.from({ length: count }, (_, i) => ({
      ...last,
      seconds: last.seconds + from + i,
      bytes: new Uint8Array(60).fill(8, 12, 14),
    })),
  })
  const keys = ["--keys", join(root, "fixtures/v2-psk-modp2048/keys.json")]
  const stops = async (path: string, ...args: string[]) =>
    (await kinds(path, ...args)).filter(e => e.event === "esp-stopped").map(e => e.text)

  it.each([[keys], [[]]])("ESP that stops while the SA lives, %j", async args => {
    const path = written("stops.pcap", joined(up, others(40)))
    expect(await stops(path, ...args)).toEqual(["ESP fa5608e0 to 10.1.0.2 stopped", "ESP d8d4dc21 to 10.1.0.1 stopped"])
  })

  it("what does not work is reported once, however long it goes on", async () => {
    const whole = fixtureCapture("v2-psk-modp2048")
    const from = (bytes: Uint8Array) => bytes.slice(26, 30).join(".")
    const [first] = whole.frames
    const there = whole.frames.slice(4, 90).filter(f => from(f.bytes) === from(first.bytes))
    const slow = there.slice(0, 20).map((f, i) => ({ ...f, seconds: first.seconds + 2 + 2 * i }))
    const path = written("one-way.pcap", { header: whole.header, frames: [...whole.frames.slice(0, 4), ...slow] })
    expect((await kinds(path)).map(e => e.event)).toEqual(["up", "degraded"])
  })

  it("not where the capture ends, and once more where it goes on and stops again", async () => {
    expect(await stops(written("ends.pcap", up), ...keys)).toEqual([])
    const again = { ...last, seconds: last.seconds + 41 }
    const path = written("again.pcap", joined(up, others(40), { header: up.header, frames: [again] }, others(40, 42)))
    expect((await stops(path, ...keys)).length).toBeGreaterThan(2)
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

  it("is waited for where it is not there yet, and that is said", { timeout: 60_000 }, async () => {
    const path = join(folder, "later.pcap")
    const { child, lines, has } = watching(path)
    const said = new Promise<string>(r => child.stderr?.once("data", chunk => r(String(chunk))))
    expect(await said).toContain("later.pcap is not there yet: waiting for it")
    writeFileSync(path, readFileSync(capture("v2-no-proposal")))
    await has(1)
    const exit = ended(child)
    child.kill("SIGINT")
    expect([await exit, lines.length]).toEqual([0, 1])
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

describe.skipIf(!built)("--metrics", () => {
  /** The value of one sample of an exposition. */
  const sampleOf = (text: string, name: string, label = ""): number =>
    Number(
      text
        .split("\n")
        .find(line => line.startsWith(`${name}{`) && line.includes(label))
        ?.split(" ")
        .at(-1),
    )

  it("serves what is known, on this computer alone, until the end", { timeout: 60_000 }, async () => {
    const { child, has } = watching("-", "--metrics", "0")
    let said = ""
    child.stderr?.on("data", chunk => {
      said += chunk
    })
    child.stdin?.write(readFileSync(capture("v2-psk-modp2048")))
    await has(1)
    const url = /metrics at (http:\/\/127\.0\.0\.1:\d+\/metrics)/.exec(said)?.[1] as string
    const answer = await fetch(url)
    const text = await answer.text()
    expect(answer.headers.get("content-type")).toContain("application/openmetrics-text")
    expect(text.endsWith("# EOF\n")).toBe(true)
    expect(sampleOf(text, "ikedump_captured_packets_total", 'kind="isakmp"')).toBe(6)
    expect(sampleOf(text, "ikedump_captured_packets_total", 'kind="esp"')).toBe(86)
    expect(sampleOf(text, "ikedump_esp_packets_total", 'spi="0xfa5608e0"')).toBe(43)
    expect(sampleOf(text, "ikedump_esp_missing_packets", 'spi="0xfa5608e0"')).toBe(0)
    const known = text.split("\n").filter(line => line.startsWith("ikedump_ike_sas{"))
    expect(known.reduce((n, line) => n + Number(line.split(" ").at(-1)), 0)).toBe(1)
    expect((await fetch(url.replace("/metrics", "/"))).status).toBe(404)
    expect((await fetch(url, { method: "POST" })).status).toBe(405)
    const exit = ended(child)
    child.kill("SIGINT")
    expect(await exit).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })

  it("says that a port is taken", { timeout: 60_000 }, async () => {
    const server = (await import("node:http")).createServer()
    await new Promise<void>(r => server.listen(0, "127.0.0.1", r))
    const { port } = server.address() as import("node:net").AddressInfo
    const { code, err } = await runCommand("watch", "--once", capture("v2-no-proposal"), "--metrics", String(port))
    server.close()
    expect([code, err]).toEqual([2, expect.stringContaining("the port is taken")])
  })
})
