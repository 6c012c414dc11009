/**
 * Drafts whose numbers are not settled: what they send is shown by its number, never as malformed, and nothing else suffers from it. EESP and its
 * negotiation, encrypted ESP ping, separate transports of IKE and ESP.
 */
import { describe, expect, it } from "vitest"
import { concat, u16be } from "../../src/bytes/bytes.ts"
import { encrByName } from "../../src/crypto/encr.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { framed, PREFIX, SYN } from "../helpers/packets.ts"
import { sealEsp } from "../open/seal.ts"
import { failures, reportOf, saOf } from "./analyzed.ts"
import { type Child, PlayV2, X } from "./play-v2.ts"
import { type Endpoint, hex, ip, LEFT, RIGHT, Tape } from "./tape.ts"
import * as w from "./wire-v2.ts"

const GCM = { encr: "AES-GCM-16-128", packets: 0 }
const keysOf = (play: PlayV2) => ({ psks: ["swordfish"], dh_shared: play.exchanged.map(e => hex(e.shared)) })
const up = () => new PlayV2(new Tape()).saInit().auth({ child: GCM })
const numberOf = (spi: Uint8Array) => new DataView(spi.buffer, spi.byteOffset).getUint32(0)

/** A packet of a Child SA, with any payload and Next Header. */
const esp = (child: Child, way: "i" | "r", sequence: number, payload: Uint8Array, nextHeader: number): Uint8Array =>
  sealEsp(
    {
      encr: encrByName("AES-GCM-16-128")!,
      key: child.keys[`encr_${way}`],
      integ: null,
      integKey: new Uint8Array(0),
      esn: false,
    },
    nodeProvider,
    payload,
    { spi: numberOf(way === "i" ? child.spiR : child.spiI), sequence, nextHeader },
  )
const WAYS = [
  ["i", LEFT, RIGHT],
  ["r", RIGHT, LEFT],
] as const
const inside = (way: "i" | "r", data: Uint8Array): Uint8Array => {
  const ends: Endpoint[] = [1, 101].map(n => ({ address: [10, n, 0, 1], port: 0 }))
  const [from, to] = way === "i" ? ends : ends.reverse()
  return ip(from, to, 17, data)
}

describe("EESP", () => {
  // Neither a Security Protocol nor the new transform types have a number: any that is free.
  const [PROTOCOL, SSKDF] = [201, 241]

  it("is negotiated by a protocol and transforms without names, and the IKE SA is up with it", async () => {
    const play = up()
    const proposal = (spi: Uint8Array) =>
      w.saP({
        protocol: PROTOCOL,
        spi,
        transforms: [
          [1, 20, 256],
          [5, 0],
          [SSKDF, 1],
          [SSKDF, 2, 128],
        ],
      })
    const side = (spi: Uint8Array, label: string) => [
      proposal(spi),
      w.nonceP(play.tape.random(32, label)),
      w.tsP(w.P.TSI, 1),
      w.tsP(w.P.TSR, 101),
    ]
    play.exchange("initiator", X.CHILD, side(play.tape.random(4), "ni"), side(play.tape.random(4), "nr"))
    play.info("initiator", [w.notifyP(42_000, new Uint8Array(0), PROTOCOL, play.tape.random(4))])
    const report = await reportOf(play.tape, keysOf(play))
    const sa = saOf(report, play)
    expect(failures(report)).toEqual([])
    expect(report.diagnostics.filter(d => d.severity !== "info")).toEqual([])
    expect([sa.state, sa.verdict.outcome, sa.exchanges.at(-1)?.complete]).toEqual(["established", "up", true])
  })

  it("sends packets of an IP protocol without a name, which are frames without IPsec", async () => {
    const play = up()
    for (let n = 0; n < 5; n++) play.tape.add(ip(LEFT, RIGHT, PROTOCOL, play.tape.random(80)))
    const report = await reportOf(play.tape, keysOf(play))
    expect([report.counts.esp, report.counts.ah, report.esp_sas]).toEqual([0, 0, []])
    expect(report.diagnostics.filter(d => d.severity !== "info")).toEqual([])
  })
})

describe("an encrypted ESP ping", () => {
  it.each([64, 65, 200])("of sub-type %i is opened and left as it is, between other packets", async subType => {
    const play = up()
    const [child] = play.children
    const ping = concat(Uint8Array.of(subType, 0), u16be(16), play.tape.random(16))
    const aggregated = (packet: Uint8Array) => concat(new Uint8Array(4), packet)
    for (const [way, from, to] of WAYS) {
      const inner = inside(way, play.tape.random(30))
      for (const [n, payload] of [aggregated(inner), ping, aggregated(inner), ping].entries())
        play.tape.add(ip(from, to, 50, esp(child, way, n + 1, payload, 144)))
    }
    const report = await reportOf(play.tape, keysOf(play))
    expect(report.esp_sas.map(s => [s.decrypted, s.icv_ok, s.icv_failed])).toEqual([
      [4, 4, 0],
      [4, 4, 0],
    ])
    expect(failures(report)).toEqual([])
    expect(report.diagnostics.filter(d => d.severity !== "info")).toEqual([])
  })
})

describe("separate transports", () => {
  it("IKE in TCP and ESP in IP or UDP belong together by their SPIs", async () => {
    for (const carry of ["ip", "udp"] as const) {
      const play = up()
      const [child] = play.children
      const left: Endpoint = { ...LEFT, port: 4500 }
      const right: Endpoint = { ...RIGHT, port: 4500 }
      const next = { [LEFT.address.join()]: 1, [RIGHT.address.join()]: 1 }
      const segment = (from: Endpoint, to: Endpoint, bytes: Uint8Array, flags = 16) => {
        const at = from.address.join()
        const sequence = next[at]
        next[at] += bytes.length + (flags === SYN ? 1 : 0)
        const ports = from.address === LEFT.address ? [40_000, 4500] : [4500, 40_000]
        const head = concat(
          u16be(ports[0]),
          u16be(ports[1]),
          w4(sequence),
          w4(0),
          Uint8Array.of(0x50, flags, 1, 0, 0, 0, 0, 0),
        )
        return ip(from, to, 6, concat(head, bytes))
      }
      // The datagrams of IKE become messages of a stream.
      const datagrams = play.tape.packets.map(p => [p[15] === LEFT.address[3], p.subarray(28)] as const)
      play.tape.packets = [segment(left, right, new Uint8Array(0), SYN), segment(right, left, new Uint8Array(0), SYN)]
      play.tape.add(segment(left, right, PREFIX))
      for (const [isLeft, message] of datagrams)
        play.tape.add(isLeft ? segment(left, right, framed(message)) : segment(right, left, framed(message)))
      for (let n = 1; n <= 3; n++)
        for (const [way, from, to] of WAYS) {
          const packet = esp(child, way, n, inside(way, play.tape.random(20)), 4)
          const udp = concat(u16be(4500), u16be(4500), u16be(8 + packet.length), u16be(0), packet)
          play.tape.add(carry === "ip" ? ip(from, to, 50, packet) : ip(from, to, 17, udp))
        }
      const report = await reportOf(play.tape, keysOf(play))
      const sa = saOf(report, play)
      const { id } = sa.child_sas[0]
      expect([sa.verdict.outcome, failures(report)]).toEqual(["up", []])
      expect(report.esp_sas.map(s => [s.child_sa, s.icv_ok])).toEqual([
        [id, 3],
        [id, 3],
      ])
      expect(report.diagnostics.filter(d => d.severity !== "info")).toEqual([])
    }
  })
})

const w4 = (n: number) => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)
