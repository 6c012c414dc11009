/** The commands as a user runs them: files, pipes, a pipe that closes, damaged captures. */
import { spawn } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { runCommandWith } from "../helpers/run-command.ts"

const root = new URL("../..", import.meta.url).pathname
const bin = join(root, "bin/ikedump.js")
const built = existsSync(join(root, "dist/bin/main.js"))
if (!built) console.log("skipped: not built (npm run build)")

const fixture = (name: string) => join(root, "fixtures", name, "capture.pcap")
const run = (args: readonly string[], input?: Uint8Array, env: Record<string, string> = {}) =>
  runCommandWith({ input, env }, ...args)

describe("ikedump packets", () => {
  it("one line a frame, in Wireshark's words", async () => {
    const { code, out, err } = await run(["packets", fixture("v2-nat")])
    expect([code, err]).toEqual([0, ""])
    expect(out.split("\n").slice(0, 6)).toEqual([
      "No.       Time     Delta  Source    Destination  Protocol  Dst Port  Length  Info",
      "  1   0.000000  0.000000  10.1.0.1  10.2.0.2     ISAKMP         500     302  IKE_SA_INIT MID=00 Initiator Request  SAi1, KEi, Ni, N×5, V",
      "  2   0.004285  0.004285  10.2.0.2  10.1.0.1     ISAKMP         500     310  IKE_SA_INIT MID=00 Responder Response  SAr1, KEr, Nr, N×6, V",
      "  3   0.008434  0.004149  10.1.0.1  10.2.0.2     ISAKMP        4500     302  IKE_AUTH MID=01 Initiator Request  SK{…}",
      "  4   0.012271  0.003837  10.2.0.2  10.1.0.1     ISAKMP        4500     254  IKE_AUTH MID=01 Responder Response  SK{…}",
      "  5   0.023393  0.011122  10.1.0.1  10.2.0.2     ESP           4500     226  ESP (SPI=0xef3ddc4d)",
    ])
    expect(out).toContain("UDPENCAP      4500      43  NAT-keepalive")
  })
  it("fits the terminal", async () => {
    const { out } = await run(["packets", fixture("v2-nat")], undefined, { COLUMNS: "100" })
    expect(Math.max(...out.split("\n").map(line => line.length))).toBe(100)
  })
  it("--all, --format json and ndjson", async () => {
    const all = JSON.parse((await run(["packets", "--all", "--format", "json", fixture("v2-tcp-rewrap")])).out)
    expect(all.length).toBe(100)
    expect(all[0]).toMatchObject({
      frame: 1,
      protocol: "TCP",
      destination_port: 4500,
      info: "40001 → 4500 [SYN] Len=0",
    })
    const { out } = await run(["packets", "--format", "ndjson", fixture("v1-main-psk")])
    const lines = out.trim().split("\n")
    expect(JSON.parse(lines[6])).toMatchObject({ frame: 7, protocol: "ISAKMP", info: "Quick Mode", source: "10.1.0.1" })
  })
  it("AH, IPv6, reassembled fragments", async () => {
    expect((await run(["packets", fixture("v2-ah-sha1")])).out).toContain("AH (SPI=0xcb47344c)")
    expect((await run(["packets", fixture("v2-ipv6-outer")])).out).toContain("fd00:1::1  fd00:1::2")
    expect((await run(["packets", fixture("v2-ipfrag-bigcert")])).out).toMatch(
      / {2}5 .* IKE_AUTH MID=01 Initiator Request/,
    )
  })
  it("from a pipe, the same", async () => {
    const path = fixture("v2-ipv6-outer")
    expect((await run(["packets", "-"], readFileSync(path))).out).toBe((await run(["packets", path])).out)
  })
  it.skipIf(!built)("line by line while the pipe is open, and in silence when the reader goes away", async () => {
    const bytes = readFileSync(fixture("v2-nat"))
    const live = spawn(process.execPath, [bin, "packets", "-"], { env: { ...process.env, NO_COLOR: "1" } })
    live.stdin.write(bytes.subarray(0, 24 + 16 + 302))
    const first = await new Promise<string>(done => live.stdout.once("data", d => done(d.toString())))
    expect(first).toContain("IKE_SA_INIT MID=00 Initiator Request")
    let errors = ""
    live.stderr.on("data", d => (errors += d))
    live.stdin.on("error", () => {})
    live.stdout.destroy()
    live.stdin.end(bytes.subarray(24 + 16 + 302))
    expect(await new Promise(done => live.on("exit", done))).toBe(0)
    expect(errors).toBe("")
  })
  it("a capture cut off: exit 3, what was read is printed", async () => {
    const { code, out, err } = await run(["packets", "-"], readFileSync(fixture("v2-nat")).subarray(0, 1000))
    expect(code).toBe(3)
    expect(out.split("\n").length).toBe(5)
    expect(err).toMatch(/cut off: \d+ bytes are missing at offset \d+\n$/)
  })
  it("wrong usage: exit 2", async () => {
    expect((await run(["packets", join(root, "none.pcap")])).code).toBe(2)
    expect((await run(["packets", "--ike-port", "x", fixture("v2-nat")])).code).toBe(2)
    expect((await run(["packets", "--format", "xml", fixture("v2-nat")])).code).toBe(2)
  })
})

describe("ikedump brief", () => {
  it("counts frames, lists SPIs", async () => {
    const { code, out } = await run(["brief", "--format", "json", fixture("v2-nat")])
    expect(code).toBe(0)
    const { counts, ike, data } = JSON.parse(out)
    expect(counts).toEqual({ frames: 128, isakmp: 18, esp: 106, ah: 0, keepalive: 4 })
    expect(ike[1].spi_i.length + ike[1].spi_r.length).toBe(32)
    expect(data.map((d: { spi: string }) => d.spi)).toContain("ef3ddc4d")
  })
})

const peers = join(root, "../shared/captures/peers")
const malformed = existsSync(peers)
  ? (JSON.parse(readFileSync(join(peers, "manifest.json"), "utf8")) as { file: string; malformed?: boolean }[])
      .filter(m => m.malformed && /\.(pcap|pcapng|cap)$/.test(m.file))
      .map(m => m.file)
  : []
if (malformed.length === 0) console.log(`skipped: no captures in ${peers}`)

describe.skipIf(malformed.length === 0)("malformed captures", () => {
  it.each(malformed)("%s", async file => {
    for (const command of ["packets", "brief"]) {
      const { code } = await run([command, join(peers, file)])
      expect([0, 3]).toContain(code)
    }
  })
  it("every capture of the peers is read", async () => {
    const all = readdirSync(peers, { recursive: true, encoding: "utf8" }).filter(f => /\.(pcap|pcapng|cap)$/.test(f))
    const { code } = await run(["brief", ...all.map(f => join(peers, f))])
    expect([0, 3]).toContain(code)
  })
})
