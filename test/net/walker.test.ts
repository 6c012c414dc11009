/** The walk from link layer to IPsec: ports, markers, protocols, tunnels. */
import { describe, expect, it } from "vitest"
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"
import { esp, ike, ipv4, ipv6, marker, rawIp, udp } from "../helpers/packets.ts"
import { walked } from "../helpers/walked.ts"

const kinds = (...packets: Uint8Array[]) => walked(rawIp(...packets)).packets.map(p => p.kind)
const ah = (next: number, inner: Uint8Array) =>
  concat(Uint8Array.of(next, 4, 0, 0), u32be(0xa1), u32be(9), new Uint8Array(12), inner)
const wesp = (flags: number) =>
  concat(Uint8Array.of(4, 0, 0, flags), flags & 0x10 ? u32be(0) : new Uint8Array(0), esp(0xe5, 3))

describe("the 500/4500 split", () => {
  it("IKE, ESP and keepalives by port and marker", () => {
    expect(kinds(ipv4(17, udp(500, 500, ike(1))))).toEqual([Kind.ISAKMP])
    expect(kinds(ipv4(17, udp(40000, 4500, concat(marker, ike(1)))))).toEqual([Kind.ISAKMP])
    expect(kinds(ipv4(17, udp(4500, 40000, esp(0xabc, 1))))).toEqual([Kind.ESP])
    expect(kinds(ipv4(17, udp(4500, 4500, Uint8Array.of(0xff))))).toEqual([Kind.KEEPALIVE])
    expect(kinds(ipv4(17, udp(4500, 4500, Uint8Array.of(1, 2))))).toEqual([])
  })
  it("IKE on port 4500 without the marker is IKE all the same, and reported once a sender", () => {
    const packets = [1, 2].map(n => ipv4(17, udp(4500, 4500, ike(n))))
    const got = walked(rawIp(...packets, ipv4(17, udp(4500, 4500, esp(0x01010101, 1)))))
    expect(got.packets.map(p => p.kind)).toEqual([Kind.ISAKMP, Kind.ISAKMP, Kind.ESP])
    expect(got.diagnostics.map(d => [d.code, d.frame])).toEqual([["no-esp-marker", 1]])
    expect(got.diagnostics[0].message).toContain("SPI 01010203")
  })
  it("IKE on port 500 behind the marker is IKE all the same, and reported once a sender", () => {
    const packets = [1, 2].map(n => ipv4(17, udp(500, 500, concat(marker, ike(n)))))
    const got = walked(rawIp(...packets))
    expect(got.packets.map(p => p.payload.slice(0, 4))).toEqual(["0101", "0201"])
    expect(got.diagnostics.map(d => [d.code, d.frame])).toEqual([["esp-marker-on-500", 1]])
    // Zeros that begin nothing of IKE stay what they are.
    const noise = walked(rawIp(ipv4(17, udp(500, 500, concat(marker, new Uint8Array(60))))))
    expect(noise.diagnostics.map(d => d.code)).not.toContain("esp-marker-on-500")
  })
  it("other ports when named, or by shape when asked for", () => {
    const capture = rawIp(ipv4(17, udp(1111, 2222, ike(1))), ipv4(17, udp(1111, 2222, concat(marker, ike(2)))))
    expect(walked(capture).packets).toEqual([])
    expect(walked(capture, { ikePorts: [2222] }).packets.map(p => p.payload.slice(0, 4))).toEqual(["0101", "0201"])
    expect(walked(capture, { heuristicIke: true }).packets.map(p => p.payload.slice(0, 4))).toEqual(["0101", "0201"])
    const noise = rawIp(ipv4(17, udp(1111, 2222, new Uint8Array(100))))
    expect(walked(noise, { heuristicIke: true }).packets).toEqual([])
  })
})

describe("IPsec protocols", () => {
  it("ESP over IPv4, and behind IPv6 extension headers", () => {
    const got = walked(
      rawIp(
        ipv4(50, esp(0xdeadbeef, 0xffffffff)),
        ipv6(0, concat(Uint8Array.of(60, 0), new Uint8Array(6), Uint8Array.of(50, 0), new Uint8Array(6), esp(7, 8))),
      ),
    )
    expect(got.packets.map(p => [p.spi, p.sequence])).toEqual([
      [0xdeadbeef, 0xffffffff],
      [7, 8],
    ])
  })
  it("AH, and what it protects", () => {
    const got = walked(rawIp(ipv4(51, ah(50, esp(0xe, 2))), ipv4(51, ah(4, ipv4(17, udp(500, 500, ike(1)))))))
    expect(got.packets.map(p => [p.frame, p.kind, p.spi])).toEqual([
      [1, Kind.AH, 0xa1],
      [1, Kind.ESP, 0xe],
      [2, Kind.AH, 0xa1],
      [2, Kind.ISAKMP, 0],
    ])
  })
  it("WESP, by protocol and in UDP, padded or not", () => {
    for (const packet of [
      ipv4(141, wesp(0)),
      ipv4(141, wesp(0x10)),
      ipv4(17, udp(4500, 4500, concat(u32be(2), wesp(0)))),
    ])
      expect(walked(rawIp(packet)).packets.map(p => [p.kind, p.spi, p.sequence])).toEqual([[Kind.WESP, 0xe5, 3]])
  })
  it("says when ESP is too short for its header", () => {
    const got = walked(rawIp(ipv4(50, new Uint8Array(5))))
    expect(got.packets).toEqual([])
    expect(got.diagnostics.map(d => [d.code, d.frame])).toEqual([["esp-truncated", 1]])
  })
})

