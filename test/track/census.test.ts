/** Who speaks last when; and that a stream of SAs which close on it says what the report says that holds them all. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { Kind, PacketView } from "../../src/net/packet-view.ts"
import { Census } from "../../src/track/census.ts"
import { runCommand } from "../helpers/run-command.ts"

function headerOf(n: number): Uint8Array {
  const header = new Uint8Array(28)
  new DataView(header.buffer).setUint32(0, Math.imul(n, 0x9e3779b1))
  new DataView(header.buffer).setUint32(4, n)
  return header
}

function tell(census: Census, frame: number, bytes: Uint8Array, kind: Kind = Kind.ISAKMP): void {
  const view = new PacketView()
  Object.assign(view, { frame, kind, payloadBytes: bytes, payloadStart: 0, payloadEnd: bytes.length })
  census.packet(view)
}

describe("Census", () => {
  it("knows the last frame of each of many SPIs", () => {
    const many = 20_000
    const census = new Census(many)
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < many; n++) tell(census, 1 + round * many + n, headerOf(n))
    tell(census, 3 * many, headerOf(5))
    tell(census, 3 * many + 1, headerOf(5), Kind.ESP)
    for (let n = 0; n < many; n++) {
      if (n !== 5 && !census.isLast(headerOf(n), 0, 1 + many + n)) throw new Error(`${n} does not end`)
      if (census.isLast(headerOf(n), 0, 1 + n)) throw new Error(`${n} speaks again`)
    }
    expect(census.isLast(headerOf(5), 0, 3 * many)).toBe(true)
  })

  it("leaves out whom it has no place for", () => {
    const census = new Census(0)
    for (let n = 0; n < 10_000; n++) tell(census, 1 + n, headerOf(n))
    let known = 0
    for (let n = 0; n < 10_000; n++) if (census.isLast(headerOf(n), 0, 1 + n)) known++
    expect(known).toBe(Math.ceil(0.8 * 4096))
    expect(census.isLast(headerOf(20_000), 0, 0)).toBe(false)
  })

  it("gives up where there are few SAs among many frames", () => {
    const census = new Census(100)
    for (let n = 0; n < 10; n++) tell(census, 1 + n, headerOf(n))
    expect(census.stop.stopped).toBe(false)
    expect(census.isLast(headerOf(1), 0, 2)).toBe(true)
    tell(census, (1 << 20) + 1, headerOf(3))
    expect(census.stop.stopped).toBe(true)
    expect(census.isLast(headerOf(1), 0, 2)).toBe(false)
  })
})

const FIXTURES = resolve(import.meta.dirname, "../../fixtures")

/** The first frames of a fixture again and again, each time under other SPIs; every second SA goes on at the end of the capture. */
function manySas(sas: number): string {
  const capture = readFileSync(join(FIXTURES, "v2-psk-modp2048/capture.pcap"))
  const records: Buffer[] = []
  for (let at = 24; records.length < 4; ) {
    const length = capture.readUInt32LE(at + 8)
    records.push(capture.subarray(at, at + 16 + length))
    at += 16 + length
  }
  const of = (n: number, which: number) => {
    const record = Buffer.from(records[which])
    record.writeUInt32BE(Math.imul(n, 2654435761) >>> 0, 16 + 42)
    if (which > 0) record.writeUInt32BE(n + 1, 16 + 50)
    return record
  }
  const all: Buffer[] = [capture.subarray(0, 24)]
  for (let n = 0; n < sas; n++) all.push(of(n, 0), of(n, 1))
  for (let n = 0; n < sas; n += 2) all.push(of(n, 2), of(n, 3))
  const path = join(mkdtempSync(join(tmpdir(), "ikedump-")), "many.pcap")
  writeFileSync(path, Buffer.concat(all))
  return path
}

/** Findings that are reported for whichever SA comes first. */
const OF_THE_FIRST = ["peer-vendor", "ke-reused", "nonce-reused"]

describe("a stream of many SAs", () => {
  it("says of each what the whole report says", async () => {
    const path = manySas(900)
    const whole = JSON.parse((await runCommand("report", "--format", "json", path)).out)
    const { out } = await runCommand("report", "--format", "ndjson", path)
    const lines = out
      .trim()
      .split("\n")
      .map(line => JSON.parse(line))
    const sas = lines.filter(l => l.kind === "ike_sa").map(({ kind, ...sa }) => sa)
    expect(sas).toHaveLength(900)
    // They are printed as they end: those that go on come last.
    const place = (id: string) => sas.findIndex(sa => sa.id === id)
    expect(place("ike/0")).toBeGreaterThan(place("ike/601"))
    const number = (sa: { id: string }) => Number(sa.id.slice("ike/".length))
    const comparable = (list: { id: string; diagnostics: string[] }[]) =>
      list
        .toSorted((a, b) => number(a) - number(b))
        .map(sa => ({ ...sa, diagnostics: sa.diagnostics.filter(d => !OF_THE_FIRST.includes(d)) }))
    expect(comparable(sas)).toEqual(comparable(whole.ike_sas))
    expect(lines.filter(l => l.code === "peer-vendor")).toHaveLength(2)
    expect(lines.some(l => l.code === "ike-sas-evicted")).toBe(false)
  })
})
