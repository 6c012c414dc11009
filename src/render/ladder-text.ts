/** A ladder in a terminal: time and frame, both peers as lifelines with arrows between, the exchange beside. */
import type { Ladder, LadderRow } from "./ladder-rows.ts"
import { type Label, type RowWords, rowWords } from "./ladder-words.ts"
import type { Pen } from "./pen.ts"
import { displayWidth, pad, truncate, wrap, wrapItems } from "./text.ts"
import type { Style } from "./theme.ts"
import { clockText } from "./units.ts"

export interface LadderTextOptions {
  /** Cells before each line. */
  readonly indent?: number
  /** Which SA of the report, for its colour. */
  readonly colour?: number
  /** At most so many rows: the first and the last are kept, and a line says how many are between. */
  readonly maxRows?: number
}

/** Short labels are used when the terminal is narrower. */
const ROOMY = 100
const MIN_INNER = 16
/** Short stories keep the shape of long ones. */
const MIN_WANTED = 44
/** Wider arrows only part what belongs together. */
const MAX_INNER = 130

interface Layout {
  readonly indent: number
  readonly time: number
  readonly frame: number
  /** Cells between the lifelines. */
  readonly inner: number
  readonly label: number
  readonly roomy: boolean
}

/** The ladder as lines. */
export function ladderLines(ladder: Ladder, pen: Pen, options: LadderTextOptions = {}): string[] {
  const { rows, hidden, at } = cut(ladder.rows, options.maxRows ?? Number.POSITIVE_INFINITY)
  const words = rows.map(row => printable(rowWords(ladder, row), pen))
  const layout = layoutOf(ladder, rows, words, pen, options.indent ?? 0)
  const lines = headLines(ladder, layout, pen)
  for (const [i, row] of rows.entries()) {
    if (hidden > 0 && i === at) lines.push(gapLine(hidden, layout, pen))
    lines.push(...rowLines(row, words[i], layout, pen, pen.theme.sa(options.colour ?? 0)))
  }
  return lines
}

function cut(rows: readonly LadderRow[], most: number): { rows: readonly LadderRow[]; hidden: number; at: number } {
  if (rows.length <= most) return { rows, hidden: 0, at: 0 }
  const at = Math.ceil(most * 0.7)
  return { rows: [...rows.slice(0, at), ...rows.slice(rows.length - (most - at))], hidden: rows.length - most, at }
}

const printable = (words: RowWords, pen: Pen): RowWords => ({
  texts: words.texts.map(pen.text),
  labels: words.labels.map(l => ({ ...l, text: pen.text(l.text), short: pen.text(l.short) })),
})

const most = (lengths: readonly number[]): number => lengths.reduce((a, b) => Math.max(a, b), 0)

function layoutOf(
  ladder: Ladder,
  rows: readonly LadderRow[],
  words: readonly RowWords[],
  pen: Pen,
  indent: number,
): Layout {
  const roomy = pen.width >= ROOMY
  const time = most([4, ...rows.map(r => clockText(r.at).length)])
  const frame = most([5, ...rows.map(r => frameText(r).length)])
  const label = most(words.flatMap(w => w.labels.map(l => displayWidth(roomy ? l.text : l.short))))
  const room = pen.width - indent - time - frame - 5 - (label > 0 ? label + 2 : 0)
  const names = displayWidth(pen.text(ladder.left)) + displayWidth(pen.text(ladder.right)) + 2
  const wanted = most([MIN_WANTED, names, ...words.map(w => displayWidth(w.texts[0]) + 8)])
  return { indent, time, frame, inner: Math.max(MIN_INNER, Math.min(room, wanted, MAX_INNER)), label, roomy }
}

const frameText = (row: LadderRow): string => row.frames.join("-")

const margin = (layout: Layout, time = "", frame = ""): string =>
  `${" ".repeat(layout.indent)}${pad(time, layout.time, "right")} ${pad(frame, layout.frame, "right")}  `

function headLines(ladder: Ladder, layout: Layout, pen: Pen): string[] {
  const { strong, dim } = pen.theme
  const left = pen.text(ladder.left)
  const right = pen.text(ladder.right)
  const gap = layout.inner + 2 - displayWidth(left) - displayWidth(right)
  const head = dim(margin(layout, "time", "frame"))
  if (gap >= 2) return [`${head}${strong(left)}${" ".repeat(gap)}${strong(right)}`]
  const align = Math.max(0, layout.inner + 2 - displayWidth(right))
  return [head + strong(left), margin(layout) + " ".repeat(align) + strong(right)]
}

function gapLine(hidden: number, layout: Layout, pen: Pen): string {
  const { life } = pen.glyphs
  const text = truncate(` ${pen.text(`… ${hidden} more rows: ikedump flow shows them`)}`, layout.inner, pen.glyphs.cut)
  return `${margin(layout)}${pen.theme.dim(`${life}${pad(text, layout.inner)}${life}`)}`
}

