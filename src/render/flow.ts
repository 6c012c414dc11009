/** All ladders of a report in one output: text, a Mermaid diagram or document, one SVG picture. */
import type { IkeSaReport, Report } from "../report/types.ts"
import { buildLadder, dataSasOf } from "./ladder.ts"
import { ladderMermaid } from "./ladder-mermaid.ts"
import type { Ladder } from "./ladder-rows.ts"
import { ladderSpan, ladderSvg } from "./ladder-svg.ts"
import { ladderLines } from "./ladder-text.ts"
import { outcomeStyle } from "./outcome.ts"
import { type PenOptions, penFor } from "./pen.ts"

export interface FlowOptions extends PenOptions {
  /** Bytes of each IKE message by frame (see `LadderOptions`). */
  readonly sizes?: ReadonlyMap<number, number>
  /** Only these IKE SAs, by id; all when absent. */
  readonly only?: ReadonlySet<string>
}

export const FLOW_FORMATS = ["text", "mermaid", "svg"] as const
export type FlowFormat = (typeof FLOW_FORMATS)[number]

/** The ladders of a report, piece by piece; joined they are the whole output. */
export function renderFlow(report: Report, format: FlowFormat, options: FlowOptions = {}): Iterable<string> {
  if (format === "mermaid") return flowMermaid(report, options)
  return format === "svg" ? flowSvg(report, options) : flowText(report, options)
}

function* laddersOf(
  report: Report,
  options: FlowOptions,
): Generator<{ sa: IkeSaReport; ladder: Ladder; index: number }> {
  const data = dataSasOf(report.esp_sas)
  const zero = report.captures
    .map(c => c.first_time)
    .filter(t => t !== null)
    .sort()[0]
  for (const [index, sa] of report.ike_sas.entries())
    if (options.only === undefined || options.only.has(sa.id))
      yield { sa, index, ladder: buildLadder(sa, { zero, data: data.get(sa.id), sizes: options.sizes }) }
}

function* flowText(report: Report, options: FlowOptions): Generator<string> {
  const pen = penFor(options)
  let first = true
  for (const { sa, ladder, index } of laddersOf(report, options)) {
    const title = `${pen.theme.strong(pen.text(sa.id))}  ${pen.theme.sa(index)(pen.text(ladder.title))}  ${outcomeStyle(sa.verdict.outcome, pen)(pen.text(ladder.verdict))}`
    yield `${first ? "" : "\n"}${title}\n\n${ladderLines(ladder, pen, { colour: index }).join("\n")}\n`
    first = false
  }
}

/** One SA: the bare diagram (an `.mmd` file). Several: Markdown with a diagram each. */
function* flowMermaid(report: Report, options: FlowOptions): Generator<string> {
  const all = [...laddersOf(report, options)]
  for (const { sa, ladder } of all)
    yield all.length === 1 ? ladderMermaid(ladder) : `## ${sa.id}\n\n\`\`\`mermaid\n${ladderMermaid(ladder)}\`\`\`\n\n`
}

/** One SA: its picture. Several: their pictures below one another in one. */
function* flowSvg(report: Report, options: FlowOptions): Generator<string> {
  const ladders = [...laddersOf(report, options)].map(l => l.ladder)
  const span = ladders.reduce((most, l) => Math.max(most, ladderSpan(l)), 0)
  const pictures = ladders.map(l => ladderSvg(l, span))
  if (pictures.length === 1) return yield pictures[0]
  const sizes = pictures.map(p => /width="(\d+)" height="(\d+)"/.exec(p)?.slice(1).map(Number) ?? [0, 0])
  const width = sizes.reduce((most, [w]) => Math.max(most, w), 0)
  const height = sizes.reduce((sum, [, h]) => sum + h, 0)
  yield `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n`
  let y = 0
  for (const [i, picture] of pictures.entries()) {
    yield picture.replace("<svg ", `<svg y="${y}" `)
    y += sizes[i][1]
  }
  yield "</svg>\n"
}
