/**
 * ikedump as a library, for Node and browsers: captures in, reports out. `ikedump/node` adds files, standard input and node:crypto.
 *
 * ```ts
 * import { analyzeCapture } from "ikedump"
 *
 * const { report } = await analyzeCapture(new Uint8Array(await file.arrayBuffer()))
 * ```
 */
import { noble } from "./crypto/noble.ts"
import { walkCapture } from "./net/walk-capture.ts"
import { type AnalysisResult, type AnalyzeOptions, analyze as analyzeSource, type CaptureSource } from "./pipeline.ts"
import type { EspSaReport, IkeSaReport, Report } from "./report/types.ts"

export type { Diagnostic } from "./bytes/diagnostic.ts"
export { noble } from "./crypto/noble.ts"
export type { CryptoProvider } from "./crypto/provider.ts"
export { decodeMessage, type Message } from "./ike/message.ts"
export type { AnalysisResult, AnalyzeOptions, CaptureSource } from "./pipeline.ts"
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

/** The report's objects of a capture in memory: IKE SAs and data SAs, then the report with what belongs to no SA. */
export async function* analyze(capture: Uint8Array, options: Partial<AnalyzeOptions> = {}): AsyncGenerator<ReportItem> {
  const { report } = await analyzeCapture(capture, options)
  for (const ike_sa of report.ike_sas) yield { kind: "ike_sa", ike_sa }
  for (const esp_sa of report.esp_sas) yield { kind: "esp_sa", esp_sa }
  yield { kind: "report", report }
}

/** A capture in memory as a source that can be read again. */
export function memorySource(capture: Uint8Array, path = "memory"): CaptureSource {
  return {
    rereadable: true,
    async read(handler) {
      const { format, frames, complete, firstTime, lastTime } = walkCapture(capture, {
        packet: view => handler.packet(view),
        diagnostic: d => handler.diagnostic(d),
      })
      return [{ path, format, frames, bytes: capture.length, first_time: firstTime, last_time: lastTime, complete }]
    },
  }
}
