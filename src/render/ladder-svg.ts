/** A ladder as one self-contained SVG picture, light and dark by what the reader prefers. */

import { safeText } from "../bytes/safe-text.ts"
import type { Ladder, LadderRow } from "./ladder-rows.ts"
import { type Label, rowWords } from "./ladder-words.ts"
import { wrap, wrapItems } from "./text.ts"
import { clockText } from "./units.ts"
import { xmlText } from "./xml.ts"

/** All in user units, which are CSS pixels at the natural size. */
const ROW = 40
const LINE = 17
const CHAR = 7.9
const PEER_CHAR = 8.6
/** Where times end; frame numbers end 24 before the left lifeline. */
const CLOCK = 88
const LEFT = 184
const RIGHT_MARGIN = 190
const MIN_SPAN = 460
const MAX_SPAN = 780
const TOP = 100

/**
 * The picture as SVG text. It holds no script, no link and no reference to anything outside. Pictures below one another get the
 * widest one's `span` between the lifelines.
 */
export function ladderSvg(ladder: Ladder, span = ladderSpan(ladder)): string {
  const shapes: string[] = []
  let y = TOP
  for (const row of ladder.rows) {
    const drawn = drawRow(ladder, row, y, span)
    shapes.push(drawn.svg)
    y += drawn.height
  }
  const height = y + 24
  const width = LEFT + span + RIGHT_MARGIN
  const right = LEFT + span
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${xmlText(`${ladder.title}, ${ladder.left} and ${ladder.right}`)}">`,
    `<style>${STYLE}</style>`,
    MARKERS,
    `<rect class="page" width="${width}" height="${height}" rx="8"/>`,
    text(24, 32, `${ladder.id}   ${ladder.title}`, "title"),
    text(24, 52, ladder.verdict, ladder.bad ? "bad strong" : "ok"),
    text(CLOCK, 78, "time", "dim end"),
    text(LEFT - 24, 78, "frame", "dim end"),
    text(LEFT, 78, safeText(ladder.left), "peer"),
    text(right, 78, safeText(ladder.right), "peer end"),
    `<path class="life" d="M${LEFT} 88V${height - 16}M${right} 88V${height - 16}"/>`,
    ...shapes,
    "</svg>\n",
  ].join("\n")
}

/** Room between the lifelines that the ladder's texts want. */
export function ladderSpan(ladder: Ladder): number {
  const longest = ladder.rows.reduce((most, row) => Math.max(most, wording(ladder, row).length), 0)
  const names = (ladder.left.length + ladder.right.length + 4) * PEER_CHAR
  return Math.round(Math.max(names, Math.min(MAX_SPAN, Math.max(MIN_SPAN, longest * CHAR + 60))))
}

/** Notifications abbreviated: all of them spelled out make pictures too wide for a page. */
function wording(ladder: Ladder, row: LadderRow): string {
  const { texts } = rowWords(ladder, row)
  return safeText(texts[row.kind === "message" ? 1 : 0])
}

function drawRow(ladder: Ladder, row: LadderRow, y: number, span: number): { svg: string; height: number } {
  const room = Math.floor((span - 40) / CHAR)
  const words = wording(ladder, row)
  const lines = row.kind === "band" ? wrapItems(words.split(" · "), " · ", room) : wrap(words, room)
  const { labels } = rowWords(ladder, row)
  const extra = Math.max(lines.length - 1, labels.length - 1, 0) * LINE
  const base = y + extra + LINE
  const parts: string[] = []
  if (row.kind === "band") parts.push(bandShape(lines, y, span))
  else {
    parts.push(text(CLOCK, base + 2, clockText(row.at), "dim end"))
    parts.push(text(LEFT - 24, base + 2, row.frames.join("-"), "end"))
    const first = base - (lines.length - 1) * LINE - 5
    parts.push(...lines.map((l, i) => text(LEFT + span / 2, first + i * LINE, l, `mid ${tone(row)}`)))
    parts.push(arrow(row, base + 4, span))
    parts.push(...labels.map((l, i) => labelText(l, LEFT + span + 14, base + 2 - (labels.length - 1 - i) * LINE)))
  }
  return { svg: parts.join("\n"), height: ROW + extra + (row.kind === "band" ? 4 : 0) }
}

