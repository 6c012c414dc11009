/**
 * What strangers can make a capture cost: files of a few megabytes that aim at one table each. Time is processor time of this process,
 * with room for a busy machine: what is quadratic takes minutes.
 */
import { describe, expect, it } from "vitest"
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { memorySource } from "../../src/index.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import { type Capture, captureBytes, fixtureCapture, join, pick } from "../helpers/capture-edit.ts"
import { threadSeconds } from "../helpers/thread-seconds.ts"
import { ip, LEFT, RIGHT } from "../play/tape.ts"

const SECONDS = 5
const BYTES = 2_000_000

/** A pcap of packets without a link layer, until it has `BYTES`. */
function capture(packet: (n: number) => Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(24))
  head.setUint32(0, 0xa1b2c3d4)
  head.setUint16(4, 2)
  head.setUint16(6, 4)
  head.setUint32(16, 0xffff)
  head.setUint32(20, 101)
  const parts: Uint8Array[] = [new Uint8Array(head.buffer)]
  for (let n = 0, size = 24; size < BYTES; n++) {
    const bytes = packet(n)
    parts.push(u32be(1_700_000_000 + Math.floor(n / 1000)), u32be((n % 1000) * 1000), u32be(bytes.length))
    parts.push(u32be(bytes.length), bytes)
    size += 16 + bytes.length
  }
  return new Uint8Array(Buffer.concat(parts))
}

const scattered = (n: number, below: number): number => (Math.imul(n, 2_654_435_761) >>> 0) % below
const EMPTY = new Uint8Array(0)

const ATTACKS: Readonly<Record<string, (n: number) => Uint8Array>> = {
  "an SPI in each ESP packet": n => ip(LEFT, RIGHT, 50, concat(u32be(n + 256), u32be(1), new Uint8Array(8))),
  "an SPI in each AH packet": n =>
    ip(LEFT, RIGHT, 51, concat(u32be(0x0404_0000), u32be(n + 256), u32be(1), new Uint8Array(12))),
  "a sequence number far from the last in each packet": n =>
    ip(LEFT, RIGHT, 50, concat(u32be(4242), u32be(Math.imul(n, 2_654_435_761) >>> 0), new Uint8Array(8))),
  "TCP segments of one byte, each behind a gap": n =>
    ip(
      LEFT,
      RIGHT,
      6,
      concat(
        u16be(5000),
        u16be(4500),
        u32be(1000 + 2 * scattered(n, 500_000)),
        u32be(0),
        u32be(0x5018_0100),
        u32be(0),
        new Uint8Array(1),
      ),
    ),
  "IP fragments of one datagram out of order": n => {
    const packet = ip(LEFT, RIGHT, 17, new Uint8Array(8))
    packet.set(u16be(0x2000 | scattered(n, 8000)), 6)
    return packet
  },
  "half-open SAs": n =>
    ip(
      { address: [10, n >>> 16, (n >>> 8) & 255, n & 255], port: 500 },
      RIGHT,
      17,
      concat(
        u16be(500),
        u16be(500),
        u16be(36),
        u16be(0),
        u32be(n),
        u32be(1),
        new Uint8Array(8),
        Uint8Array.of(0, 0x20, 34, 8),
        u32be(0),
        u32be(28),
        EMPTY,
      ),
    ),
}

/** An IKEv2 message of one payload type again and again. */
function messageOf(exchange: number, type: number, bodies: readonly Uint8Array[], n: number): Uint8Array {
  const chain = bodies.map((body, i) =>
    concat(Uint8Array.of(i + 1 < bodies.length ? type : 0, 0), u16be(4 + body.length), body),
  )
  const payloads = concat(...chain)
  const head = concat(u32be(n), u32be(1), u32be(0), u32be(n), Uint8Array.of(type, 0x20, exchange, 0x28), u32be(n))
  const message = concat(head, u32be(28 + payloads.length), payloads)
  return ip(LEFT, RIGHT, 17, concat(u16be(500), u16be(500), u16be(8 + message.length), u16be(0), message))
}

const list = (count: number, make: (i: number) => Uint8Array): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** Messages of many payloads, or with long lists in them. */
const LONG: Readonly<Record<string, (n: number) => Uint8Array>> = {
  "a thousand errors of private use in each message": n =>
    messageOf(
      34,
      41,
      list(1000, i => concat(u16be(0), u16be(9000 + i))),
      n,
    ),
  "255 traffic selectors in each message": n =>
    messageOf(
      37,
      44,
      [
        concat(
          Uint8Array.of(255, 0, 0, 0),
          ...list(255, i => concat(u32be(0x0700_0010), u32be(0xffff), u32be(i), u32be(i))),
        ),
      ],
      n,
    ),
  "15,000 configuration attributes in each message": n =>
    messageOf(37, 47, [concat(u32be(0x0100_0000), ...list(15_000, i => concat(u16be(i % 40), u16be(0))))], n),
}

/** A negotiation again and again, each an hour after the one before: as many stretches without a packet as SAs. */
function hourly(count: number): Capture {
  const SPI = 42
  const one = pick(fixtureCapture("v2-psk-modp2048"), [1, 2, 3, 4])
  return join(
    ...Array.from({ length: count }, (_, n) => ({
      ...one,
      frames: one.frames.map(f => {
        const bytes = f.bytes.slice()
        bytes.set(u32be(n + 1), SPI)
        return { ...f, bytes, seconds: f.seconds + 3600 * n }
      }),
    })),
  )
}

describe("what an attacker's file costs", () => {
  it("an hour between all SAs of two peers", { timeout: 120_000 }, async () => {
    const bytes = captureBytes(hourly(2500))
    const before = threadSeconds()
    const { report } = await analyze(memorySource(bytes), { provider: nodeProvider })
    const seconds = threadSeconds() - before
    expect(report.ike_sas).toHaveLength(2500)
    expect(seconds).toBeLessThan(SECONDS)
  })

  it.each(Object.entries(ATTACKS))("%s", { timeout: 120_000 }, async (_what, packet) => {
    const bytes = capture(packet)
    const before = threadSeconds()
    const { report } = await analyze(memorySource(bytes), { provider: nodeProvider })
    const seconds = threadSeconds() - before
    expect(report.counts.frames).toBeGreaterThan(20_000)
    expect(seconds).toBeLessThan(SECONDS)
  })

  it.each(Object.entries(LONG))("%s", { timeout: 60_000 }, async (_what, packet) => {
    const bytes = capture(packet)
    const before = threadSeconds()
    const { report } = await analyze(memorySource(bytes), { provider: nodeProvider })
    const seconds = threadSeconds() - before
    expect(report.counts.isakmp).toBeGreaterThan(30)
    expect(seconds).toBeLessThan(SECONDS / 2)
    expect(report.diagnostics.length).toBeLessThan(20 * report.counts.isakmp)
  })
})
