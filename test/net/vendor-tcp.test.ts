/** IKE and ESP in TCP of vendors: Cisco's trailer, and Check Point's TCPT named, and read where its port is named. */
import { describe, expect, it } from "vitest"
import { concat, u16be, u32be } from "../../src/bytes/bytes.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { esp, ike, rawIp, SYN, tcp } from "../helpers/packets.ts"
import { walked } from "../helpers/walked.ts"

const trailer = (protocol: number, direction = 0) =>
  concat(u32be(0), u16be(7), u16be(direction), Uint8Array.of(1, 2, 3, 4, 5, protocol, 6, 7))
const udp = (message: Uint8Array) => concat(u32be(0x01f401f4), u16be(8 + message.length), u16be(0), message)
const cisco = (bytes: Uint8Array, port = 10_000) => tcp(1, bytes, { port })

describe("Cisco's IPsec over TCP", () => {
  it("holds a UDP datagram of IKE, or ESP, and a trailer", () => {
    const got = walked(
      rawIp(cisco(concat(udp(ike(5)), trailer(17, 0x4000))), cisco(concat(esp(0x1000, 9), trailer(50)))),
    )
    expect(got.packets.map(p => [p.kind, p.payload.length / 2, p.payload.slice(0, 16)])).toEqual([
      [Kind.ISAKMP, 60, "0501020304050607"],
      [Kind.ESP, 40, "0000100000000009"],
    ])
    expect(got.diagnostics).toEqual([])
  })

  it("what has no such trailer, or stands on another port, is none", () => {
    const none = [
      cisco(concat(udp(ike(5)), trailer(6))),
      cisco(concat(udp(ike(5).subarray(0, 50)), trailer(17))),
      cisco(concat(esp(0x1000, 9), u32be(1), trailer(50).subarray(4))),
      cisco(concat(udp(ike(5)), trailer(17)), 10_001),
      cisco(trailer(50)),
      cisco(new Uint8Array(0)),
    ]
    expect(walked(rawIp(...none)).packets).toEqual([])
  })
})

const item = (type: number, data: Uint8Array) => concat(u32be(data.length), u32be(type), data)
const opening = (type: number) => item(1, concat(u32be(1), u32be(type), u32be(1)))
const stream = concat(opening(2), item(2, ike(1)), item(2, ike(2, 300)), item(4, esp(0x2000, 1)))

describe("Check Point's TCPT", () => {
  const on = (port: number, cuts: readonly number[], from = 1000) => {
    const at = [0, ...cuts, stream.length]
    const pieces = at.slice(1).map((end, i) => tcp(from + at[i], stream.subarray(at[i], end), { port }))
    return rawIp(tcp(from - 1, new Uint8Array(0), { flags: SYN, port }), ...pieces)
  }
  it.each([443, 18_231])("is named once on port %i", port => {
    const got = walked(concat(on(port, [20, 100])))
    expect(got.packets).toEqual([])
    expect(got.diagnostics.map(d => [d.code, d.severity, d.frame])).toEqual([["vendor-tcp", "info", 2]])
    expect(got.diagnostics[0].message).toContain(
      `10.0.0.1 begins Check Point's TCPT ("visitor mode") on TCP port ${port}`,
    )
  })

  it("TLS on 443 is none", () => {
    const hello = tcp(1, Uint8Array.of(0x16, 3, 1, 0, 200, 1, 0, 0, 196), { port: 443 })
    expect(walked(rawIp(hello)).diagnostics).toEqual([])
  })

  it("is read where its port is named, wherever segments are cut", () => {
    for (const cuts of [[], [1], [7, 9], [20], [25, 27], [200], [stream.length - 1]]) {
      const got = walked(on(443, cuts), { ikePorts: [443] })
      expect(got.packets.map(p => [p.kind, p.payload.slice(0, 8)])).toEqual([
        [Kind.ISAKMP, "01010203"],
        [Kind.ISAKMP, "02010203"],
        [Kind.ESP, "00002000"],
      ])
      expect(got.diagnostics).toEqual([])
    }
  })

  it("an impossible header ends it", () => {
    const bad = concat(opening(2), u32be(5), u32be(9), new Uint8Array(5))
    const got = walked(rawIp(tcp(999, new Uint8Array(0), { flags: SYN, port: 443 }), tcp(1000, bad, { port: 443 })), {
      ikePorts: [443],
    })
    expect(got.diagnostics.map(d => d.code)).toEqual(["tcp-framing"])
  })
})
