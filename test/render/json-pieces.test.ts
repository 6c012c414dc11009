/** JSON in pieces is the same text as JSON at once, and no piece grows with a list. */
import { describe, expect, it } from "vitest"
import { safeJson } from "../../src/bytes/safe-json.ts"
import { jsonPieces } from "../../src/render/json-pieces.ts"

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const sa = (n: number) => ({
  id: "ike/0",
  gone: undefined,
  none: null,
  exchanges: numbers(n).map(i => ({ i, frames: [i] })),
})

const VALUES: readonly (readonly [string, unknown])[] = [
  ["a text", "a\u202eb"],
  ["nothing", null],
  ["an empty list", []],
  ["an empty object", {}],
  ["a short report", { schema: 1, ike_sas: [sa(2)], rest: [] }],
  ["a long list", numbers(1000)],
  ["a list of 64", numbers(64)],
  ["a list of 65", numbers(65)],
  ["a long list of a list's only item", { ike_sas: [sa(500)], esp_sas: numbers(3) }],
  ["long items between short ones", [sa(1), sa(100), sa(1), sa(70)]],
  ["lists in lists", [[numbers(200)], [[]], numbers(70).map(n => [n]), [[[numbers(65)]]]]],
  ["objects in objects", { a: { b: { c: { "d\u200b": numbers(99), e: 1 } }, f: {} }, g: undefined }],
]

describe.each([0, 2] as const)("with an indent of %i", indent => {
  it.each(VALUES)("%s", (_, value) => {
    const pieces = [...jsonPieces(value, indent)]
    expect(pieces.join("")).toBe(safeJson(value, indent))
    expect(Math.max(...pieces.map(p => p.length))).toBeLessThan(8000)
  })
})
