/** IKE and ESP over TCP, cut and out of order. RFC 9329. */
import { describe, expect, it } from "vitest"
import { concat } from "../../src/bytes/bytes.ts"
import { Kind } from "../../src/net/packet-view.ts"
import { ACK, esp, framed, ike, PREFIX, rawIp, SYN, tcp } from "../helpers/packets.ts"
import { walked } from "../helpers/walked.ts"

const stream = concat(PREFIX, framed(ike(1)), framed(esp(0x1000, 1), false), framed(ike(2, 200)))
const syn = tcp(999, new Uint8Array(0), { flags: SYN })
const piece = (from: number, to: number) => tcp(1000 + from, stream.subarray(from, to))
const marks = (w: ReturnType<typeof walked>) => w.packets.map(p => [p.frame, p.kind, p.payload.slice(0, 4)])

const A = [Kind.ISAKMP, "0101"]
const E = [Kind.ESP, "0000"]
const B = [Kind.ISAKMP, "0201"]

describe("RFC 9329 streams", () => {
  it("messages of one segment, one call each", () => {
    expect(marks(walked(rawIp(syn, piece(0, stream.length))))).toEqual([A, E, B].map(m => [2, ...m]))
  })
  it("cut anywhere, belong to the frame in which their last byte came", () => {
    for (let cut = 1; cut < stream.length; cut++) {
      const got = walked(rawIp(syn, piece(0, cut), piece(cut, stream.length)))
      expect(got.packets.map(p => p.payload)).toEqual(
        walked(rawIp(syn, piece(0, stream.length))).packets.map(p => p.payload),
      )
      expect(got.diagnostics).toEqual([])
      expect(got.packets.at(-1)?.frame).toBe(3)
    }
  })
  it("byte by byte", () => {
    const bytes = Array.from(stream, (_, i) => piece(i, i + 1))
    expect(walked(rawIp(syn, ...bytes)).packets.map(p => p.kind)).toEqual([Kind.ISAKMP, Kind.ESP, Kind.ISAKMP])
  })
  it("retransmitted and overlapping segments count once", () => {
    const got = walked(rawIp(syn, piece(0, 100), piece(0, 100), piece(50, 200), syn, piece(120, stream.length)))
    expect(got.packets.map(p => p.kind)).toEqual([Kind.ISAKMP, Kind.ESP, Kind.ISAKMP])
  })
  it("segments out of order wait for the gap to fill", () => {
    const got = walked(rawIp(syn, piece(200, stream.length), piece(100, 200), piece(0, 100)))
    expect(got.packets.map(p => [p.frame, p.kind])).toEqual([4, 4, 4].map((f, i) => [f, [1, 2, 1][i]]))
    expect(got.diagnostics).toEqual([])
  })
  it("sequence numbers wrap", () => {
    const wrapped = [0, 100, 200].map((from, i, all) => tcp(0xffffff80 + from, stream.subarray(from, all[i + 1])))
    const got = walked(rawIp(tcp(0xffffff7f, new Uint8Array(0), { flags: SYN }), ...wrapped))
    expect(got.packets.length).toBe(3)
  })
  it("starts in the middle of a stream at a message that shows", () => {
    const got = walked(rawIp(piece(30, 72), piece(72, 114), piece(114, stream.length)))
    expect(marks(got)).toEqual([
      [2, ...E],
      [3, ...B],
    ])
  })
  it("finds an IKE message inside a segment after a mid-stream start", () => {
    expect(marks(walked(rawIp(piece(30, stream.length))))).toEqual([[1, ...B]])
  })
  it("goes on behind bytes that the peer acknowledged and the capture missed", () => {
    const acknowledged = tcp(5000, new Uint8Array(0), { flags: ACK, ack: 1000 + 114, reversed: true })
    const synAck = tcp(4999, new Uint8Array(0), { flags: SYN | ACK, ack: 1000, reversed: true })
    const got = walked(rawIp(syn, synAck, piece(0, 40), acknowledged, piece(114, stream.length)))
    expect(marks(got)).toEqual([[5, ...B]])
    expect(got.diagnostics.map(d => d.code)).toEqual(["tcp-gap"])
  })
  it("takes what waits behind a gap at the end, in its own frames", () => {
    const got = walked(rawIp(syn, piece(114, stream.length), tcp(9, new Uint8Array(0), { port: 80 })))
    expect(got.packets.map(p => [p.frame, p.kind, p.source, p.ports])).toEqual([
      [2, Kind.ISAKMP, "10.0.0.1", "40000 4500"],
    ])
    expect(got.diagnostics.map(d => [d.code, d.frame])).toEqual([["tcp-gap", 2]])
  })
  it("a length that cannot be is reported, and the next message found", () => {
    const broken = concat(PREFIX, Uint8Array.of(0, 1, 2, 3))
    const got = walked(rawIp(syn, tcp(1000, broken), tcp(1000 + broken.length, framed(ike(3)))))
    expect(got.diagnostics.map(d => d.code)).toEqual(["tcp-framing"])
    expect(marks(got)).toEqual([[3, Kind.ISAKMP, "0301"]])
  })
  it("other ports only when asked for, by port or by prefix", () => {
    const capture = rawIp(tcp(1000, stream, { port: 443 }))
    expect(walked(capture).packets).toEqual([])
    expect(walked(capture, { ikePorts: [443] }).packets.length).toBe(3)
    expect(walked(capture, { heuristicIke: true }).packets.length).toBe(3)
  })
  it("is bounded", () => {
    const limits = { tcpPendingBytes: 1000 }
    const ahead = Array.from({ length: 50 }, (_, i) => tcp(2000 + 100 * i, new Uint8Array(100)))
    expect(walked(rawIp(syn, ...ahead), { limits }).diagnostics[0].code).toBe("tcp-gap")
  })
})
