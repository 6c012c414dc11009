/** `ikedump sad CAPTURE...`: SAs and policies as `ip xfrm` shows them, at the end or at a moment of the capture. */
import type { Command } from "commander"
import type { CaptureSource } from "../analyze-options.ts"
import { penFor } from "../render/pen.ts"
import { renderSad, sadJson } from "../render/sad-text.ts"
import { tracesOf } from "../report/narrow.ts"
import { goneOf, sadOf } from "../report/sad.ts"
import { analyzeFiles, type FileAnalysis } from "./analyze.ts"
import { printReadProblems } from "./captures.ts"
import { limitsOf, withLimits } from "./limits.ts"
import { narrowing } from "./narrowing.ts"
import { type CommonOptions, withNarrowing, withReading } from "./options.ts"
import { presentation } from "./present.ts"
import { print } from "./print.ts"
import { selectedSas } from "./sa-option.ts"
import { Moment, type PointInTime, readTime } from "./time-range.ts"

interface SadOptions extends CommonOptions {
  readonly at?: PointInTime
  readonly all?: boolean
  readonly ascii?: boolean
}

const FORMATS = ["text", "json"] as const

export function configure(command: Command): void {
  withLimits(withReading(withNarrowing(command, ...FORMATS)))
    .option("--at <time>", "as it stood then: RFC 3339, seconds since the first frame, or since 1970", readTime)
    .option("--all", "SAs that were replaced, deleted or refused too")
    .option("--ascii", "no characters outside ASCII")
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], options: SadOptions) => {
      const until = options.at && new Moment(options.at)
      const wrap = await narrowing(paths, options)
      const analysis = await analyzeFiles(paths, options, limitsOf(options), source => upTo(wrap(source), until))
      printReadProblems(analysis.report)
      const only = selectedSas(analysis.report, options)
      const sad = sadOf(only ? partOf(analysis, only) : analysis, options.all ?? false)
      const showKeys = options.showKeys ?? false
      if (options.format === "json") print([sadJson(sad, until?.time ?? null, showKeys)])
      else {
        const pen = penFor({ ...presentation(options.color), ascii: options.ascii })
        const when = until?.time ? `at ${until.time}` : "at the end"
        const gone = options.all ? [] : goneOf(sad, sadOf(only ? partOf(analysis, only) : analysis, true))
        print(renderSad(sad, pen, { showKeys, when, gone }))
      }
    })
}

const EXAMPLES = `
Examples:
  ikedump sad capture.pcap --keys keys.json
  ikedump sad capture.pcap --keys keys.json --at 12.5
  ikedump sad capture.pcap --keys keys.json --at 2026-01-02T03:04:05Z --show-keys
`

/** Leaves out the packets that came after a point in time. */
function upTo(source: CaptureSource, until: Moment | undefined): CaptureSource {
  if (!until) return source
  return {
    rereadable: source.rereadable,
    read: handler =>
      source.read({
        packet(view) {
          if (until.compare(view) <= 0) handler.packet(view)
        },
        diagnostic: d => handler.diagnostic(d),
      }),
  }
}

/** What is known of some IKE SAs and their data SAs. */
function partOf(analysis: FileAnalysis, only: ReadonlySet<string>): FileAnalysis {
  const { spis } = tracesOf(analysis.sas, only)
  const sas = analysis.sas.filter(sa => only.has(sa.id))
  return { ...analysis, sas, dataSas: analysis.dataSas.filter(d => spis.has(d.spi)) }
}
