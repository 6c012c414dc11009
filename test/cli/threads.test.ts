/** Commands print and write the same bytes with several threads as with one. They run compiled code. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
// @ts-expect-error: a script without types.
import { makeCapture } from "../../bench/esp-data.mjs"
import { writeLargeCapture } from "../helpers/large-capture.ts"

const root = resolve(import.meta.dirname, "../..")
const built = existsSync(join(root, "dist/bin/segment-worker.js"))
if (!built) console.log("skipped: not built (npm run build)")

const folder = mkdtempSync(join(tmpdir(), "ikedump-threads-"))
const mixed = join(folder, "mixed.pcap")
afterAll(() => rmSync(folder, { recursive: true }))

function ikedump(...args: string[]): string {
  const run = spawnSync(process.execPath, ["bin/ikedump.js", ...args], { cwd: root, maxBuffer: 1 << 30 })
  return `${run.status}\n${run.stdout}\n${run.stderr}`
}

/** The records of a capture dealt out to two, as two interfaces see them. */
function dealtOut(path: string): string[] {
  const bytes = readFileSync(path)
  const hands: Buffer[][] = [0, 1].map(() => [bytes.subarray(0, 24)])
  for (let at = 24, n = 0; at < bytes.length; n++) {
    const end = at + 16 + bytes.readUInt32LE(at + 8)
    hands[n % 3 === 0 ? 0 : 1].push(bytes.subarray(at, end))
    at = end
  }
  return hands.map((hand, i) => {
    const dealt = join(folder, `dealt-${i}.pcap`)
    writeFileSync(dealt, Buffer.concat(hand))
    return dealt
  })
}

/** What the command prints with one thread and with three. */
function expectSame(...args: string[]): string {
  const one = ikedump(...args, "--threads", "1")
  expect(ikedump(...args, "--threads", "3") === one, args.join(" ")).toBe(true)
  return one
}

describe.skipIf(!built)("several threads", () => {
  // IKE of both versions, ESP and AH bare and in UDP, IP fragments, IKE in TCP: over every cut.
  const names = [
    "v2-nat",
    "v2-ah-sha1",
    "v2-ipfrag-bigcert",
    "v2-tcp-rewrap",
    "v1-main-psk",
    "v2-ipv6-outer",
    "v2-frag",
  ]
  beforeAll(() => writeLargeCapture(mixed, names, 20_000_000))

  it("brief", () => {
    const text = expectSame("brief", mixed)
    expect(text).toMatch(/^0\n/)
    expect(text).toMatch(/ESP {2}[0-9a-f]{8} /)
    expectSame("brief", "--format", "json", mixed)
  }, 60_000)

  it("files that overlap in time", () => {
    const [a, b] = dealtOut(mixed)
    expect(expectSame("report", a, b, "--format", "json")).toMatch(/^0\n/)
  }, 60_000)

  it("fields", () => {
    // Three segments.
    const path = join(folder, "fields.pcap")
    writeLargeCapture(path, names, 10_000_000)
    const fields = ["frame.number", "frame.time_delta", "isakmp.ispi", "esp.spi"].flatMap(name => ["-e", name])
    expect(expectSame("fields", path, ...fields, "-Y", "isakmp || esp.sequence == 1", "--format", "json")).toMatch(
      /isakmp.ispi/,
    )
  }, 60_000)

  it("decrypt", () => {
    // AES-256-GCM, ten SAs in turn.
    const { capture, keys } = makeCapture("gcm-256", 14_000, 10)
    const write = (threads: string): Buffer => {
      const out = join(folder, `inner-${threads}.pcapng`)
      expect(ikedump("decrypt", capture, "--keys", keys, "-w", out, "--threads", threads)).toContain(
        "14,000 inner packets",
      )
      return readFileSync(out)
    }
    const one = write("1")
    expect(one.length).toBeGreaterThan(14_000 * 1400)
    expect(write("3").equals(one)).toBe(true)
  }, 60_000)
})