function rowLines(row: LadderRow, words: RowWords, layout: Layout, pen: Pen, colour: Style): string[] {
  const middle = drawn(row, words, layout, pen, colour)
  const labels = labelLines(words.labels, layout, pen)
  const empty = pen.glyphs.life + " ".repeat(layout.inner) + pen.glyphs.life
  return Array.from({ length: Math.max(middle.length, labels.length) }, (_, i) => {
    const start = i === 0 && row.kind !== "band" ? startOf(row, layout, pen) : margin(layout)
    return `${start}${middle[i] ?? empty}${labels[i] ? `  ${labels[i]}` : ""}`
  })
}

function startOf(row: LadderRow, layout: Layout, pen: Pen): string {
  const time = pen.theme.dim(pad(clockText(row.at), layout.time, "right"))
  return `${" ".repeat(layout.indent)}${time} ${pad(frameText(row), layout.frame, "right")}  `
}

function labelLines(labels: readonly Label[], layout: Layout, pen: Pen): string[] {
  const { theme } = pen
  const style: Record<Label["tone"], Style> = { plain: theme.dim, ok: theme.ok, bad: theme.bad, warn: theme.warn }
  return labels.map(l => style[l.tone](truncate(layout.roomy ? l.text : l.short, layout.label, pen.glyphs.cut)))
}

/** The row between and with its lifelines. */
function drawn(row: LadderRow, words: RowWords, layout: Layout, pen: Pen, colour: Style): string[] {
  const { glyphs, theme } = pen
  const on = { layout, pen }
  switch (row.kind) {
    case "message": {
      const bad = row.refused || row.failed.length > 0 || (row.fragments?.missing.length ?? 0) > 0
      return arrow(row.from, words.texts, glyphs.line, { ...on, words: bad ? theme.bad : plain, line: colour })
    }
    case "retransmission":
      return arrow(row.from, words.texts, glyphs.dashed, { ...on, words: theme.warn, line: theme.warn })
    case "data":
      return arrow(row.from, words.texts, glyphs.thick, {
        ...on,
        words: row.esp.icv_failed > 0 ? theme.bad : plain,
        line: colour,
      })
    case "liveness":
      return row.answered
        ? bothWays(words.texts, layout, pen)
        : arrow(row.from, words.texts, glyphs.dashed, { ...on, words: theme.dim, line: theme.dim })
    case "band":
      return band(words.texts[0], layout, pen, colour)
  }
}

const plain: Style = text => text

/** The first wording that fits one line, else the shortest on as many lines as it takes. */
function chosen(texts: readonly string[], room: number): string[] {
  const fits = texts.find(t => displayWidth(t) <= room)
  return fits === undefined ? wrap(texts[texts.length - 1], room) : [fits]
}

function arrow(
  from: "initiator" | "responder",
  texts: readonly string[],
  stroke: string,
  { layout, pen, words, line }: { layout: Layout; pen: Pen; words: Style; line: Style },
): string[] {
  const { glyphs } = pen
  const lines = chosen(texts, layout.inner - 6)
  return lines.map((text, i) => {
    const rest = layout.inner - displayWidth(text)
    if (i > 0) {
      const left = from === "initiator" ? 2 : rest - 2
      return `${glyphs.life}${" ".repeat(left)}${words(text)}${" ".repeat(rest - left)}${glyphs.life}`
    }
    const shaft = stroke.repeat(Math.max(1, rest - 4))
    return from === "initiator"
      ? `${line(glyphs.fromLeft + stroke)} ${words(text)} ${line(shaft + glyphs.toRight)}${glyphs.life}`
      : `${glyphs.life}${line(glyphs.toLeft + shaft)} ${words(text)} ${line(stroke + glyphs.fromRight)}`
  })
}

function bothWays(texts: readonly string[], layout: Layout, pen: Pen): string[] {
  const { glyphs, theme } = pen
  return chosen(texts, layout.inner - 6).map((text, i) => {
    const rest = layout.inner - displayWidth(text)
    if (i > 0) return `${glyphs.life}   ${theme.dim(text)}${" ".repeat(rest - 3)}${glyphs.life}`
    const shaft = glyphs.dashed.repeat(Math.max(1, rest - 5))
    return `${glyphs.life}${theme.dim(`${glyphs.toLeft}${glyphs.dashed} ${text} ${shaft}${glyphs.toRight}`)}${glyphs.life}`
  })
}

function band(text: string, layout: Layout, pen: Pen, colour: Style): string[] {
  const { glyphs } = pen
  const dot = pen.text(" · ")
  return wrapItems(text.split(dot), dot, layout.inner - 6).map((piece, i) => {
    const line = truncate(piece, layout.inner - 6, glyphs.cut)
    const rest = layout.inner - displayWidth(line)
    if (i > 0) return `${glyphs.life}   ${line}${" ".repeat(rest - 3)}${glyphs.life}`
    return `${colour(glyphs.bandLeft + glyphs.thick.repeat(2))} ${line} ${colour(glyphs.thick.repeat(rest - 4) + glyphs.bandRight)}`
  })
}
