/** A played capture analyzed as the command does it, with secrets written as a keys file. */

import type { AnalysisResult, AnalyzeOptions } from "../../src/analyze-options.ts"
import { walkCapture } from "../../src/net/walk-capture.ts"
import { nodeProvider } from "../../src/node/crypto.ts"
import { analyze } from "../../src/pipeline.ts"
import type { CheckReport, IkeSaReport, Report } from "../../src/report/types.ts"
import { readNative } from "../../src/secrets/formats/native.ts"
import { Pool } from "../../src/secrets/pool.ts"
import type { Secrets } from "../../src/secrets/secrets.ts"
import type { Child, PlayV2 } from "./play-v2.ts"
import { hex, type Tape } from "./tape.ts"

/** Members of the keys file beside its version. */
export type Keys = Record<string, unknown>

export function secretsOf(keys: Keys): Secrets {
  const pool = new Pool("keys.json", { keepTwins: true })
  readNative(JSON.stringify({ ikedump_keys: 1, ...keys }), pool)
  return pool.secrets
}

/** Analyzes a tape (or a capture) with a keys file. */
export function analyzed(
  tape: Tape | Uint8Array,
  keys: Keys = {},
  options: Partial<AnalyzeOptions> = {},
): Promise<AnalysisResult> {
  const capture = tape instanceof Uint8Array ? tape : tape.capture()
  return analyze(
    {
      rereadable: true,
      read: async handler => {
        const { frames, complete, format } = walkCapture(capture, handler)
        return [{ path: "played", format, frames, bytes: capture.length, first_time: null, last_time: null, complete }]
      },
    },
    { provider: nodeProvider, secrets: secretsOf(keys), showKeys: true, ...options },
  )
}

/** The report of a tape. */
export async function reportOf(
  tape: Tape | Uint8Array,
  keys: Keys = {},
  options: Partial<AnalyzeOptions> = {},
): Promise<Report> {
  return (await analyzed(tape, keys, options)).report
}

/** Statuses of one check, in order of their frames. */
export const statuses = (sa: IkeSaReport, id: string): string[] => sa.checks.filter(c => c.id === id).map(c => c.status)

/** Checks that failed, as text that a failing test shows. */
export const failures = (report: Report): string[] =>
  report.ike_sas.flatMap(sa =>
    sa.checks.filter(c => c.status === "fail").map(c => `${sa.id} ${c.id} frame ${c.frame}: ${c.reason}`),
  )

/** The reasons of a check that was skipped or failed. */
export const reasons = (sa: IkeSaReport, id: string): (string | null)[] =>
  sa.checks.filter(c => c.id === id).map((c: CheckReport) => c.reason)

export const shown = (values: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hex(value)]))

export const shownChild = (child: Child): Record<string, string> => shown(child.keys)

/** The report's SA of a played one. */
export const saOf = (report: Report, played: PlayV2): IkeSaReport => {
  const found = report.ike_sas.find(sa => sa.spi_i === hex(played.spiI))
  if (!found) throw new Error("the played SA is not in the report")
  return found
}
