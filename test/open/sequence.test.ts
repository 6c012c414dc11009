/** The high half of extended sequence numbers over wraps, replays, and IVs used twice. */
import { describe, expect, it } from "vitest"
import { Intervals } from "../../src/open/intervals.ts"
import { IV_WINDOW, IvReuse } from "../../src/open/iv-reuse.ts"
import { ReplayTracker } from "../../src/open/replay.ts"
import { otherHighHalves, SequenceTracker } from "../../src/open/sequence.ts"

describe("high half", () => {
  const follow = (tracker: SequenceTracker, lo: number) => {
    const hi = tracker.infer(lo)
    tracker.confirm(hi, lo)
    return hi
  }

  it("follows wraps, and late packets from before them", () => {
    const t = new SequenceTracker()
    expect([0xffff_fffe, 0xffff_ffff, 0, 1, 0xffff_fffd, 2].map(lo => follow(t, lo))).toEqual([0, 0, 1, 1, 0, 1])
    expect(follow(t, 0xc000_0000)).toBe(1)
    expect(follow(t, 0xffff_fff0)).toBe(1)
    expect(follow(t, 5)).toBe(2)
  })

  it("begins at a given high half and does not go below 0", () => {
    const t = new SequenceTracker(9)
    expect(follow(t, 7)).toBe(9)
    expect(follow(new SequenceTracker(), 0xffff_ffff)).toBe(0)
  })

  it("forgets what did not verify", () => {
    const t = new SequenceTracker()
    follow(t, 0x8000_0000)
    expect(t.infer(1)).toBe(1)
    t.settle()
    expect(t.infer(0x8000_0001)).toBe(0)
  })

  it("tries neighbours first, then from the beginning", () => {
    expect([...otherHighHalves(3, 6)]).toEqual([3, 4, 2, 0, 1, 5])
    expect([...otherHighHalves(0, 0)]).toEqual([0, 1])
  })
})

describe("intervals", () => {
  it("is a set, whatever the order", () => {
    const numbers = Array.from({ length: 500 }, (_, i) => (i * 263) % 501)
    const set = new Intervals()
    expect(numbers.every(n => set.add(n))).toBe(true)
    expect(numbers.some(n => set.add(n))).toBe(false)
    const seen = new Set(numbers)
    expect(Array.from({ length: 505 }, (_, n) => n).filter(n => set.has(n) !== seen.has(n))).toEqual([])
    expect(set.missing).toBe(set.last! - set.first! + 1 - seen.size)
  })

  it("stays within its bound", () => {
    const set = new Intervals(10)
    for (let n = 0; n < 1000; n += 2) set.add(n)
    expect([set.runs, set.exact]).toEqual([10, false])
  })
})

it("finds replays at any distance", () => {
  const t = new ReplayTracker()
  for (let n = 1; n <= 10_000; n++) t.add(0, n)
  expect(t.replays).toBe(0)
  expect(t.add(0, 3)).toBe(false)
  expect(t.add(1, 3)).toBe(true)
  expect([t.replays, t.exact]).toEqual([1, true])
})

describe("IV reuse", () => {
  it("is exact for counters, XORed with a salt too", () => {
    const ivs = new IvReuse()
    for (let n = 0; n < 100_000; n++) ivs.add(0xaa55_0000, 0x1357_9bdf ^ n, n, true)
    expect([ivs.exact, ivs.reused]).toEqual([true, 0])
    expect(ivs.add(0xaa55_0000, 0x1357_9bdf ^ 7, 1, true)).toBe(true)
    expect(ivs.add(0xaa55_0001, 0x1357_9bdf ^ 7, 1, true)).toBe(false)
  })

  it("does not take a packet captured twice for one", () => {
    const ivs = new IvReuse()
    ivs.add(0, 1, 1234, true)
    expect(ivs.add(0, 1, 1234, false)).toBe(false)
    expect(ivs.add(0, 1, 4321, false)).toBe(true)
  })

  it("looks back over a window when IVs have no order", () => {
    const ivs = new IvReuse()
    const iv = (n: number): [number, number] => [Math.imul(n, 0x9e37_79b1) >>> 0, Math.imul(n, 0x85eb_ca6b) >>> 0]
    for (let n = 0; n < IV_WINDOW + 5000; n++) ivs.add(...iv(n), n, true)
    expect([ivs.exact, ivs.reused]).toEqual([false, 0])
    expect(ivs.add(...iv(6000), 1, true)).toBe(true)
  })
})
