/** Inner packets: addresses, ports, Info; AGGFRAG; NULL encryption; transport mode put back behind its header. */
import { deflateRawSync, inflateRawSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { byteSource } from "../../src/bytes/byte-source.ts"
import { concat, utf8 } from "../../src/bytes/bytes.ts"
import { fromHex, toHex } from "../../src/bytes/hex.ts"
import { AggfragReassembler } from "../../src/ipsec/aggfrag.ts"
import { fold, sum16 } from "../../src/ipsec/checksum.ts"
import { decodeInner } from "../../src/ipsec/inner.ts"
import { readIpPacket } from "../../src/ipsec/ip-packet.ts"
import { recogniseNull } from "../../src/ipsec/null-heuristic.ts"
import { behindOuterHeader, outerHeaderBytes } from "../../src/ipsec/outer-header.ts"
import { CollectFields } from "../helpers/collect-fields.ts"

const u16 = (n: number) => Uint8Array.of(n >> 8, n)

function ipv4(protocol: number, payload: Uint8Array): Uint8Array {
  const packet = concat(Uint8Array.of(0x45, 0, 0, 0, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2), payload)
  packet.set(u16(packet.length), 2)
  packet.set(u16(fold(sum16(packet, 0, 20))), 10)
  return packet
}

const address = (last: number) => Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? 0x20 : i === 15 ? last : 0))
const ipv6 = (next: number, payload: Uint8Array) =>
  concat(Uint8Array.of(0x60, 0, 0, 0), u16(payload.length), Uint8Array.of(next, 64), address(1), address(2), payload)

const udp = (from: number, to: number, data: Uint8Array) =>
  concat(u16(from), u16(to), u16(8 + data.length), u16(0), data)
const tcp = concat(u16(51000), u16(443), fromHex("00000010000000200000")!.subarray(0, 8), fromHex("5012faf000000000")!)
const dns = (flags: number) =>
  concat(
    u16(0x1234),
    u16(flags),
    u16(1),
    u16(flags ? 2 : 0),
    u16(0),
    u16(0),
    Uint8Array.of(7),
    utf8("example"),
    Uint8Array.of(3),
    utf8("com"),
    Uint8Array.of(0),
    u16(28),
    u16(1),
  )

const decode = (bytes: Uint8Array, next: number) => {
  const sink = new CollectFields()
  const inflate = (data: Uint8Array, maxOutputLength: number) => inflateRawSync(data, { maxOutputLength })
  const inner = decodeInner(byteSource(bytes, "clear"), 0, bytes.length, next, { sink, inflate, source: "1.1.1.1" })
  expect([sink.stray, sink.unclosed]).toEqual([[], 0])
  return { ...inner, fields: sink.values, faults: sink.faults.length }
}

describe("an inner packet", () => {
  it("is TCP in IPv4", () => {
    const inner = decode(ipv4(6, tcp), 4)
    expect(inner).toMatchObject({
      source: "10.0.0.1",
      destination: "10.0.0.2",
      protocol: "TCP",
      sourcePort: 51000,
      destinationPort: 443,
      faults: 0,
    })
    expect(inner.info).toBe("51000 → 443 [SYN, ACK] Seq=16 Ack=32 Win=64240 Len=0")
    expect(inner.fields).toMatchObject({ "ip.proto": ["6"], "tcp.flags": ["0x0012"], "ip.src": ["10.0.0.1"] })
  })

  it("is DNS in UDP in IPv6 behind an extension header", () => {
    const options = Uint8Array.of(17, 0, 1, 4, 0, 0, 0, 0)
    const inner = decode(ipv6(60, concat(options, udp(5000, 53, dns(0)))), 41)
    expect(inner).toMatchObject({
      source: "2000::1",
      protocol: "DNS",
      info: "Standard query 0x1234 AAAA example.com",
      faults: 0,
    })
    expect(decode(ipv4(17, udp(53, 5000, dns(0x8183))), 4).info).toBe(
      "Standard query response 0x1234 AAAA example.com, 2 answers, rcode 3",
    )
  })

  it("is ICMP in transport mode, under the outer addresses", () => {
    const inner = decode(fromHex("08007a670007000001020304")!, 1)
    expect(inner).toMatchObject({ source: "1.1.1.1", protocol: "ICMP", info: "Echo (ping) request id=0x0007, seq=0" })
  })

  it("is compressed, wrapped by BEET, padded, a dummy, or cut off", () => {
    const ipcomp = concat(Uint8Array.of(4, 0, 0, 2), deflateRawSync(ipv4(6, tcp)))
    expect(decode(ipcomp, 108)).toMatchObject({ protocol: "TCP", destinationPort: 443 })
    expect(decode(concat(Uint8Array.of(6, 0, 0, 0, 0, 0, 0, 0), tcp), 94)).toMatchObject({ protocol: "TCP" })
    expect(decode(concat(ipv4(6, tcp), new Uint8Array(9)), 4).fields["esp.tfc_padding"]).toEqual(["00".repeat(9)])
    expect(decode(new Uint8Array(30), 59).info).toBe("Dummy packet")
    expect(decode(ipv4(6, tcp.subarray(0, 9)), 4)).toMatchObject({ faults: 1, info: "[malformed]" })
  })

  it("survives every prefix", () => {
    for (const whole of [ipv4(17, udp(53, 5000, dns(0x8180))), ipv6(6, tcp), ipv6(58, fromHex("8000000000010002")!)])
      for (let n = 0; n < whole.length; n++) decode(whole.subarray(0, n), whole[0] >> 4 === 4 ? 4 : 41)
  })
})

