/** Frames that are passed over (`net/idle-frames.ts`, `CaptureReader.pass`) beside the plain form: the descent, record by record. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { CaptureReader } from "../../src/capture/reader.ts"
import { CaptureRecord } from "../../src/capture/record.ts"
import { IdleFrames } from "../../src/net/idle-frames.ts"
import type { PacketView } from "../../src/net/packet-view.ts"
import { portTable } from "../../src/net/ports.ts"
import { Walker } from "../../src/net/walker.ts"
import { CaptureFigures } from "../../src/report/capture-figures.ts"
import { FrameWalk } from "../../src/segment/frame-walk.ts"
import { PCAP_FORMS, PCAPNG_FORMS, type PcapForm, pcap, pcapng } from "../helpers/capture-variants.ts"
import { esp, ike, ipv4, ipv6, udp } from "../helpers/packets.ts"
import { packetOf, type WalkedPacket } from "../helpers/walked.ts"

const ETHERNET = 1

/** The same numbers in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const ethernet = (type: number, payload: Uint8Array): Uint8Array => concat(new Uint8Array(12), u16be(type), payload)
const over4 = (protocol: number, payload: Uint8Array) => ethernet(0x800, ipv4(protocol, payload))
const over6 = (protocol: number, payload: Uint8Array) => ethernet(0x86dd, ipv6(protocol, payload))
const tcp = (source: number, destination: number, payload: Uint8Array) =>
  concat(u16be(source), u16be(destination), u32be(1), u32be(2), Uint8Array.of(0x50, 0x18, 1, 0, 0, 0, 0, 0), payload)
const tcptOpening = concat(u32be(12), u32be(1), new Uint8Array(12))

const NONE = new Uint8Array(30)
const IDLE = [
  over4(17, udp(53, 40_000, NONE)),
  over4(6, tcp(443, 40_000, NONE)),
  over4(6, tcp(40_000, 443, new Uint8Array(0))),
  over6(17, udp(40_000, 443, NONE)),
  over6(6, tcp(80, 40_000, NONE)),
]
const BUSY = [
  over4(17, udp(500, 500, ike(1))),
  over4(17, udp(40_000, 4500, esp(7, 1))),
  over4(50, esp(8, 1)),
  over6(50, esp(9, 1)),
  over4(6, tcp(40_000, 443, tcptOpening)),
  over4(6, tcp(40_000, 10_000, NONE)),
  over4(17, udp(2152, 2152, NONE)),
  ethernet(0x800, ipv4(17, udp(53, 40_000, NONE), { more: true })),
  ethernet(0x8100, concat(u16be(1), u16be(0x800), ipv4(50, esp(8, 2)))),
]
const PORTS = [500, 4500, 848, 53, 443, 10_000, 18_231, 2152, 4789, 1701, 5060, 7, 40_000]

/** What the descent makes of a frame by itself: undefined where it finds, says and remembers nothing. */
function heldBy(walk: FrameWalk, bytes: Uint8Array): string | undefined {
  const record = Object.assign(new CaptureRecord(), { bytes, end: bytes.length, linkType: ETHERNET })
  walk.walk(record)
  const { n, inPieces, hasFinding, ike: isIke } = walk.findings
  return n > 0 || inPieces || hasFinding || isIke ? `${n} ${inPieces} ${hasFinding} ${isIke}` : undefined
}

describe("idle frames", () => {
  const walk = new FrameWalk()
  const idle = new IdleFrames(portTable([]))
  const isIdle = (bytes: Uint8Array) => idle.isIdle(bytes, 0, bytes.length)

  it("are those of other protocols, and no others", () => {
    expect(IDLE.map(isIdle)).toEqual(IDLE.map(() => true))
    expect(BUSY.map(isIdle)).toEqual(BUSY.map(() => false))
  })
  it("by the ports that the user named", () => {
    const named = new IdleFrames(portTable([53]))
    expect(IDLE.map(bytes => named.isIdle(bytes, 0, bytes.length))).toEqual([false, true, true, true, true])
  })
  it("hold nothing by the descent either: 6,000 frames with octets changed, ports exchanged, ends cut off", () => {
    const random = generator(1)
    const all = [...IDLE, ...BUSY]
    let passed = 0
    const wrong: string[] = []
    for (let i = 0; i < 6000; i++) {
      let bytes = all[random(all.length)].slice()
      for (let k = random(3); k > 0; k--) bytes[12 + random(Math.min(70, bytes.length - 12))] = random(256)
      const port = (bytes[12] === 8 ? 34 : 54) + 2 * random(2)
      if (random(3) === 0 && port + 2 <= bytes.length) bytes.set(u16be(PORTS[random(PORTS.length)]), port)
      if (random(4) === 0) bytes = bytes.subarray(0, 1 + random(bytes.length))
      if (!isIdle(bytes)) continue
      passed++
      const held = heldBy(walk, bytes)
      if (held) wrong.push(`${held}: ${Buffer.from(bytes).toString("hex")}`)
    }
    expect(wrong).toEqual([])
    expect(passed).toBeGreaterThan(1000)
  })
})

