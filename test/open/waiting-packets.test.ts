/** The ring of packets that wait for keys: bounded, in order, each flow's own. */
import { expect, it } from "vitest"
import { Address } from "../../src/net/address-book.ts"
import { Kind, PacketView } from "../../src/net/packet-view.ts"
import { DataFlow } from "../../src/open/data-flow.ts"
import { WaitingPackets } from "../../src/open/waiting-packets.ts"
import { DataSa } from "../../src/track/data-sa.ts"
import { Copy } from "../../src/track/recent-packets.ts"

const address = (text: string) => new Address(Uint8Array.from(text.split("."), Number))
const ends = { protocol: "ESP", source: address("192.0.2.2"), destination: address("192.0.2.1") } as const
const flowOf = (spi: number) => new DataFlow(new DataSa({ ...ends, spi, encapsulation: "none" }, 0, 16), spi)

function packet(frame: number, spi: number, length: number): PacketView {
  const bytes = new Uint8Array(20 + length).fill(frame & 255)
  return Object.assign(new PacketView(), {
    kind: Kind.ESP,
    frame,
    spi,
    ipVersion: 4,
    ipBytes: bytes.subarray(0, 20),
    payloadBytes: bytes,
    payloadStart: 20,
    payloadEnd: 20 + length,
    payloadWireBytes: length,
  })
}

it("gives each flow its packets, all in the order in which they came", () => {
  const waiting = new WaitingPackets(1 << 16)
  const flows = [flowOf(1), flowOf(2), flowOf(3)]
  for (let frame = 1; frame <= 9; frame++)
    waiting.keep(flows[frame % 3], packet(frame, 1 + (frame % 3), 40 + frame), Copy.NONE)
  const seen: unknown[] = []
  const take = (flow: DataFlow, v: PacketView) =>
    seen.push([flow.data.spi, v.frame, v.payloadEnd - v.payloadStart, v.payloadBytes[v.payloadStart], v.ipBytes.length])
  waiting.release([flows[2], flows[0]], take)
  expect(seen).toEqual([2, 3, 5, 6, 8, 9].map(n => [1 + (n % 3), n, 40 + n, n, 20]))
  seen.length = 0
  waiting.release(flows, take)
  expect(seen.map(s => (s as number[])[1])).toEqual([1, 4, 7])
  waiting.release(flows, take)
  expect([seen.length, waiting.dropped]).toEqual([3, 0])
})

it("drops the oldest when the ring is full, however often it comes round", () => {
  const waiting = new WaitingPackets(5000)
  const flows = [flowOf(1), flowOf(2)]
  for (let frame = 1; frame <= 1000; frame++)
    waiting.keep(flows[frame % 2], packet(frame, 1, 30 + ((frame * 37) % 700)), Copy.NONE)
  const frames: number[] = []
  waiting.release(flows, (_flow, v) => {
    frames.push(v.frame)
    expect(v.payloadBytes.subarray(v.payloadStart, v.payloadEnd).every(b => b === (v.frame & 255))).toBe(true)
  })
  expect(frames.length).toBeGreaterThan(4)
  expect(frames).toEqual(Array.from(frames, (_, i) => 1001 - frames.length + i))
  expect(waiting.dropped).toBe(1000 - frames.length)
})

it("leaves out a packet that can never fit", () => {
  const waiting = new WaitingPackets(1000)
  waiting.keep(flowOf(1), packet(1, 1, 2000), Copy.NONE)
  expect(waiting.dropped).toBe(1)
})
