/** Texts that are safe in a terminal, wrapped and measured. */
import { describe, expect, it } from "vitest"
import { safeText } from "../../src/bytes/safe-text.ts"
import { renderTable } from "../../src/render/table.ts"
import { displayWidth, pad, truncate, truncateStart, wrap, wrapItems } from "../../src/render/text.ts"
import { themeFor, themeOf } from "../../src/render/theme.ts"
import { clockText } from "../../src/render/units.ts"

describe("safeText", () => {
  it("escapes what a terminal obeys or a reader does not see", () => {
    expect(safeText("a\u001b[31mb\u0007\n\u009b2J\u202eevil\u200b")).toBe(
      "a\\x1b[31mb\\x07\\n\\x9b2J\\u202eevil\\u200b",
    )
    expect(safeText("\ud800x\u{e0041}")).toBe("\\ud800x\\u{e0041}")
  })
  it("keeps text in any script", () =>
    expect(safeText("Zoë 日本 carol@example.org €")).toBe("Zoë 日本 carol@example.org €"))
})

describe("layout", () => {
  it("counts cells", () => {
    expect(displayWidth("abc")).toBe(3)
    expect(displayWidth("日本")).toBe(4)
    expect(displayWidth("e\u0301")).toBe(1)
    expect(displayWidth(themeOf(1).ok("ok"))).toBe(2)
    expect(displayWidth("│▶✔×…⇄")).toBe(6)
  })
  it("pads and cuts by cells", () => {
    expect(pad("日", 4)).toBe("日  ")
    expect(pad("7", 3, "right")).toBe("  7")
    expect(truncate("abcdef", 4)).toBe("abc…")
    expect(truncate("日本語", 4)).toBe("日…")
    expect(truncateStart("/a/long/path.pcap", 10)).toBe("…path.pcap")
    expect(truncate(themeOf(1).bad("abcdef"), 3)).toBe("\u001b[31mab…\u001b[39m")
  })
  it("wraps words, cutting those longer than a line", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"])
    expect(wrap("abcdefgh i", 3)).toEqual(["abc", "def", "gh", "i"])
    expect(wrap("", 5)).toEqual([""])
    expect(wrapItems(["a", "bb", "ccc"], " · ", 6)).toEqual(["a · bb", "ccc"])
  })
  it("shows milliseconds however long a capture is", () => expect(clockText(552_372_780.0634)).toBe("552372780.063"))
  it("lets the columns of a table share what is missing, and keeps the end of a path", () => {
    const columns = [{ title: "" }, { title: "", shrink: "start" }, { title: "", shrink: true }] as const
    const rows = [["up", "lab/long-folder/capture.pcap", "IKE SA, 86 packets both ways, and more"]]
    expect(renderTable(columns, rows, { width: 40 })).toBe("up  …der/capture.pcap  IKE SA, 86 packe…")
  })
})

describe("themeFor", () => {
  const tty = { isTTY: true }
  it.each([
    [{}, 0],
    [{ stream: tty, env: {} }, 1],
    [{ stream: tty, env: { TERM: "xterm-256color" } }, 2],
    [{ stream: tty, env: { TERM: "dumb" } }, 0],
    [{ stream: tty, env: { NO_COLOR: "1" } }, 0],
    [{ stream: tty, env: { NO_COLOR: "" } }, 1],
    [{ env: { FORCE_COLOR: "1" } }, 1],
    [{ env: { FORCE_COLOR: "3", NO_COLOR: "1" } }, 3],
    [{ stream: tty, env: { FORCE_COLOR: "0" } }, 0],
    [{ color: "always", env: { NO_COLOR: "1" } }, 1],
    [{ color: "never", env: { FORCE_COLOR: "3" }, stream: tty }, 0],
  ] as const)("%o gives level %i", (options, level) => expect(themeFor(options).level).toBe(level))
})
