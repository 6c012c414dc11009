/** `report --format ndjson`: each SA and finding is printed as it closes, and nothing of it is kept. */
import { setFlagsFromString } from "node:v8"
import type { AnalyzeOptions } from "../pipeline.ts"
import { ndjsonLine, ndjsonOfMembers, reportNdjson } from "../render/report-json.ts"
import { type AnalyzeFlags, analyzeFiles } from "./analyze.ts"
import { Output } from "./output.ts"
import { growingFreely } from "./second-reading.ts"

/**
 * Per cent that the heap may grow before old objects are collected. V8 lets it grow fourfold, which a stream of SAs, each of which
 * lives as long as the caps allow, turns into 600 MB where 150 are in use.
 */
const HEAP_GROWTH = 80

/** Runs the analysis and prints while it runs; resolves to the exit code. */
export async function streamReport(
  paths: readonly string[],
  options: AnalyzeFlags,
  extra: Partial<AnalyzeOptions>,
  wrap: Parameters<typeof analyzeFiles>[3],
): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`)
  const output = new Output()
  output.write(ndjsonLine("report", { schema: "ikedump/report/1" }))
  const hooks: Partial<AnalyzeOptions> = {
    onIkeSaMembers: json => output.write(ndjsonOfMembers("ike_sa", json)),
    onEspSa: sa => output.write(ndjsonLine("esp_sa", sa)),
    onDiagnostic: d => output.write(ndjsonLine("diagnostic", d)),
  }
  const reread: typeof wrap = source => growingFreely(wrap ? wrap(source) : source)
  const { report, exitCode } = await analyzeFiles(paths, options, { ...extra, ...hooks }, reread)
  let first = true
  for (const line of reportNdjson(report)) {
    // The line with the schema stands at the head already.
    if (!first) output.write(line)
    first = false
  }
  output.flush()
  return exitCode
}
