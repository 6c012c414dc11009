/** One ladder for the whole capture, as Wireshark's Flow Graph: time, every address a column, a comment a frame. */
import type { Pen } from "./pen.ts"
import { displayWidth, pad, truncate, truncateStart } from "./text.ts"
import { clockText } from "./units.ts"

/** One frame of the flow. */
export interface FlowRow {
  readonly frame: number
  /** Seconds since the capture began. */
  readonly time: number
  readonly source: string
  readonly destination: string
  /** Null for protocols without ports. */
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** Stands on the arrow: `IKE_SA_INIT`, `ESP`. */
  readonly label: string
  readonly comment: string
  /** Which SA, for its colour. */
  readonly sa?: number
}

/** Cells between two lifelines. */
const MIN_GAP = 16
const MAX_GAP = 44
const MIN_COMMENT = 16
/** Of a wide line. */
const COMMENT_SHARE = 0.27
const TIME = 10
const FRAME = 6
/** All that is neither ladder nor comment. */
const MARGIN = TIME + FRAME + 5

interface Layout {
  readonly gap: number
  /** Column of each address, from 0. */
  readonly column: ReadonlyMap<string, number>
  readonly ladder: number
  readonly comment: number
}

/**
 * The flow as lines. Addresses are columns in order of appearance; those that do not fit the width share the last column, headed
 * `others`, and their frames name the addresses in the comment.
 */
export function* flowLines(rows: readonly FlowRow[], pen: Pen): Generator<string> {
  const layout = layoutOf(rows, pen)
  yield* headLines(layout, pen)
  for (const row of rows) yield rowLine(row, layout, pen)
}

function layoutOf(rows: readonly FlowRow[], pen: Pen): Layout {
  const addresses = new Set<string>()
  let longest = 0
  for (const row of rows) {
    addresses.add(row.source).add(row.destination)
    longest = Math.max(longest, displayWidth(row.label) + 18)
  }
  const room = pen.width - MARGIN - Math.max(MIN_COMMENT, Math.floor(pen.width * COMMENT_SHARE))
  const most = Math.max(2, Math.floor((room - 1) / (MIN_GAP + 1)) + 1)
  const names = [...addresses]
  const shown =
    names.length > most ? [...names.slice(0, most - 1), OTHERS] : names.length < 2 ? [...names, OTHERS] : names
  const gaps = shown.length - 1
  const fair = Math.floor((Math.max(room, 1) * (gaps > 1 ? 1 : 0.75)) / gaps) - 1
  const gap = Math.max(MIN_GAP, Math.min(MAX_GAP, longest, fair))
  const ladder = gaps * (gap + 1) + 1
  const column = new Map(names.map((name, i) => [name, Math.min(i, shown.length - 1)]))
  return { gap, column, ladder, comment: Math.max(8, pen.width - MARGIN - ladder) }
}

const OTHERS = "others"

function headLines({ gap, column, ladder }: Layout, pen: Pen): string[] {
  const heads: string[] = []
  for (const [name, at] of column) heads[at] = heads[at] === undefined ? name : OTHERS
  let line = ""
  for (const [i, name] of heads.entries()) {
    const last = i > 0 && i === heads.length - 1
    const room = last ? ladder - displayWidth(line) - 2 : gap
    const text = truncateStart(pen.text(name), room, pen.glyphs.cut)
    line = pad(line, last ? ladder - displayWidth(text) : i * (gap + 1)) + text
  }
  const head = `${pad("time", TIME, "right")} ${pad("frame", FRAME, "right")} `
  return [pen.theme.strong(`${head} ${pad(line, ladder)}  comment`.trimEnd())]
}

function rowLine(row: FlowRow, layout: Layout, pen: Pen): string {
  const { theme, glyphs } = pen
  const from = layout.column.get(row.source) ?? 0
  const to = layout.column.get(row.destination) ?? 0
  const cells: string[] = new Array(layout.ladder).fill(" ")
  for (let x = 0; x < cells.length; x += layout.gap + 1) cells[x] = glyphs.life
  const shared = from === to
  if (!shared) drawArrow(cells, row, from * (layout.gap + 1), to * (layout.gap + 1), pen)
  const colour = row.sa === undefined ? (t: string) => t : theme.sa(row.sa)
  const path = shared ? `${row.source} → ${row.destination} ${row.label}: ` : ""
  const comment = truncate(pen.text(path + row.comment), layout.comment, glyphs.cut)
  const head = `${theme.dim(pad(clockText(row.time), TIME, "right"))} ${pad(String(row.frame), FRAME, "right")}  `
  return `${head}${colour(cells.join(""))}  ${comment}`.trimEnd()
}

/** Port, line, label, line, arrowhead, port, from one lifeline to the other. */
function drawArrow(cells: string[], row: FlowRow, from: number, to: number, pen: Pen): void {
  const { glyphs } = pen
  const right = to > from
  const [low, high] = right ? [from, to] : [to, from]
  for (let x = low + 1; x < high; x++) cells[x] = glyphs.line
  cells[from] = right ? glyphs.fromLeft : glyphs.fromRight
  const room = high - low - 1
  const text = pen.text(row.label)
  // What it is says more than the ports.
  const roomy = displayWidth(text) + 16 <= room
  const ports = [row.sourcePort, row.destinationPort].map(p => (p === null || !roomy ? "" : String(p)))
  const [start, end] = right ? ports : [ports[1], ports[0]]
  const label = truncate(text, room - start.length - end.length - 6, glyphs.cut)
  const width = displayWidth(label)
  write(cells, low + 1, start)
  write(cells, high - end.length, end)
  const head = right ? high - end.length - 1 : low + 1 + start.length
  cells[head] = right ? glyphs.toRight : glyphs.toLeft
  if (width > 0) write(cells, low + 1 + Math.floor((room - width - 2) / 2), ` ${label} `)
}

/** Puts a text into cells; the second cell of a wide character becomes empty. */
function write(cells: string[], at: number, text: string): void {
  let x = at
  for (const character of text) {
    const width = displayWidth(character)
    if (width === 0) {
      cells[x - 1] += character
      continue
    }
    cells[x] = character
    if (width === 2) cells[x + 1] = ""
    x += width
  }
}
