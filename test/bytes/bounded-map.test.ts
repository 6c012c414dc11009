/** The one bounded table: what it keeps, what it evicts, and in which order. */
import { describe, expect, it } from "vitest"
import { BoundedMap } from "../../src/bytes/bounded-map.ts"

describe("BoundedMap", () => {
  it("keeps the youngest entries and gives up the oldest", () => {
    const evicted: string[] = []
    const map = new BoundedMap<string, number>(2, { evicted: (key, value) => evicted.push(`${key}=${value}`) })
    map.set("a", 1).set("b", 2).set("c", 3)
    expect([...map]).toEqual([
      ["b", 2],
      ["c", 3],
    ])
    expect(evicted).toEqual(["a=1"])
    expect(map.evictions).toBe(1)
  })

  it("counts a use as youth, a look not", () => {
    const map = new BoundedMap<string, number>(2).set("a", 1).set("b", 2)
    expect(map.get("a")).toBe(1)
    map.set("c", 3)
    expect(map.has("a")).toBe(false)
    expect(map.use("b")).toBe(2)
    map.set("d", 4)
    expect([...map.keys()]).toEqual(["b", "d"])
  })

  it("setting a key again replaces its value and evicts nothing", () => {
    const map = new BoundedMap<string, number>(1).set("a", 1).set("a", 2)
    expect([...map.values()]).toEqual([2])
    expect(map.evictions).toBe(0)
    expect(map.getOrMake("a", () => 3)).toBe(2)
    expect(map.getOrMake("b", () => 3)).toBe(3)
    expect(map.size).toBe(1)
  })
})
