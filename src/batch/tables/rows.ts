/** The rows of all result tables out of reports. */
import type { CaptureInfo, DiagnosticReport, EspSaReport, IkeSaReport, Report } from "../../report/types.ts"
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

/** A report whose IKE SAs may be made one by one. */
export interface RowsOf extends Pick<Report, "captures" | "esp_sas" | "diagnostics"> {
  readonly ike_sas: Iterable<IkeSaReport>
}

/** Hands every row of a report to `sink`; `rates` are the bins of its data SAs. */
export function writeRows(run: string, report: RowsOf, rates: Iterable<RateBin>, sink: RowSink): void {
  const rows = new Rows(
    run,
    report.captures.map(c => c.path),
    sink,
  )
  for (const sa of report.ike_sas) rows.ikeSa(sa)
  for (const sa of report.esp_sas) rows.espSa(sa)
  for (const finding of report.diagnostics) rows.finding(finding)
  const first = new Map(report.esp_sas.map(sa => [sa.id, sa.captures]))
  for (const bin of rates) rows.rate(bin, first.get(bin.espSa) ?? [])
  for (const capture of report.captures) rows.capture(capture)
}

/** The rows of objects of a report, as they come. */
export class Rows {
  constructor(
    readonly run: string,
    /** Paths of the captures. */
    readonly captures: readonly string[],
    readonly sink: RowSink,
  ) {}

  capture(of: CaptureInfo): void {
    this.sink(CAPTURES, CAPTURES.row({ run: this.run, capture: of.path, of }))
  }

  ikeSa(sa: IkeSaReport): void {
    writeIkeSa(sa, this.#place(sa.captures), this.sink)
  }

  espSa(of: EspSaReport): void {
    const at = this.#place(of.captures)
    this.sink(ESP_SAS, ESP_SAS.row({ ...at, of }))
    if (of.verdict) this.sink(VERDICTS, VERDICTS.row({ ...at, of: { sa: of, verdict: of.verdict } }))
  }

  finding(of: DiagnosticReport): void {
    this.sink(FINDINGS, FINDINGS.row({ ...this.#place(of.captures), of }))
  }

  /** `captures` are those of its data SA. */
  rate(of: RateBin, captures: readonly number[]): void {
    this.sink(ESP_RATES, ESP_RATES.row({ run: this.run, capture: this.captures[captures[0]] ?? null, of }))
  }

  #place(of: readonly number[]): Place {
    return { run: this.run, capture: this.captures[of[0]] ?? null }
  }
}

function writeIkeSa(sa: IkeSaReport, at: Place, sink: RowSink): void {
  sink(IKE_SAS, IKE_SAS.row({ ...at, of: sa }))
  sink(VERDICTS, VERDICTS.row({ ...at, of: { sa, verdict: sa.verdict } }))
  for (const of of sa.exchanges) sink(EXCHANGES, EXCHANGES.row({ ...at, of, ikeSa: sa }))
  for (const of of sa.child_sas) sink(CHILD_SAS, CHILD_SAS.row({ ...at, of, ikeSa: sa }))
  for (const of of sa.checks) sink(CHECKS, CHECKS.row({ ...at, of, ikeSa: sa }))
}
