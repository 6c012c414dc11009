/** Findings of the report that only all SAs together show: SPIs of Child SAs that meet, sequence numbers that came round. */
import type { DiagnosticReport, Report } from "../../report/types.ts"
import { type Findings, source } from "../context.ts"
import type { AuditSeverity } from "../severity.ts"
import type { Tunnel } from "../tunnel.ts"
import type { Source } from "../types.ts"

interface Known {
  readonly rule: string
  readonly severity: AuditSeverity
  readonly advice: string
  readonly source: Source
}

/** By code of the report's diagnostics. */
const KNOWN: ReadonlyMap<string, Known> = new Map([
  [
    "spi-reused",
    {
      rule: "spi-reused",
      severity: "medium",
      advice: "look whether the peer was restarted from a copy, and whether its random numbers repeat",
      source: source("RFC 4301", "§4.4.2.1", "2005-12"),
    },
  ],
  [
    "esp-sequence-wrap",
    {
      rule: "sequence-numbers-run-out",
      severity: "high",
      advice:
        "negotiate extended sequence numbers (ESN) on both ends, and replace a peer that sends on after the last number",
      source: source("RFC 4303", "§3.3.3", "2005-12"),
    },
  ],
])

/** Files them with the tunnel whose Child SA or data SA is meant. */
export function auditReportedAlready(
  report: Pick<Report, "diagnostics">,
  tunnels: readonly Tunnel[],
  findings: Findings,
  ofAll: boolean,
): void {
  for (const d of report.diagnostics) {
    const known = KNOWN.get(d.code)
    if (!known || d.severity === "info") continue
    const { rule, severity, advice, source: from } = known
    const { tunnel, object } = ownerOf(d, tunnels)
    if (tunnel === null && !ofAll) continue
    findings.add(tunnel, {
      rule,
      severity,
      message: d.message,
      advice,
      objects: object === null ? [] : [object],
      frames: [d.frame],
      sources: [from],
    })
  }
}

function ownerOf(d: DiagnosticReport, tunnels: readonly Tunnel[]): { tunnel: string | null; object: string | null } {
  for (const t of tunnels) {
    const child = t.children.find(c => c.frame === d.frame)
    if (child) return { tunnel: t.id, object: child.id }
    const data = t.data.find(x => x.firstFrame === d.frame)
    if (data) return { tunnel: t.id, object: data.report.id }
  }
  return { tunnel: null, object: null }
}
