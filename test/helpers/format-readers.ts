/** A reader of each output format, written apart from the writers. Each throws where the text is not what the format demands. */
import { parse as parseYaml } from "yaml"
import { junitFaults } from "../check/junit-schema.ts"
import { sarifFaults } from "../check/sarif-schema.ts"

/** What no output holds as it is: control characters, and what turns or hides text. Line ends and tabs belong to formats. */
const RAW =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/u

export function readText(text: string): string {
  const found = RAW.exec(text)
  if (found)
    throw new Error(`raw U+${found[0].codePointAt(0)?.toString(16)} in ${JSON.stringify(around(text, found.index))}`)
  return text
}

const around = (text: string, at: number): string => text.slice(Math.max(0, at - 40), at + 40)

function demand(holds: unknown, what: string, text = ""): asserts holds {
  if (!holds) throw new Error(text ? `${what}: ${JSON.stringify(text.slice(0, 120))}` : what)
}

export const readJson = (text: string): unknown => JSON.parse(readText(text))

/** A JSON value a line, each line ended. */
export function readNdjson(text: string): unknown[] {
  demand(text === "" || text.endsWith("\n"), "the last line has no end")
  return text.split("\n").slice(0, -1).map(readJson)
}

export function readSarif(text: string): unknown {
  const log = readJson(text)
  const faults = sarifFaults(log)
  demand(faults.length === 0, faults.join("; "))
  return log
}

export function readCycloneDx(text: string): unknown {
  const bom = readJson(text) as { bomFormat?: unknown; components?: unknown }
  demand(bom.bomFormat === "CycloneDX" && Array.isArray(bom.components), "no CycloneDX document")
  return bom
}

// XML -------------------------------------------------------------------------------------------------------------------

const NAME = /[A-Za-z_:][\w:.-]*/y
const ENTITY = /&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
}

/** One well-formed document: one root, tags that close, attributes once and in quotes, no stray `<` or `&`. XML 1.0 §2.1. */
export function readXml(text: string): XmlElement {
  readText(text)
  let at = 0
  const roots: XmlElement[] = []
  const open: XmlElement[] = []
  const name = (): string => {
    NAME.lastIndex = at
    const found = NAME.exec(text)
    demand(found, "a name was expected", around(text, at))
    at = NAME.lastIndex
    return found[0]
  }
  const space = (): void => {
    while (/\s/.test(text[at] ?? "")) at++
  }
  while (at < text.length) {
    const tag = text.indexOf("<", at)
    const words = text.slice(at, tag < 0 ? text.length : tag)
    demand(open.length > 0 || words.trim() === "", "text outside the root", words)
    demand(!ENTITY.test(words), "a stray &", words)
    demand(!words.includes("]]>"), "]]> in text", words)
    if (tag < 0) break
    at = tag
    const special = [
      ["<?", "?>"],
      ["<!--", "-->"],
    ].find(([begin]) => text.startsWith(begin, at))
    if (special) {
      const end = text.indexOf(special[1], at)
      demand(end > 0, `${special[0]} without an end`)
      at = end + special[1].length
      continue
    }
    if (text[at + 1] === "/") {
      at += 2
      const closes = name()
      space()
      demand(text[at++] === ">", "an end tag without >", around(text, at))
      demand(open.pop()?.name === closes, `</${closes}> closes another element`)
      continue
    }
    at++
    const attributes: Record<string, string> = {}
    const element: XmlElement = { name: name(), attributes, children: [] }
    for (;;) {
      space()
      if (text[at] === ">" || text.startsWith("/>", at)) break
      const attribute = name()
      demand(!Object.hasOwn(attributes, attribute), `${attribute} comes twice`)
      demand(text[at++] === "=", `${attribute} has no value`)
      const quote = text[at++]
      demand(quote === '"' || quote === "'", `${attribute} is not in quotes`)
      const end = text.indexOf(quote, at)
      const value = text.slice(at, end)
      demand(end >= 0 && !value.includes("<") && !ENTITY.test(value), `${attribute} holds < or &`, value)
      attributes[attribute] = value
      at = end + 1
    }
    ;(open.at(-1)?.children ?? roots).push(element)
    if (text[at] === ">") open.push(element)
    at += text[at] === ">" ? 1 : 2
  }
  demand(open.length === 0, `<${open.at(-1)?.name}> is not closed`)
  demand(roots.length === 1, `${roots.length} roots`)
  return roots[0]
}

export function readJunit(text: string): XmlElement {
  const faults = junitFaults(text)
  demand(faults.length === 0, faults.join("; "))
  return readXml(text)
}

/** One picture; nothing at all where there was nothing to draw. */
export function readSvg(text: string): void {
  if (text === "") return
  const root = readXml(text)
  demand(root.name === "svg" && root.attributes.viewBox, "no svg with a viewBox")
}

/** Packets of protocols of fields. */
export function readPdml(text: string): XmlElement {
  const root = readXml(text)
  demand(root.name === "pdml", "no pdml")
  for (const packet of root.children)
    demand(packet.name === "packet" && packet.children.every(layer => layer.name === "proto"), "no packet of protocols")
  return root
}

// Tables ----------------------------------------------------------------------------------------------------------------

/** RFC 4180: rows of as many cells as the first. */
export function readCsv(text: string): string[][] {
  readText(text)
  const rows: string[][] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y
  let row: string[] = []
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex
    const found = cell.exec(text)
    demand(found, "no cell", around(text, at))
    row.push(found[1]?.replaceAll('""', '"') ?? found[2])
    if (found[3] === ",") continue
    demand(found[3] === "\r\n", "the last row has no end")
    rows.push(row)
    row = []
  }
  for (const r of rows) demand(r.length === rows[0].length, "rows of several widths", r.join("|"))
  return rows
}

