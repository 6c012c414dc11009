/** Sets of sequence numbers as runs: missing, repeated, out of order, byte order. */
import { describe, expect, it } from "vitest"
import { SequenceSet } from "../../src/track/sequence-set.ts"

const swap = (n: number): number => ((n << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24)) >>> 0

const setOf = (numbers: Iterable<number>): SequenceSet => {
  const set = new SequenceSet(1000)
  for (const n of numbers) set.add(n)
  return set
}
const counts = ({ missing, duplicate, outOfOrder, wraps, littleEndian, highest }: SequenceSet) => ({
  missing,
  duplicate,
  outOfOrder,
  wraps,
  littleEndian,
  highest,
})
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

describe("the end of 32 bits", () => {
  it("is where the counter comes round, and nowhere else", () => {
    expect(setOf([0xffff_fffe, 0xffff_ffff, 0, 1]).wraps).toBe(1)
    expect(setOf([0xffff_0000, 0x1_0000]).wraps).toBe(1)
    expect(counts(setOf([1, 2, 4_000_000_000, 3, 4]))).toMatchObject({ wraps: 0, missing: 0, outOfOrder: 2 })
  })

  it("one packet far above all others is no measure of what is missing, two are", () => {
    for (const numbers of [
      [4_000_000_000, 1, 2, 3],
      [1, 2, 3, 4_000_000_000],
    ])
      expect(setOf(numbers).missing).toBe(0)
    expect(setOf([1, 2, 4_000_000_000, 4_000_000_001]).missing).toBe(3_999_999_997)
  })
})

describe("numbers in little-endian byte order", () => {
  it.each([
    ["from the beginning", range(1, 700)],
    ["from the middle of an SA, over carries", range(65_000, 66_500)],
    ["with a gap", [...range(1, 20), ...range(25, 40)]],
  ])("%s are read as the sender means them", (_, numbers) => {
    const honest = setOf(numbers)
    const turned = setOf(numbers.map(swap))
    expect(counts(turned)).toEqual({ ...counts(honest), littleEndian: true })
    expect(turned.read(swap(7))).toBe(7)
  })

  it("are the same in runs, as segments give them", () => {
    const set = new SequenceSet(1000)
    for (const n of range(1, 300).map(swap)) set.addRun(n, n)
    expect(counts(set)).toEqual({ ...counts(setOf(range(1, 300))), littleEndian: true })
  })

  it("are not seen where numbers go up as they stand", () => {
    expect(setOf(range(1, 1000)).littleEndian).toBe(false)
    expect(setOf(range(0x00ffff00, 0x01000100)).littleEndian).toBe(false)
    const set = new SequenceSet(1000)
    set.addRun(1, 50)
    for (const n of [1, 2, 3, 4].map(swap)) set.add(n)
    expect(set.littleEndian).toBe(false)
  })

  it("nor in two packets, or in numbers without order", () => {
    expect(setOf([1, 2].map(swap)).littleEndian).toBe(false)
    expect(setOf([0x12345678, 0x87654321, 0x01020304, 0x44332211]).littleEndian).toBe(false)
  })
})
