/** JSON without characters that turn or hide text. */
import { expect, it } from "vitest"
import { safeJson } from "../../src/bytes/safe-json.ts"

const odd = "a\u202eb\u200bc\u2066d\ufeffe\u2028f\u009bg\u{e0041}h"

it("is the same value, with such characters escaped", () => {
  const text = safeJson({ id: odd, plain: "äöü 中文 🙂" })
  expect(JSON.parse(text)).toEqual({ id: odd, plain: "äöü 中文 🙂" })
  expect(text).not.toMatch(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u)
  expect(text).toContain("\\u202e")
  expect(text).toContain("🙂")
})

it("is JSON.stringify for everything else", () => {
  const value = { a: [1, null, true, 'x\n"y'], b: { c: "d" } }
  expect(safeJson(value, 2)).toBe(JSON.stringify(value, null, 2))
  expect(safeJson(value)).toBe(JSON.stringify(value))
})
