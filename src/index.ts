/**
 * ikedump as a library, for Node and browsers: captures in, reports out. `ikedump/node` adds files, standard input and node:crypto.
 *
 * ```ts
 * import { analyzeCapture } from "ikedump"
 *
 * const { report } = await analyzeCapture(new Uint8Array(await file.arrayBuffer()))
 * ```
 */

import type { AnalysisResult, AnalyzeOptions, CaptureSource } from "./analyze-options.ts"
import { noble } from "./crypto/noble.ts"
import { CaptureWalk, type WalkResult, walkCapture } from "./net/walk-capture.ts"
import { analyze as analyzeSource } from "./pipeline.ts"
import { ikeSaReport } from "./report/build.ts"
import type { CaptureInfo, EspSaReport, IkeSaReport, Report } from "./report/types.ts"

export type { AnalysisResult, AnalyzeOptions, CaptureSource, ReportSink } from "./analyze-options.ts"
export { type AuditOptions, audit } from "./audit/audit.ts"
export { CONTROLS, type ControlId } from "./audit/controls.ts"
export { AuditFacts } from "./audit/facts.ts"
export type { Profile } from "./audit/profile.ts"
export { profilesNamed } from "./audit/profiles/index.ts"
export type {
  AuditFinding,
  AuditResult,
  ControlCoverage,
  CoverageOf,
  CoverageStatus,
  ProfileCoverage,
  TunnelPosture,
} from "./audit/types.ts"
export { type Diagnostic, findingText } from "./bytes/diagnostic.ts"
export { noble } from "./crypto/noble.ts"
export type { CryptoProvider } from "./crypto/provider.ts"
export { decodeMessage, type Message } from "./ike/message.ts"
export type * from "./report/types.ts"
export { importSecrets, mergeSecrets } from "./secrets/import.ts"
export { NO_SECRETS, type Secrets } from "./secrets/secrets.ts"
export { analyzeSource }

/** Analyzes an uncompressed capture in memory (pcap or pcapng). Problems are diagnostics of the report, never exceptions. */
export function analyzeCapture(capture: Uint8Array, options: Partial<AnalyzeOptions> = {}): Promise<AnalysisResult> {
  return analyzeSource(memorySource(capture), { provider: noble, ...options })
}

/** A piece of a report as it is streamed. */
export type ReportItem =
  | { readonly kind: "ike_sa"; readonly ike_sa: IkeSaReport }
  | { readonly kind: "esp_sa"; readonly esp_sa: EspSaReport }
  | { readonly kind: "report"; readonly report: Report }

/**
 * Streams a report's objects: each IKE SA and each data SA as it closes, then the report with what belongs to no SA. A capture in memory is
 * read twice when there are keys for its ESP; one that comes in chunks (a `ReadableStream`, say) is read once.
 */
export async function* analyze(
  capture: Uint8Array | AsyncIterable<Uint8Array>,
  options: Partial<AnalyzeOptions> = {},
): AsyncGenerator<ReportItem> {
  const items: ReportItem[] = []
  let wake = (): void => {}
  const put = (item: ReportItem): void => {
    items.push(item)
    wake()
  }
  let done = false
  const source = capture instanceof Uint8Array ? memorySource(capture) : streamSource(capture)
  const running = analyzeSource(source, {
    provider: noble,
    ...options,
    sink: {
      ...options.sink,
      ikeSa: conclusion => put({ kind: "ike_sa", ike_sa: ikeSaReport(conclusion, options.showKeys ?? false) }),
      espSa: esp_sa => put({ kind: "esp_sa", esp_sa }),
    },
  })
    .then(({ report }) => put({ kind: "report", report }))
    .finally(() => {
      done = true
      wake()
    })
  while (!done || items.length > 0) {
    const item = items.shift()
    if (item) yield item
    else
      await new Promise<void>(resolve => {
        wake = resolve
        if (done || items.length > 0) resolve()
      })
  }
  await running
}

/** A capture in memory as a source that can be read again. */
export function memorySource(capture: Uint8Array, path = "memory"): CaptureSource {
  return {
    rereadable: true,
    read: async handler => [captureInfo(path, capture.length, walkCapture(capture, handler))],
  }
}

/** A capture that comes in chunks: it can be read once. */
export function streamSource(chunks: AsyncIterable<Uint8Array>, path = "stream"): CaptureSource {
  return {
    rereadable: false,
    async read(handler) {
      const walk = new CaptureWalk(handler)
      let bytes = 0
      for await (const chunk of chunks) {
        bytes += chunk.length
        walk.push(chunk)
      }
      return [captureInfo(path, bytes, walk.end())]
    },
  }
}

const captureInfo = (path: string, bytes: number, walked: WalkResult): CaptureInfo => ({
  path,
  format: walked.format,
  frames: walked.frames,
  bytes,
  first_time: walked.firstTime,
  last_time: walked.lastTime,
  complete: walked.complete,
})