interface Reading {
  readonly packets: WalkedPacket[]
  readonly diagnostics: string[]
  readonly info: unknown
  passed: number
}

/** Reads a capture in chunks, passing over what is idle or not. */
function read(capture: Uint8Array, chunkBytes: () => number, passes: boolean): Reading {
  const figures = new CaptureFigures()
  const packets: WalkedPacket[] = []
  const diagnostics: string[] = []
  const walker = new Walker({
    packet: (view: PacketView) => void packets.push(packetOf(view)),
    diagnostic: d => void diagnostics.push(`${d.frame} ${d.code}`),
  })
  let passed = 0
  const reader = new CaptureReader({
    record(record) {
      figures.add(record)
      walker.record(record)
    },
    get idle() {
      return passes ? walker.idle : undefined
    },
    passed(records) {
      passed += records.n
      figures.addPassed(records)
      walker.skip(records.n)
    },
    diagnostic: d => void diagnostics.push(`${d.message}`),
  })
  for (let at = 0; at < capture.length; ) {
    const n = chunkBytes()
    reader.push(capture.slice(at, at + n))
    at += n
  }
  reader.end()
  walker.end()
  return { packets, diagnostics, info: { ...figures.info("", undefined, reader), frames: walker.frames }, passed }
}

describe("records that are passed over", () => {
  const random = generator(2)
  const frames = Array.from({ length: 120 }, (_, i) => ({
    // Time goes back now and then.
    seconds: 1000 + (random(8) === 0 ? -random(50) : i),
    nanos: 1000 * random(1_000_000),
    bytes: random(5) === 0 ? BUSY[random(BUSY.length)] : IDLE[random(IDLE.length)],
  }))
  const isPassing = (form: PcapForm) => form.little && form.magic !== 0xa1b2cd34 && form.minor === 4
  const bare = PCAPNG_FORMS.filter(form => form.block === "enhanced").map(form => ({ ...form, bare: true }))
  const captures = [
    ...PCAP_FORMS.map(form => pcap(frames, ETHERNET, form)),
    ...PCAPNG_FORMS.map(form => pcapng(frames, ETHERNET, form)),
    ...bare.map(form => pcapng(frames, ETHERNET, form)),
  ]

  it("count as those that are read one by one, in every form, whole and in chunks of any size", () => {
    const passing = captures.map(capture => {
      const plain = read(capture, () => capture.length, false)
      const [whole] = [() => capture.length, () => 1 + random(300), () => 4096].map(chunkBytes => {
        const fast = read(capture, chunkBytes, true)
        expect({ ...fast, passed: 0 }).toEqual(plain)
        return fast.passed
      })
      return whole > 30
    })
    // Little-endian, of version 2.4; Enhanced Packet Blocks without options, of one section with nothing between them.
    const [pcapForms, pcapngForms] = [PCAP_FORMS.map(isPassing), PCAPNG_FORMS.map(() => false)]
    const bareForms = bare.map(({ little, manySections, noise }) => little && !manySections && !noise)
    expect(passing).toEqual([...pcapForms, ...pcapngForms, ...bareForms])
  })
  it("end where a record is damaged, as those do", () => {
    for (const capture of [captures[0], captures[1], captures[PCAP_FORMS.length + PCAPNG_FORMS.length]])
      for (let i = 0; i < 40; i++) {
        const damaged = capture.slice(0, random(6) === 0 ? random(capture.length) : capture.length)
        for (let k = 0; k < 3; k++) damaged[24 + random(Math.max(1, damaged.length - 24))] = random(256)
        const fast = read(damaged, () => 1 + random(4000), true)
        expect({ ...fast, passed: 0 }).toEqual(read(damaged, () => damaged.length, false))
      }
  })
  it("are none of a fixture's packets", () => {
    const file = new URL("../../fixtures/v2-nat/capture.pcap", import.meta.url)
    const capture = new Uint8Array(readFileSync(file))
    expect({ ...read(capture, () => 5000, true), passed: 0 }).toEqual(read(capture, () => capture.length, false))
  })
})
