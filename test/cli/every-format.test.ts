/**
 * Every format of every command over the fixtures, with keys where there are some, parsed by a reader of that format. By default each
 * capture gets one of them in turn, so that each format reads a few captures; `IKEDUMP_FORMATS=all` is the whole (`npm run fuzz`).
 */
import { existsSync, readdirSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import * as read from "../helpers/format-readers.ts"
import { FORMS, faultOf } from "../helpers/output-forms.ts"

const ALL = process.env.IKEDUMP_FORMATS === "all"
const fixtures = resolve(import.meta.dirname, "../../fixtures")

const CAPTURES = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter(f => /\.(pcap|pcapng|cap)(\.gz)?$/.test(f))
  .sort()
  .map(f => join(fixtures, f))

const keysOf = (capture: string): string[] => {
  const keys = join(dirname(capture), "keys.json")
  return existsSync(keys) ? ["--keys", keys] : []
}

describe("every format of every command", () => {
  it("knows all commands that have formats", () => {
    expect(CAPTURES.length).toBeGreaterThan(Math.max(80, FORMS.length))
    expect(new Set(FORMS.map(f => f.name)).size).toBe(FORMS.length)
  })

  it.each(FORMS.map(f => [f.name, f] as const))("%s", { timeout: 0 }, async (_name, form) => {
    const turn = FORMS.indexOf(form)
    const mine = CAPTURES.filter((_, i) => ALL || i % FORMS.length === turn)
    const faults: string[] = []
    for (const capture of mine) {
      const fault = await faultOf(form, capture, keysOf(capture))
      if (fault) faults.push(fault)
    }
    expect(mine.length).toBeGreaterThan(0)
    expect(faults).toEqual([])
  })
})

describe("the readers", () => {
  const REFUSED: readonly (readonly [string, (text: string) => unknown, string])[] = [
    ["two roots", read.readXml, "<a/><b/>"],
    ["an open element", read.readXml, "<a><b></a>"],
    ["an attribute twice", read.readXml, '<a b="1" b="2"/>'],
    ["a stray ampersand", read.readXml, "<a>b & c</a>"],
    ["a raw control character", read.readXml, "<a>\u0007</a>"],
    ["a direction mark", read.readText, "a\u202eb"],
    ["a line that does not end", read.readNdjson, "{}"],
    ["two values on a line", read.readNdjson, "{}{}\n"],
    ["rows of several widths", read.readCsv, "a,b\r\nc\r\n"],
    ["a sample twice", read.readOpenMetrics, "# TYPE a gauge\na 1\na 2\n# EOF\n"],
    ["families that interleave", read.readOpenMetrics, "# TYPE a gauge\nb 1\n# EOF\n"],
    ["a missing test point", read.readTap, "TAP version 14\n1..2\nok 1 - a\n"],
    ["a semicolon", read.readMermaid, "sequenceDiagram\n  I->>R: a; b\n"],
    ["a word that ends a block", read.readMermaid, "sequenceDiagram\n  I->>R: the end\n"],
    ["HTML", read.readMarkdown, "a <script>\n"],
    ["an uneven table", read.readMarkdown, "| a | b |\n| - |\n"],
    ["an open fence", read.readMarkdown, "```\n"],
    ["a log of another schema", read.readSarif, '{"version":"2.0.0","runs":[]}'],
    ["missing cells", read.readZeek, "#fields\ta\tb\n1\n"],
  ]
  it.each(REFUSED)("refuse %s", (_what, reader, text) => expect(() => reader(text)).toThrow())
})
