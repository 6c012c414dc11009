/** The table of pairs of keys: order, bounds, spread. */
import { describe, expect, it } from "vitest"
import { groupedByPair, PairTable, pairOf } from "../../src/track/pair-table.ts"

describe("PairTable", () => {
  it("does what a map in the order of touching does", () => {
    const table = new PairTable<number>()
    const map = new Map<string, number>()
    let seed = 7
    const random = (n: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
      return (seed >>> 8) % n
    }
    for (let i = 0; i < 20_000; i++) {
      const [a, b] = [`a${random(60)}`, `b${random(60)}`]
      const key = `${a} ${b}`
      const known = map.get(key)
      switch (random(4)) {
        case 0:
          table.touch(a, b, i)
          map.delete(key)
          map.set(key, i)
          break
        case 1:
          expect(table.use(a, b)).toBe(known)
          if (known !== undefined) {
            map.delete(key)
            map.set(key, known)
          }
          break
        case 2:
          expect(table.get(a, b)).toBe(known)
          break
        default:
          expect(table.take(a, b, -1)).toBe(false)
          expect(table.take(a, b, known ?? -1)).toBe(known !== undefined)
          map.delete(key)
      }
      expect(table.size).toBe(map.size)
    }
    expect([...table.values()]).toEqual([...map.values()])
    const values = [...map.values()]
    expect([...table.shrink(10)]).toEqual(values.slice(0, -10))
    expect([...table.values()]).toEqual(values.slice(-10))
  })

  it("spreads keys that differ in the high halves of their bytes alone", () => {
    const table = new PairTable<number>()
    const keys = Array.from({ length: 65_536 }, (_, n) => [...n.toString(16).padStart(4, "0")].join("0"))
    // Thousands of keys in one bucket would take minutes.
    for (const [n, key] of keys.entries()) table.touch(key, "10.0.0.1", n)
    expect(keys.every((key, n) => table.get(key, "10.0.0.1") === n)).toBe(true)
  })

  it("spreads numbers that differ in some of their bits alone", () => {
    for (const unit of [1, 0x10000, 0x20000]) {
      const table = new PairTable<number, number>()
      // From 2 ** 32 on are SPIs of AH.
      for (let n = 0; n < 65_536; n++) table.add("10.0.0.1", n * unit, n)
      let found = 0
      for (let n = 0; n < 65_536; n++) if (table.get("10.0.0.1", n * unit) === n) found++
      expect(found).toBe(65_536)
      expect(table.get("10.0.0.2", unit)).toBeUndefined()
    }
  })

  it("groups what has its keys in common", () => {
    const ends = ["b a", "a b", "a c", "b a"].map(text => text.split(" "))
    const groups = groupedByPair(ends, ([a, b]) => pairOf(a, b))
    expect([...groups.values()]).toEqual([[ends[0], ends[1], ends[3]], [ends[2]]])
    expect(groups.get("a", "c")).toEqual([ends[2]])
    expect(groups.getOrMake("a", "c", () => [])).toBe(groups.get("a", "c"))
  })

  it("keeps keys apart that are alike put together", () => {
    const table = new PairTable<number>()
    table.add("ab", "c", 1)
    table.add("a", "bc", 2)
    expect(table.get("ab", "c")).toBe(1)
    expect(table.get("a", "bc")).toBe(2)
    expect(table.get("abc", "")).toBeUndefined()
  })
})
