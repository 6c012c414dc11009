/** A report as metrics: tunnels by outcome, data SAs by SPI, loss. OpenMetrics 1.0 text format; Prometheus reads it. */
import type { EspSaReport, Report } from "../report/types.ts"
import { OUTCOMES } from "../report/verdict/types.ts"

/** Data SAs shown; a scrape of more is none. Those with most packets come first. */
const MAX_DATA_SAS = 10_000

interface Family {
  readonly name: string
  readonly type: "gauge" | "counter"
  readonly unit?: string
  readonly help: string
}

/** The exposition as lines, `# EOF` last. */
export function* openMetrics(report: Report): Generator<string> {
  const { verdict, counts } = report
  yield* head({ name: "ikedump_ike_sas", type: "gauge", help: "IKE SAs by what became of them." })
  for (const outcome of OUTCOMES) yield sample("ikedump_ike_sas", { outcome }, verdict.counts[outcome])
  yield* head({ name: "ikedump_captured_packets", type: "counter", help: "Packets in the captures by kind." })
  for (const [kind, n] of Object.entries(counts))
    if (kind !== "frames") yield sample("ikedump_captured_packets_total", { kind }, n)
  const data = [...report.esp_sas].sort((a, b) => b.packets - a.packets).slice(0, MAX_DATA_SAS)
  for (const [family, of] of DATA) {
    yield* head(family)
    const name = family.type === "counter" ? `${family.name}_total` : family.name
    for (const d of data) yield sample(name, labels(d), of(d))
  }
  yield* head({ name: "ikedump_findings", type: "gauge", help: "Findings by severity." })
  for (const severity of ["error", "warning", "info"])
    yield sample("ikedump_findings", { severity }, report.diagnostics.filter(d => d.severity === severity).length)
  yield "# EOF\n"
}

const counter = (name: string, help: string, unit?: string): Family => ({ name, type: "counter", help, unit })

const DATA: readonly (readonly [Family, (d: EspSaReport) => number])[] = [
  [counter("ikedump_esp_packets", "Packets of a data SA."), d => d.packets],
  [counter("ikedump_esp_bytes", "Bytes of a data SA.", "bytes"), d => d.bytes],
  [counter("ikedump_esp_missing_packets", "Sequence numbers that did not come."), d => d.sequence.missing],
  [counter("ikedump_esp_duplicate_packets", "Sequence numbers that came again."), d => d.sequence.duplicate],
  [counter("ikedump_esp_late_packets", "Packets out of order."), d => d.sequence.out_of_order],
  [counter("ikedump_esp_icv_failures", "Packets whose ICV does not hold."), d => d.icv_failed],
]

const labels = (d: EspSaReport): Readonly<Record<string, string>> => ({
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
