/** The report for programs: one JSON text, or one line an object as they close. */
import { safeJson } from "../bytes/safe-json.ts"
import type { Report } from "../report/types.ts"
import { jsonPieces } from "./json-pieces.ts"

/** The report as JSON, indented by two, with a newline at its end, piece by piece. */
export function* reportJson(report: Report): Generator<string> {
  yield* jsonPieces(report, 2)
  yield "\n"
}

/** The objects of a report by the `kind` that an NDJSON line carries. */
export interface NdjsonKinds {
  report: Pick<Report, "schema">
  capture: Report["captures"][number]
  counts: Report["counts"]
  ike_sa: Report["ike_sas"][number]
  esp_sa: Report["esp_sas"][number]
  /** Wrapped: a secret has a `kind` of its own. */
  secret: { secret: Report["secrets"][number] }
  diagnostic: Report["diagnostics"][number]
  verdict: Report["verdict"]
}

/** One object as a line with its newline: `{"kind":"ike_sa", …}`. */
export const ndjsonLine = <K extends keyof NdjsonKinds>(kind: K, item: NdjsonKinds[K]): string =>
  `${safeJson({ kind, ...item })}\n`

/** All objects of a finished report as lines, the schema first. */
export function* reportNdjson(report: Report): Generator<string> {
  yield ndjsonLine("report", { schema: report.schema })
  for (const item of report.captures) yield ndjsonLine("capture", item)
  for (const item of report.ike_sas) yield ndjsonLine("ike_sa", item)
  for (const item of report.esp_sas) yield ndjsonLine("esp_sa", item)
  for (const item of report.secrets) yield ndjsonLine("secret", { secret: item })
  for (const item of report.diagnostics) yield ndjsonLine("diagnostic", item)
  yield ndjsonLine("counts", report.counts)
  yield ndjsonLine("verdict", report.verdict)
}
