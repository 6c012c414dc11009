/** Bins over time: exact counts, bounded, and the same however the packets are cut into parts. */
import { expect, it } from "vitest"
import { RateBins, type RateColumns } from "../../src/track/rate-bins.ts"
import { randomOf } from "../helpers/segments.ts"

type Packet = readonly [seconds: number, bytes: number, sequence: number]

function binsOf(packets: readonly Packet[]): RateBins {
  const bins = new RateBins()
  for (const packet of packets) bins.add(...packet)
  return bins
}

const total = (column: ArrayLike<number>) => Array.from(column).reduce((a, b) => a + b, 0)

it("count every packet and byte, in so many bins at most", () => {
  const packets = Array.from({ length: 5000 }, (_, i): Packet => [1_700_000_001 + i * 3, 100 + (i % 7), i + 1])
  const { seconds, start, packets: n, bytes, low, high } = binsOf(packets).columns()
  expect(start.length).toBeLessThanOrEqual(64)
  // 15,000 seconds: half as wide would be 118 bins.
  expect(seconds).toBe(256)
  expect(Array.from(start).every(at => at % seconds === 0)).toBe(true)
  expect(total(n)).toBe(5000)
  expect(total(bytes)).toBe(packets.reduce((sum, [, b]) => sum + b, 0))
  expect([low[0], high.at(-1)]).toEqual([1, 5000])
  for (let i = 1; i < low.length; i++) expect(low[i]).toBe(high[i - 1] + 1)
})

it("are those of the whole, however it is cut and in whatever order it is joined", () => {
  const random = randomOf(17)
  for (const spread of [1, 40, 300, 100_000]) {
    const packets = Array.from(
      { length: 400 },
      (_, i): Packet => [
        1_600_000_000 + Math.floor(random() * spread),
        Math.floor(random() * 1400),
        (0xffff_ff00 + i) >>> 0,
      ],
    )
    const parts: RateColumns[] = []
    for (let at = 0; at < packets.length; ) {
      const next = at + 1 + Math.floor(random() * 90)
      parts.push(binsOf(packets.slice(at, next)).columns())
      at = next
    }
    const joined = new RateBins()
    for (const part of parts.sort(() => random() - 0.5)) joined.join(part)
    expect(joined.columns()).toEqual(binsOf(packets).columns())
  }
})

it("know the lowest and the highest number where the counter comes round", () => {
  const { low, high } = binsOf([
    [5, 1, 0xffff_fffe],
    [5, 1, 0xffff_ffff],
    [5, 1, 0],
    [5, 1, 1],
  ]).columns()
  expect([low[0], high[0]]).toEqual([0xffff_fffe, 1])
})
