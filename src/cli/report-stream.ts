/** `report --format ndjson`: each SA and finding is printed as it closes, and nothing of it is kept. */
import { statSync } from "node:fs"
import type { AnalyzeOptions, ReportSink } from "../analyze-options.ts"
import { encoded, TextBuffer } from "../bytes/text-buffer.ts"
import { isReadOnce } from "../node/capture-paths.ts"
import { ndjsonLine, reportNdjson } from "../render/report-json.ts"
import { FindingsWriter } from "../report/findings-json.ts"
import { IkeSaWriter } from "../report/ike-sa-json.ts"
import { Census } from "../track/census.ts"
import { type AnalyzeFlags, analyzeFiles, hasKeys } from "./analyze.ts"
import { readFlags, readForCommand } from "./captures.ts"
import { Output } from "./output.ts"

/** Text is written when so much of it has come. */
const FLUSHED_BYTES = 64 * 1024
const IKE_SA = encoded('{"kind":"ike_sa",')

/** Runs the analysis and prints while it runs. */
export async function streamReport(
  paths: readonly string[],
  options: AnalyzeFlags,
  extra: Partial<AnalyzeOptions>,
  wrap: Parameters<typeof analyzeFiles>[3],
): Promise<void> {
  const output = new Output()
  const buffer = new TextBuffer()
  const writer = new IkeSaWriter(buffer)
  const findings = new FindingsWriter(buffer)
  const write = (line: string) => {
    buffer.text(line)
    flushSometimes()
  }
  const flushSometimes = () => {
    if (buffer.length > FLUSHED_BYTES) flush()
  }
  const flush = () => {
    output.writeBytes(buffer.bytes)
    buffer.clear()
  }
  const showKeys = options.showKeys ?? false
  write(ndjsonLine("report", { schema: "ikedump/report/1" }))
  const sink: ReportSink = {
    ikeSa(conclusion) {
      buffer.piece(IKE_SA)
      writer.members(conclusion, showKeys)
      write("\n")
    },
    espSa: sa => write(ndjsonLine("esp_sa", sa)),
    finding(d) {
      findings.findingLine(d)
      flushSometimes()
    },
  }
  const census = hasKeys(options) ? undefined : await takeCensus(paths, options)
  const { report } = await analyzeFiles(paths, options, { ...extra, sink, census }, wrap)
  let first = true
  for (const line of reportNdjson(report)) {
    // The line with the schema stands at the head already.
    if (!first) write(line)
    first = false
  }
  flush()
}

/** Reads the captures once to know when each IKE SA speaks last; of a pipe nobody knows. */
async function takeCensus(paths: readonly string[], flags: AnalyzeFlags): Promise<Census | undefined> {
  if (paths.some(isReadOnce)) return undefined
  const census = new Census(mostSas(paths))
  await readForCommand(paths, census, { ...readFlags(flags), stop: census.stop })
  return census.stop.stopped ? undefined : census
}

/** Bytes that the shortest IKE_SA_INIT exchanges take in a capture, and what compression makes of them. */
const SA_BYTES = 600
const COMPRESSED_SA_BYTES = 60

/** As many SAs as the captures have room for. */
const mostSas = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => {
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    return sum + bytes / (/\.(gz|zst)$/i.test(path) ? COMPRESSED_SA_BYTES : SA_BYTES)
  }, 0)
