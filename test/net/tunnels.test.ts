/** Tunnels and tags that are looked into, as packets made by hand; each leads to an ESP packet. */
import { describe, expect, it } from "vitest"
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/capture/pcapng-writer.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { esp, ike, ipv4, ipv6, rawIp, udp } from "../helpers/packets.ts"
import { walked } from "../helpers/walked.ts"

const INNER = ipv4(50, esp(0xabcd, 7))
const MAC = new Uint8Array(12)
const ethernet = (type: number, payload: Uint8Array) => concat(MAC, u16be(type), payload)
const frames = (...packets: Uint8Array[]) =>
  concat(
    sectionBlock(),
    interfaceBlock({ linkType: 1 }),
    ...packets.map(bytes => packetBlock({ interfaceId: 0, seconds: 1, nanos: 0, bytes })),
  )
const inUdp = (port: number, payload: Uint8Array) => rawIp(ipv4(17, udp(40000, port, payload)))
const found = (capture: Uint8Array) => walked(capture).packets.map(p => [p.kind, p.spi])
const ESP = [[Kind.ESP, 0xabcd]]

describe("tunnels over UDP", () => {
  it("TZSP, with tags before the frame", () => {
    const frame = ethernet(0x0800, INNER)
    expect(found(inUdp(37008, concat(Uint8Array.of(1, 0, 0, 1, 1), frame)))).toEqual(ESP)
    const tags = Uint8Array.of(10, 1, 5, 0, 0, 13, 2, 1, 2, 1)
    expect(found(inUdp(37008, concat(Uint8Array.of(1, 0, 0, 1), tags, frame)))).toEqual(ESP)
    expect(found(inUdp(37008, concat(Uint8Array.of(1, 4, 0, 1, 1), frame)))).toEqual([])
    expect(found(inUdp(37008, Uint8Array.of(1, 0, 0, 1, 10, 255)))).toEqual([])
  })

  it("CAPWAP, with 802.3 and with 802.11 frames", () => {
    const header = (flags: number) => Uint8Array.of(0, 0x10, 0x02 | flags, 0, 0, 0, 0, 0)
    expect(found(inUdp(5247, concat(header(0), ethernet(0x0800, INNER))))).toEqual(ESP)
    const snap = Uint8Array.of(0xaa, 0xaa, 3, 0, 0, 0, 8, 0)
    const data = concat(Uint8Array.of(0x08, 1), new Uint8Array(22), snap, INNER)
    expect(found(inUdp(5247, concat(header(1), data)))).toEqual(ESP)
    expect(found(inUdp(5247, concat(Uint8Array.of(1), header(0).subarray(1), ethernet(0x0800, INNER))))).toEqual([])
  })

  it("Teredo, with indications before the packet", () => {
    const packet = ipv6(50, esp(0xabcd, 7))
    const authentication = concat(Uint8Array.of(0, 1, 2, 1), new Uint8Array(3 + 9))
    const origin = new Uint8Array(8)
    expect(found(inUdp(3544, packet))).toEqual(ESP)
    expect(found(inUdp(3544, concat(origin, packet)))).toEqual(ESP)
    expect(found(inUdp(3544, concat(authentication, origin, packet)))).toEqual(ESP)
  })

  it("L2TP data messages, with each optional field", () => {
    const ppp = concat(Uint8Array.of(0xff, 3, 0, 0x21), INNER)
    const ids = Uint8Array.of(0, 1, 0, 2)
    expect(found(inUdp(1701, concat(u16be(0x0002), ids, ppp)))).toEqual(ESP)
    expect(found(inUdp(1701, concat(u16be(0x4802), u16be(12 + ppp.length), ids, u32be(0), ppp)))).toEqual(ESP)
    expect(found(inUdp(1701, concat(u16be(0x0202), ids, u16be(2), u16be(0), ppp)))).toEqual(ESP)
    expect(found(inUdp(1701, concat(u16be(0x8002), ids, ppp)))).toEqual([])
  })

  it("LISP", () => {
    expect(found(inUdp(4341, concat(new Uint8Array(8), INNER)))).toEqual(ESP)
    expect(found(inUdp(4341, concat(new Uint8Array(8), ipv6(50, esp(0xabcd, 7)))))).toEqual(ESP)
  })

  it("nothing in them is read past its end", () => {
    for (const port of [37008, 5247, 3544, 1701, 4341])
      for (let n = 0; n < 40; n++) expect(found(inUdp(port, new Uint8Array(n).fill(1)))).toEqual([])
  })
})

describe("tags behind Ethernet", () => {
  it("Provider Backbone Bridges", () => {
    const tag = concat(u32be(0x123456), MAC)
    expect(found(frames(ethernet(0x88e7, concat(tag, u16be(0x0800), INNER))))).toEqual(ESP)
    expect(found(frames(ethernet(0x88a8, concat(u16be(5), u16be(0x88e7), tag, u16be(0x0800), INNER))))).toEqual(ESP)
  })
  it("Cisco MetaData", () => {
    expect(found(frames(ethernet(0x8909, concat(Uint8Array.of(1, 1, 0, 1, 0, 99), u16be(0x0800), INNER))))).toEqual(ESP)
  })
})

describe("port 848", () => {
  it("is IKE's: GDOI and G-IKEv2", () => {
    expect(walked(rawIp(ipv4(17, udp(848, 848, ike(1))))).packets.map(p => p.kind)).toEqual([Kind.ISAKMP])
  })
})