/** Zeek's logs as zeek-cut reads them, one behind the other. */
export function readZeek(text: string): void {
  readText(text)
  let fields: string[] = []
  for (const line of text.split("\n").slice(0, -1)) {
    if (line.startsWith("#fields\t")) fields = line.split("\t").slice(1)
    else if (line.startsWith("#types\t")) demand(line.split("\t").length === fields.length + 1, "types miss", line)
    else if (!line.startsWith("#")) demand(line.split("\t").length === fields.length, "cells miss", line)
  }
  demand(text === "" || fields.length > 0, "no #fields")
}

const SAMPLE =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*"(?:,(?!\}))?)*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/

/** OpenMetrics 1.0 text: families that do not interleave, no sample twice, `# EOF` last. */
export function readOpenMetrics(text: string): void {
  readText(text)
  demand(text.endsWith("# EOF\n"), "no # EOF at the end")
  const families = new Set<string>()
  const samples = new Set<string>()
  let family = ""
  for (const line of text.split("\n").slice(0, -2)) {
    const meta = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/.exec(line)
    if (meta?.[1] === "TYPE") {
      family = meta[2]
      demand(!families.has(family), "a family comes twice", family)
      families.add(family)
    } else if (meta) demand(meta[2] === family, "metadata of another family", line)
    else {
      const [, name, labels = ""] = SAMPLE.exec(line) ?? []
      demand(name, "no sample", line)
      demand(name === family || name === `${family}_total`, "a sample of another family", line)
      demand(!samples.has(name + labels), "a sample comes twice", line)
      samples.add(name + labels)
    }
  }
}

// Documents -------------------------------------------------------------------------------------------------------------

/** TAP 14 with YAML blocks. */
export function readTap(text: string): void {
  const [version, plan, ...lines] = readText(text).split("\n").slice(0, -1)
  demand(version === "TAP version 14", "no version", version)
  const planned = Number(/^1\.\.(\d+)$/.exec(plan)?.[1])
  let points = 0
  let block: string[] | undefined
  for (const line of lines) {
    if (block) {
      if (line === "  ...") {
        demand(parseYaml(block.join("\n")), "an empty YAML block")
        block = undefined
      } else block.push(line)
    } else if (line === "  ---") block = []
    else demand(/^(not )?ok \d+ - /.test(line) && Number(line.match(/\d+/)?.[0]) === ++points, "no test point", line)
  }
  demand(block === undefined && points === planned, `${points} of ${planned} test points`)
}

const MERMAID = [
  /^ {2}participant [A-Z]\w* as \S.*$/,
  /^ {2}Note over I,R: \S.*$/,
  /^ {2,4}[IR](->>|-->>|-\))[IR]: \S.*$/,
  /^ {2}rect rgba\([\d., ]+\)$/,
  /^ {2}end$/,
]
/** Statements end at a semicolon, a hash begins an entity, and `end` closes a block wherever it stands. */
const MERMAID_TEXT = /;|#(?!\d+;)|\bend\b|[&"`%\\]|<(?!br\/>)|>(?<!<br\/>)/i

/** A sequence diagram in the statements that Mermaid's grammar has for them. */
export function readMermaid(text: string): void {
  const [head, ...lines] = readText(text).split("\n").slice(0, -1)
  demand(head === "sequenceDiagram", "no sequenceDiagram", head)
  let depth = 0
  for (const line of lines) {
    demand(
      MERMAID.some(form => form.test(line)),
      "no statement",
      line,
    )
    if (/^ *rect /.test(line)) depth++
    else if (/^ *end$/.test(line)) demand(--depth >= 0, "end without rect")
    else {
      const words = line.slice(line.search(/:| as /) + 1).replace(/#\d+;/g, "")
      demand(!MERMAID_TEXT.test(words), "syntax in text", line)
    }
  }
  demand(depth === 0, "rect without end")
}

/** Cells of a table's row: what stands between bars that are not escaped. */
const cells = (line: string): number => line.replace(/\\./g, "").split("|").length

/** The title of what can be folded: its text has no markup and no entity but numbers. */
const FOLDED = /^<details(?: open)?><summary><code>[^<>&]*<\/code> (?:[^<>&]|&#\d+;)*<\/summary>$/

/** Tables of even rows, fences that close, diagrams that can be read, no HTML but what is ours. */
export function readMarkdown(text: string): void {
  let fence: string[] | undefined
  let width = 0
  for (const line of readText(text).split("\n")) {
    if (line.startsWith("```")) {
      if (fence?.[0] === "```mermaid") readMermaid(`${fence.slice(1).join("\n")}\n`)
      fence = fence ? undefined : [line]
      continue
    }
    if (fence) {
      fence.push(line)
      continue
    }
    const row = line.startsWith("|")
    if (row && width > 0) demand(cells(line) === width, "a row of another width", line)
    width = row ? cells(line) : 0
    if (FOLDED.test(line)) continue
    const html = line.replace(/(`+).*?\1/g, "").match(/(?<!\\)<(?!br\/?>|\/details>)[a-z/!]/i)
    demand(!html, "HTML", line)
  }
  demand(fence === undefined, "a fence that does not close")
}

/** Mermaid of several SAs is Markdown. */
export const readMermaidFile = (text: string): void => {
  if (text.startsWith("##")) readMarkdown(text)
  else if (text !== "") readMermaid(text)
}

/** A page: what is held in it is JSON, and nothing of it ends its script. */
export function readPage(text: string): void {
  const data = /<script type="application\/json" id="ikedump-data">([^<]*)<\/script>/.exec(text)
  demand(data, "no data in the page")
  readJson(data[1])
}
