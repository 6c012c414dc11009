/** A report as metrics: tunnels by outcome, data SAs by SPI, loss. OpenMetrics 1.0 text format; Prometheus reads it. */
import type { EspSaReport, Report } from "../report/types.ts"
import { OUTCOMES, type Outcome } from "../report/verdict/types.ts"

export const OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"

/** Data SAs shown; a scrape of more is none. Those with most packets come first. */
const MAX_DATA_SAS = 10_000

interface Family {
  readonly name: string
  readonly type: "gauge" | "counter"
  readonly unit?: string
  readonly help: string
}

/** What is shown, of a report or of a moment. */
export interface Metrics {
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly counts: Readonly<Partial<Report["counts"]>>
  readonly data: readonly DataMetrics[]
  readonly findings: Readonly<Record<Severity, number>>
}

interface DataMetrics
  extends Pick<EspSaReport, "id" | "protocol" | "spi" | "source" | "destination" | "packets" | "bytes"> {
  readonly missing: number
  readonly duplicate: number
  readonly late: number
  /** Undefined where nothing is opened. */
  readonly icvFailures?: number
}

type Severity = "error" | "warning" | "info"
const SEVERITIES: readonly Severity[] = ["error", "warning", "info"]

/** The metrics of a report. */
export function metricsOf({ verdict, counts, esp_sas, diagnostics }: Report): Metrics {
  const severity = (of: Severity) => diagnostics.filter(d => d.severity === of).length
  return {
    outcomes: verdict.counts,
    counts,
    data: esp_sas.map(d => ({
      ...d,
      missing: d.sequence.missing,
      duplicate: d.sequence.duplicate,
      late: d.sequence.out_of_order,
      icvFailures: d.icv_failed,
    })),
    findings: { error: severity("error"), warning: severity("warning"), info: severity("info") },
  }
}

/** The exposition as lines, `# EOF` last. */
export function* openMetrics({ outcomes, counts, data: all, findings }: Metrics): Generator<string> {
  yield* head({ name: "ikedump_ike_sas", type: "gauge", help: "IKE SAs by what became of them." })
  for (const outcome of OUTCOMES) yield sample("ikedump_ike_sas", { outcome }, outcomes[outcome])
  yield* head({ name: "ikedump_captured_packets", type: "counter", help: "Packets in the captures by kind." })
  for (const [kind, n] of Object.entries(counts))
    if (kind !== "frames") yield sample("ikedump_captured_packets_total", { kind }, n)
  const data = [...all].sort((a, b) => b.packets - a.packets).slice(0, MAX_DATA_SAS)
  for (const [family, of] of DATA) {
    yield* head(family)
    const name = family.type === "counter" ? `${family.name}_total` : family.name
    for (const d of data) {
      const value = of(d)
      if (value !== undefined) yield sample(name, labels(d), value)
    }
  }
  yield* head({ name: "ikedump_findings", type: "gauge", help: "Findings by severity." })
  for (const severity of SEVERITIES) yield sample("ikedump_findings", { severity }, findings[severity])
  yield "# EOF\n"
}

const counter = (name: string, help: string, unit?: string): Family => ({ name, type: "counter", help, unit })

const DATA: readonly (readonly [Family, (d: DataMetrics) => number | undefined])[] = [
  [counter("ikedump_esp_packets", "Packets of a data SA."), d => d.packets],
  [counter("ikedump_esp_bytes", "Bytes of a data SA.", "bytes"), d => d.bytes],
  // What comes late was missing before: the number can go down.
  [{ name: "ikedump_esp_missing_packets", type: "gauge", help: "Sequence numbers that did not come." }, d => d.missing],
  [counter("ikedump_esp_duplicate_packets", "Sequence numbers that came again."), d => d.duplicate],
  [counter("ikedump_esp_late_packets", "Packets out of order."), d => d.late],
  [counter("ikedump_esp_icv_failures", "Packets whose ICV does not hold."), d => d.icvFailures],
]

const labels = (d: DataMetrics): Readonly<Record<string, string>> => ({
  sa: d.id,
  protocol: d.protocol,
  spi: d.spi,
  source: d.source,
  destination: d.destination,
})

function* head({ name, type, unit, help }: Family): Generator<string> {
  yield `# TYPE ${name} ${type}\n`
  if (unit) yield `# UNIT ${name} ${unit}\n`
  yield `# HELP ${name} ${escaped(help)}\n`
}

const sample = (name: string, of: Readonly<Record<string, string>>, value: number): string =>
  `${name}{${Object.entries(of)
    .map(([k, v]) => `${k}="${escaped(v)}"`)
    .join(",")}} ${value}\n`

const escaped = (text: string): string => text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")