const tone = (row: LadderRow): string => {
  if (row.kind === "message")
    return row.refused || row.failed.length > 0 || (row.fragments?.missing.length ?? 0) > 0 ? "bad" : ""
  if (row.kind === "retransmission") return "warn"
  if (row.kind === "liveness") return "dim"
  return row.kind === "data" && row.esp.icv_failed > 0 ? "bad" : ""
}

function arrow(row: Exclude<LadderRow, { kind: "band" }>, y: number, span: number): string {
  const [a, b] = row.from === "initiator" ? [LEFT + 3, LEFT + span - 3] : [LEFT + span - 3, LEFT + 3]
  const start = row.kind === "liveness" && row.answered ? ' marker-start="url(#dim)"' : ""
  const marker = { message: "arrow", retransmission: "warn", data: "data", liveness: "dim" }[row.kind]
  const bad = tone(row) === "bad"
  return `<path class="${row.kind}${bad ? " bad" : ""}" d="M${a} ${y}H${b}"${start} marker-end="url(#${bad ? "bad" : marker})"/>`
}

function bandShape(lines: readonly string[], y: number, span: number): string {
  const height = lines.length * LINE + 10
  const box = `<rect class="band" x="${LEFT - 10}" y="${y + 4}" width="${span + 20}" height="${height}" rx="5"/>`
  return [box, ...lines.map((l, i) => text(LEFT + span / 2, y + 22 + i * LINE, l, "mid strong"))].join("\n")
}

const labelText = (l: Label, x: number, y: number): string =>
  text(x, y, safeText(l.text), l.tone === "plain" ? "dim" : l.tone)

const text = (x: number, y: number, content: string, kind: string): string =>
  content === ""
    ? ""
    : `<text x="${Math.round(x)}" y="${Math.round(y)}" class="${kind.trim()}">${xmlText(content)}</text>`

const marker = (id: string): string =>
  `<marker id="${id}" class="${id}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="${id === "data" ? 14 : 9}" markerHeight="${id === "data" ? 14 : 9}" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker>`

const MARKERS = `<defs>${["arrow", "warn", "data", "dim", "bad"].map(marker).join("")}</defs>`

// Plain colours and a media query rather than variables: some viewers know no variables, and those get the light picture.
const STYLE = `
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
.title{font-size:14px;font-weight:600}.peer{font-size:14px;font-weight:600}.strong{font-weight:600}
.mid{text-anchor:middle}.end{text-anchor:end}
path{fill:none;stroke-width:1.4}.page{fill:#ffffff}.life{stroke:#c4cad1;stroke-width:1.4}
.message{stroke:#0969da}.data{stroke:#8250df;stroke-width:4}.retransmission{stroke:#9a6700;stroke-dasharray:6 4}.liveness{stroke:#6e7781;stroke-dasharray:2 4}
.band{fill:#eef4fc;stroke:#a9c7ee}
marker path{stroke:none}.arrow path{fill:#0969da}.warn path{fill:#9a6700}.data path{fill:#8250df}.dim path{fill:#6e7781}.bad path{fill:#cf222e}
text.dim{fill:#6e7781}text.ok{fill:#1a7f37}text.bad{fill:#cf222e}text.warn{fill:#9a6700}path.bad{stroke:#cf222e}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.page{fill:#0d1117}.life{stroke:#3d444d}
.message{stroke:#58a6ff}.data{stroke:#bc8cff}.retransmission{stroke:#d29922}.liveness{stroke:#8b949e}
.band{fill:#15233a;stroke:#2b4a75}
.arrow path{fill:#58a6ff}.warn path{fill:#d29922}.data path{fill:#bc8cff}.dim path{fill:#8b949e}.bad path{fill:#ff7b72}
text.dim{fill:#8b949e}text.ok{fill:#3fb950}text.bad{fill:#ff7b72}text.warn{fill:#d29922}path.bad{stroke:#ff7b72}
}
`