describe("ICMP errors", () => {
  const quote = ipv4(17, udp(500, 500, ike(5)))
  it("quote IKE, which is not a message of its own", () => {
    const error = concat(Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), quote)
    const got = walked(rawIp(ipv4(1, error, { reversed: true })))
    expect(got.packets.map(p => [p.kind, p.source, p.ports])).toEqual([[Kind.QUOTED_ISAKMP, "10.0.0.1", "500 500"]])
  })
  it("ICMPv6 as well, and cut off in the quote", () => {
    const error = concat(Uint8Array.of(1, 4, 0, 0, 0, 0, 0, 0), ipv6(17, udp(500, 500, ike(5))).subarray(0, 90))
    expect(walked(rawIp(ipv6(58, error))).packets.map(p => p.kind)).toEqual([Kind.QUOTED_ISAKMP])
  })
  it("quoting ESP is no ESP packet", () => {
    const refusal = Uint8Array.of(3, 2, 0, 0, 0, 0, 0, 0)
    expect(kinds(ipv4(1, concat(refusal, ipv4(50, esp(1, 1)))))).toEqual([Kind.QUOTED_ESP])
    expect(kinds(ipv4(1, concat(refusal, ipv4(51, ah(4, esp(1, 1))))))).toEqual([Kind.QUOTED_AH])
    const encapsulated = walked(rawIp(ipv4(1, concat(refusal, ipv4(17, udp(4500, 4500, esp(0xabc, 7)))))))
    expect(encapsulated.packets.map(p => [p.kind, p.spi])).toEqual([[Kind.QUOTED_ESP, 0xabc]])
  })
  it("that quote no more than the UDP header still say that it was IKE", () => {
    const header = ipv4(17, udp(500, 500, ike(5))).subarray(0, 28)
    expect(kinds(ipv4(1, concat(Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), header)))).toEqual([Kind.QUOTED_ISAKMP])
    const other = ipv4(17, udp(53, 53, ike(5))).subarray(0, 28)
    expect(kinds(ipv4(1, concat(Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), other)))).toEqual([])
  })
  it("leave the error's own addresses to frames of no kind", () => {
    const error = ipv4(1, concat(Uint8Array.of(3, 2, 0, 0, 0, 0, 0, 0), ipv4(17, udp(53, 53, esp(1, 1)))), {
      reversed: true,
    })
    expect(walked(rawIp(error), { all: true }).packets.map(p => [p.kind, p.source])).toEqual([[Kind.OTHER, "10.0.0.2"]])
  })
})

describe("hostile nesting", () => {
  it("ends, with a finding", () => {
    let packet = esp(1, 1)
    for (let i = 0; i < 200; i++) packet = ipv4(4, packet)
    const got = walked(rawIp(packet))
    expect(got.packets).toEqual([])
    expect(got.diagnostics.map(d => d.code)).toEqual(["too-many-layers"])
  })
  it("AH in AH in AH", () => {
    const header = Uint8Array.of(51, 0, 0, 0, 0, 0, 0, 1)
    const many = concat(...new Array(8000).fill(header))
    expect(walked(rawIp(ipv4(51, many))).diagnostics.at(-1)?.code).toBe("too-many-layers")
  })
  it("findings of one kind are reported a hundred times, then once more", () => {
    const got = walked(rawIp(...new Array(300).fill(ipv4(50, new Uint8Array(5)))))
    expect(got.diagnostics.length).toBe(101)
    expect(got.diagnostics[100].message).toContain("more than 100")
  })
})

describe("lengths", () => {
  it("what the capture cut off is counted in payloadWireBytes", () => {
    const packet = ipv4(50, esp(1, 1, 100))
    const got = walked(rawIp(packet.subarray(0, 60)))
    expect(got.packets[0].payload.length / 2).toBe(40)
  })
  it("a UDP length counts no further than the IP packet, cut off or not, but for a first fragment", () => {
    const lengthsOf = (packet: Uint8Array) => {
      const lengths: number[] = []
      walkCapture([rawIp(packet)], { packet: v => void lengths.push(v.payloadWireBytes), diagnostic: () => {} })
      return lengths
    }
    const header = (length: number) => concat(u16be(4500), u16be(4500), u16be(length), u16be(0))
    const packet = (length: number, more: boolean) => ipv4(17, concat(header(length), esp(1, 1, 200)), { more })
    const whole = esp(1, 1, 200).length
    expect(lengthsOf(packet(65535, false))).toEqual([whole])
    expect(lengthsOf(packet(65535, false).subarray(0, 100))).toEqual([whole])
    expect(lengthsOf(packet(3000, true).subarray(0, 100))).toEqual([3000 - 8])
    expect(lengthsOf(packet(0, true).subarray(0, 100))).toEqual([whole])
  })
  it("padding behind the IP packet is no payload, a total length of 0 is all there is", () => {
    const padded = concat(ipv4(50, esp(1, 1)), new Uint8Array(6))
    expect(walked(rawIp(padded)).packets[0].payload.length / 2).toBe(40)
    const offloaded = ipv4(50, esp(1, 1))
    offloaded.set(u16be(0), 2)
    expect(walked(rawIp(offloaded)).packets[0].payload.length / 2).toBe(40)
  })
})
