/** What `bench/all.mjs --against` says of figures that fell. */
import { resolve } from "node:path"
import { describe, expect, it } from "vitest"

interface Result {
  readonly peer: string | null
  readonly tools: Readonly<Record<string, unknown>>
}
const {
  compare,
  figureOf,
}: {
  compare(before: Record<string, Result>, after: Record<string, Result>): { name: string; was: number; is: number }[]
  figureOf(result: Result | undefined, by: "wall" | "cpu"): number | undefined
} = await import(resolve(import.meta.dirname, "../../bench/lib/compare.mjs"))

const result = (own: number, peer?: number) => ({
  peer: peer === undefined ? null : "tshark",
  tools: {
    ikedump: { wall: { best: own }, cpu: { best: own } },
    ...(peer === undefined ? {} : { tshark: { wall: { best: peer }, cpu: { best: peer } } }),
  },
})

describe("figures", () => {
  it("are ratios to a peer, or speeds", () => {
    expect(figureOf(result(2, 8), "wall")).toBe(4)
    expect(figureOf(result(2), "cpu")).toBe(0.5)
    expect(figureOf(undefined, "wall")).toBeUndefined()
  })

  it("fall when more than a tenth is lost, on whatever machine", () => {
    const before = { a: result(1, 4), b: result(1, 4), c: result(1) }
    expect(compare(before, { a: result(2, 8), b: result(1.2, 4), c: result(1.05) })).toEqual([
      { name: "b", was: 4, is: 4 / 1.2 },
    ])
    expect(compare(before, { c: result(1.2), d: result(9) }).map(f => f.name)).toEqual(["c"])
    // Without its peer a figure cannot be compared.
    expect(compare(before, { a: result(9) })).toEqual([])
  })
})