describe("AGGFRAG", () => {
  const packets = [
    ipv4(17, udp(1, 2, new Uint8Array(50))),
    ipv6(17, udp(3, 4, new Uint8Array(200))),
    ipv4(17, udp(5, 6, new Uint8Array(7))),
  ]
  const stream = concat(...packets)

  /** The packets cut into payloads of `size` bytes, each with the offset of its first new packet. */
  function payloadsOf(size: number): Uint8Array[] {
    const starts = [0, packets[0].length, packets[0].length + packets[1].length, stream.length]
    return Array.from({ length: Math.ceil(stream.length / size) }, (_, i) => {
      const offset = starts.find(s => s >= i * size)! - i * size
      const body = stream.subarray(i * size, (i + 1) * size)
      const pad = new Uint8Array(i * size + size >= stream.length ? 5 : 0)
      return concat(Uint8Array.of(0, 0), u16(offset), body, pad)
    })
  }

  it.each([3, 10, 64, 100, 1000])("puts packets together out of payloads of %d bytes", size => {
    const r = new AggfragReassembler()
    const out: string[] = []
    for (const [i, p] of payloadsOf(size).entries()) r.add(i + 1, p, 0, p.length, (b, s, e) => out.push(toHex(b, s, e)))
    expect(out).toEqual(packets.map(p => toHex(p)))
    expect(r.lost).toBe(0)
  })

  it("loses only what a gap tore apart", () => {
    const r = new AggfragReassembler()
    const out: string[] = []
    for (const [i, p] of payloadsOf(64).entries())
      if (i !== 2) r.add(i + 1, p, 0, p.length, (b, s, e) => out.push(toHex(b, s, e)))
    expect(out).toEqual([packets[0], packets[2]].map(p => toHex(p)))
    expect(r.lost).toBe(1)
  })

  it("is drawn, and its first packet shown", () => {
    const payload = concat(Uint8Array.of(0, 0, 0, 0), stream, new Uint8Array(4))
    const inner = decode(payload, 144)
    expect(inner).toMatchObject({ protocol: "AGGFRAG", source: "10.0.0.1", sourcePort: 1, faults: 0 })
    expect(inner.info).toMatch(/^3 whole packets: 1 → 2 Len=50; 3 → 4/)
  })

  it("leaves another sub-type as it is, without a fault", () => {
    const echo = concat(Uint8Array.of(64, 0, 0, 8), new Uint8Array(16))
    const inner = decode(echo, 144)
    expect(inner).toMatchObject({ protocol: "AGGFRAG", faults: 0 })
    const r = new AggfragReassembler()
    expect(r.add(1, echo, 0, echo.length, () => expect.unreachable())).toBe(false)
  })
})

describe("ESP without encryption", () => {
  const esp = (inner: Uint8Array, next: number, icv: number) =>
    concat(
      new Uint8Array(7),
      Uint8Array.of(9),
      inner,
      Uint8Array.of(1, 2, 2, next),
      Uint8Array.from({ length: icv }, (_, i) => i * 37 + 11),
    )

  it.each([12, 16, 24, 32])("is proven by the inner packet, with an ICV of %d bytes", icv => {
    const packet = esp(ipv4(17, udp(1, 2, new Uint8Array(9))), 4, icv)
    expect(recogniseNull(packet, 0, packet.length, undefined)).toEqual({ ivBytes: 0, icvBytes: icv })
    packet[20] ^= 1
    expect(recogniseNull(packet, 0, packet.length, undefined)).toBeUndefined()
  })
})

describe("the outer header", () => {
  it("stands before a transport-mode payload again, its fragmentation undone", () => {
    const outer = ipv4(50, new Uint8Array(40))
    outer[6] = 0x20
    const packet = behindOuterHeader(outer.subarray(0, 20), 6, tcp)!
    expect(readIpPacket(packet, 0, packet.length)).toMatchObject({ protocol: 6, end: 40, fragment: false })
    const six = ipv6(
      44,
      concat(Uint8Array.of(60, 0, 0, 1, 0, 0, 0, 5), Uint8Array.of(50, 0, 1, 4, 0, 0, 0, 0), new Uint8Array(30)),
    )
    const headerBytes = outerHeaderBytes(6, six, 0)
    expect(headerBytes).toBe(56)
    const whole = behindOuterHeader(six.subarray(0, headerBytes), 6, tcp)!
    expect(readIpPacket(whole, 0, whole.length)).toMatchObject({ protocol: 6, upperAt: 48, end: 68, fragment: false })
  })
})
