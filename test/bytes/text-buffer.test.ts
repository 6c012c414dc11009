/** JSON as bytes: texts, numbers and times as JavaScript writes them. */
import { describe, expect, it } from "vitest"
import { safeJson } from "../../src/bytes/safe-json.ts"
import { encoded, TextBuffer } from "../../src/bytes/text-buffer.ts"

const textOf = (b: TextBuffer) => new TextDecoder().decode(b.bytes)

describe("TextBuffer", () => {
  it("collects texts of all lengths and scripts", () => {
    const texts = [
      "",
      "a",
      "ü",
      "日本語",
      "🔑",
      "x".repeat(47),
      "x".repeat(48),
      "x".repeat(49),
      "é".repeat(500),
      "\u0000",
    ]
    const b = new TextBuffer()
    for (const text of texts) b.text(text)
    for (const text of texts) b.piece(encoded(text))
    expect(textOf(b)).toBe(texts.join("") + texts.join(""))
    b.clear()
    expect(b.length).toBe(0)
  })

  it("writes numbers as JavaScript does", () => {
    const numbers = [
      0,
      1,
      9,
      10,
      99,
      100,
      65535,
      999_999_999,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 40,
      2 ** 53 - 1,
      -1,
      -10.5,
      0.25,
      1e21,
    ]
    for (const n of numbers) {
      const b = new TextBuffer()
      b.number(n)
      expect(textOf(b)).toBe(String(n))
    }
    const b = new TextBuffer()
    b.digits(42, 9)
    b.digits(0, 3)
    expect(textOf(b)).toBe("000000042000")
  })

  it("grows, whatever is longer than its memory", () => {
    const b = new TextBuffer()
    const long = "0123456789".repeat(60_000)
    b.text("[")
    b.text(long)
    b.piece(encoded(long))
    for (let i = 0; i < 50_000; i++) b.number(i)
    expect(textOf(b)).toBe(`[${long}${long}${Array.from({ length: 50_000 }, (_, i) => i).join("")}`)
  })

  it("writes JSON strings as safeJson does, escapes, scripts and all", () => {
    const plain = "the initiator sends again; nothing answers for 12 s (frames 3 to 9) "
    const odd = ['"', "\\", "\n", "\u007f", "\u0080", "é", "日", "🔑", "\u202e", "\ud800", "\0"]
    for (const length of [0, 1, 47, 48, 49, 300])
      for (const mark of ["", ...odd])
        for (const at of [0, length >> 1, length]) {
          const text = `${plain.repeat(5).slice(0, at)}${mark}${plain.repeat(5).slice(0, length - at)}`
          const b = new TextBuffer()
          b.text("[")
          b.quoted(text)
          b.quotedOrNull(null)
          expect(textOf(b)).toBe(`[${safeJson(text)}null`)
        }
  })

  it("repeats what stands in it", () => {
    const b = new TextBuffer()
    b.text("abc")
    b.repeat(1, 3)
    expect(textOf(b)).toBe("abcbc")
  })
})
