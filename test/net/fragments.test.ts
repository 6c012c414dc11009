/** IPv4 and IPv6 fragments put together, bounded. RFC 791, RFC 8200 §4.5. */
import { describe, expect, it } from "vitest"
import { concat, u32be } from "../../src/bytes/bytes.ts"
import type { Diagnostic } from "../../src/bytes/diagnostic.ts"
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/capture/pcapng-writer.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { esp, ike, ipv4, ipv6, rawIp, udp } from "../helpers/packets.ts"
import { walked } from "../helpers/walked.ts"

const datagram = udp(500, 500, ike(1, 100))
const part = (from: number, to: number, id = 1) =>
  ipv4(17, datagram.subarray(from, to), { id, offset: from, more: to < datagram.length })
const codes = (w: ReturnType<typeof walked>) => w.diagnostics.map(d => d.code)

describe("IPv4 fragments", () => {
  it.each([
    ["in order", [0, 1, 2]],
    ["backwards", [2, 1, 0]],
    ["mixed", [1, 2, 0]],
  ])("%s belong to the frame that completes the datagram", (_, order) => {
    const parts = [part(0, 40), part(40, 80), part(80, 108)]
    const got = walked(rawIp(...order.map(i => parts[i])))
    expect(got.packets.map(p => [p.frame, p.kind, p.ports])).toEqual([[3, Kind.ISAKMP, "500 500"]])
    expect(got.packets[0].payload).toBe(Buffer.from(ike(1, 100)).toString("hex"))
    expect(got.diagnostics).toEqual([])
  })
  it("takes a repeated fragment in silence", () => {
    const got = walked(rawIp(part(0, 40), part(0, 40), part(40, 108)))
    expect(got.packets.map(p => p.frame)).toEqual([3])
    expect(got.diagnostics).toEqual([])
  })
  it("keeps the first of overlapping bytes and says so", () => {
    const other = datagram.slice()
    other.fill(0xff, 48, 64)
    const overlap = ipv4(17, other.subarray(32, 64), { offset: 32, more: true })
    const got = walked(rawIp(part(0, 56), overlap, part(64, 108)))
    expect(codes(got)).toEqual(["fragment-overlap"])
    expect(got.packets[0].payload.slice(2 * (48 - 8), 2 * (56 - 8))).toBe("00".repeat(8))
    expect(got.packets[0].payload.slice(2 * (56 - 8), 2 * (64 - 8))).toBe("ff".repeat(8))
  })
  it("reports a gap at the end", () => {
    const got = walked(rawIp(part(0, 40), part(80, 108)))
    expect(got.packets).toEqual([])
    expect(got.diagnostics.map(d => [d.code, d.frame])).toEqual([["fragment-gap", 1]])
  })
  it("says snap length of a datagram of which a fragment is cut off, and of no other", () => {
    const [head, tail] = [part(0, 40), part(40, 108)]
    const cutEsp = { bytes: ipv4(50, esp(7, 1)).subarray(0, 40), originalBytes: 60 }
    const cutTail = { bytes: tail.subarray(0, 60), originalBytes: tail.length }
    const whole = { bytes: ipv4(50, esp(7, 1)) }
    const findingsOf = (...packets: { bytes: Uint8Array; originalBytes?: number }[]) =>
      walked(
        concat(
          sectionBlock(),
          interfaceBlock({ linkType: 101 }),
          ...packets.map((p, i) => packetBlock({ interfaceId: 0, seconds: 100 + i, nanos: 0, ...p })),
        ),
      ).diagnostics.filter(d => d.code === "fragment-gap")
    const snapped = [expect.stringContaining("snap length"), undefined]
    const lost = [expect.stringContaining("is missing"), ["10.0.0.1", "10.0.0.2"]]
    const of = (d: Diagnostic) => [d.message, d.between]
    expect(findingsOf({ bytes: head }, whole, cutTail).map(of)).toEqual([snapped])
    expect(findingsOf(cutTail, whole, { bytes: head }).map(of)).toEqual([snapped])
    expect(findingsOf(cutEsp, { bytes: head }).map(of)).toEqual([lost])
  })
  it("does not mix datagrams, nor keep those of other traffic", () => {
    const dns = udp(53, 53, new Uint8Array(100))
    const first = ipv4(17, dns.subarray(0, 40), { id: 2, more: true })
    const got = walked(rawIp(part(0, 40), first, part(40, 108, 3), part(40, 108)))
    expect(got.packets.map(p => p.frame)).toEqual([4])
    expect(codes(got)).toEqual(["fragment-gap"])
  })
  it("is bounded", () => {
    const limits = { fragmentedDatagrams: 4 }
    const many = Array.from({ length: 20 }, (_, id) => part(0, 40, id))
    expect(codes(walked(rawIp(...many), { limits }))).toEqual(new Array(20).fill("fragment-gap"))
  })
  it("rejects a fragment past the end of any datagram", () => {
    const got = walked(rawIp(ipv4(17, new Uint8Array(1000), { offset: 65528, more: false })))
    expect(codes(got)).toEqual(["fragment-invalid"])
  })
})

describe("IPv6 fragments", () => {
  const piece = (from: number, to: number) => {
    const field = from | (to < datagram.length ? 1 : 0)
    return ipv6(44, concat(Uint8Array.of(17, 0, field >> 8, field & 255), u32be(7), datagram.subarray(from, to)))
  }
  it("are put together", () => {
    const got = walked(rawIp(piece(56, 108), piece(0, 56)))
    expect(got.packets.map(p => [p.frame, p.kind, p.source])).toEqual([[2, Kind.ISAKMP, "fd00::1"]])
  })
  it("one that is alone is whole (RFC 6946)", () => {
    expect(walked(rawIp(piece(0, 108))).packets.length).toBe(1)
  })
})
