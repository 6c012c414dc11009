/** The rows of all result tables out of reports. */
import type { CaptureInfo, EspSaReport, IkeSaReport, Report } from "../../report/types.ts"
import {
  CAPTURES,
  CHECKS,
  CHILD_SAS,
  ESP_RATES,
  ESP_SAS,
  EXCHANGES,
  FINDINGS,
  IKE_SAS,
  type Place,
  type RateBin,
  VERDICTS,
} from "./definitions.ts"
import type { Table, Value } from "./table.ts"

/** Gets each row with the table that it belongs to. */
export type RowSink = (table: Table, row: Value[]) => void

/** Hands every row of a report to `sink`; `rates` are the bins of its data SAs. */
export function writeRows(run: string, report: Report, rates: Iterable<RateBin>, sink: RowSink): void {
  const { captures } = report
  const place = (of: readonly number[]): Place => ({ run, capture: captures[of[0]]?.path ?? null })
  for (const of of captures) sink(CAPTURES, CAPTURES.row({ run, capture: of.path, of }))
  for (const sa of report.ike_sas) writeIkeSa(sa, place(sa.captures), sink)
  const owners = ownersOf(report.ike_sas)
  for (const of of report.esp_sas) {
    const at = place(of.captures)
    sink(ESP_SAS, ESP_SAS.row({ ...at, of, ikeSa: of.child_sa === null ? undefined : owners.get(of.child_sa) }))
    if (of.verdict) sink(VERDICTS, VERDICTS.row({ ...at, of: { sa: of, verdict: of.verdict } }))
  }
  for (const of of report.diagnostics) sink(FINDINGS, FINDINGS.row({ ...place(of.captures), of }))
  const first = firstCaptures(report.esp_sas, captures)
  for (const of of rates) sink(ESP_RATES, ESP_RATES.row({ run, capture: first.get(of.espSa) ?? null, of }))
}

function writeIkeSa(sa: IkeSaReport, at: Place, sink: RowSink): void {
  sink(IKE_SAS, IKE_SAS.row({ ...at, of: sa }))
  sink(VERDICTS, VERDICTS.row({ ...at, of: { sa, verdict: sa.verdict } }))
  for (const of of sa.exchanges) sink(EXCHANGES, EXCHANGES.row({ ...at, of, ikeSa: sa }))
  for (const of of sa.child_sas) sink(CHILD_SAS, CHILD_SAS.row({ ...at, of, ikeSa: sa }))
  for (const of of sa.checks) sink(CHECKS, CHECKS.row({ ...at, of, ikeSa: sa }))
}

const ownersOf = (sas: readonly IkeSaReport[]): Map<string, IkeSaReport> =>
  new Map(sas.flatMap(sa => sa.child_sas.map(child => [child.id, sa] as const)))

const firstCaptures = (sas: readonly EspSaReport[], captures: readonly CaptureInfo[]): Map<string, string> =>
  new Map(sas.flatMap(sa => (captures[sa.captures[0]] ? [[sa.id, captures[sa.captures[0]].path] as const] : [])))
