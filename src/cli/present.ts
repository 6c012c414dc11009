/** How results reach the terminal: width, colour, and the formats of `report` and `flow`. */
import { type FlowFormat, type FlowOptions, renderFlow } from "../render/flow.ts"
import { reportJson, reportNdjson } from "../render/report-json.ts"
import { reportMarkdown } from "../render/report-markdown.ts"
import { type ReportTextOptions, reportSections } from "../render/report-text.ts"
import { SENSOR_FORMATS } from "../render/sensors/index.ts"
import { type Theme, themeFor } from "../render/theme.ts"
import type { Report } from "../report/types.ts"
import { destination, type Screen } from "./destination.ts"

/** A terminal has a width; files and pipes get lines that most windows hold. */
const WIDTH_ELSEWHERE = 100

/** Width and theme for results. COLUMNS wins where they go to no terminal. */
export function presentation(
  color: "auto" | "always" | "never",
  stream: Screen = destination().screen,
  env: Readonly<Record<string, string | undefined>> = process.env,
): { readonly width: number; readonly theme: Theme } {
  const columns = Number.parseInt(env.COLUMNS ?? "", 10)
  const width = stream.columns ?? (columns > 0 ? columns : WIDTH_ELSEWHERE)
  return { width, theme: themeFor({ color, stream, env }) }
}

/** The width of lists whose lines other programs look through: whole, but in a terminal or where COLUMNS asks for a width. */
export function listWidth(stream: Screen = destination().screen): number {
  return stream.isTTY || process.env.COLUMNS ? presentation("auto", stream).width : Number.POSITIVE_INFINITY
}

export const REPORT_FORMATS = ["text", "json", "ndjson", "markdown", ...SENSOR_FORMATS] as const

/** The report in one of `REPORT_FORMATS`, piece by piece. */
export function presentReport(report: Report, format: string, options: ReportTextOptions): Iterable<string> {
  if (format === "json") return reportJson(report)
  if (format === "ndjson") return reportNdjson(report)
  if (format === "markdown") return reportMarkdown(report, options)
  return spaced(reportSections(report, options))
}

/** The ladders in one of `FLOW_FORMATS`, piece by piece. */
export const presentFlow = (report: Report, format: FlowFormat, options: FlowOptions): Iterable<string> =>
  renderFlow(report, format, options)

function* spaced(sections: Iterable<string>): Generator<string> {
  let first = true
  for (const section of sections) {
    yield `${first ? "" : "\n"}${section}\n`
    first = false
  }
}
