/** The audit as a table for a fleet: one line a tunnel, with how each profile's controls fare. */
import { SEVERITIES } from "../../audit/severity.ts"
import type { AuditResult, CoverageStatus, ProfileCoverage, TunnelPosture } from "../../audit/types.ts"
import { grouped } from "../../bytes/grouped.ts"
import { csvLine } from "../csv.ts"
import { proofText } from "./words.ts"

/** Lists within a cell. */
const SEPARATOR = "; "

interface Column {
  readonly title: string
  readonly of: (t: TunnelPosture) => string | number | null
}

const proof = (side: "initiator" | "responder") => (t: TunnelPosture) =>
  [...new Set(t.proofs.filter(p => p.side === side).map(proofText))].join(SEPARATOR)

const POSTURE: readonly Column[] = [
  { title: "tunnel", of: t => t.id },
  { title: "initiator", of: t => t.initiator },
  { title: "responder", of: t => t.responder },
  { title: "initiator_id", of: t => t.initiator_id },
  { title: "responder_id", of: t => t.responder_id },
  { title: "first_time", of: t => t.first_time },
  { title: "last_time", of: t => t.last_time },
  { title: "version", of: t => `IKEv${t.version[0]}` },
  { title: "state", of: t => t.state },
  { title: "suite", of: t => t.suite.join(" ") },
  { title: "initiator_auth", of: proof("initiator") },
  { title: "responder_auth", of: proof("responder") },
  { title: "child_suites", of: t => t.child_suites.join(SEPARATOR) },
  { title: "child_key_exchange", of: t => t.child_key_exchange.join(SEPARATOR) },
  { title: "child_group", of: t => t.child_group },
  { title: "forward_secrecy", of: t => t.forward_secrecy },
  { title: "ike_lifetime_negotiated", of: t => t.ike_lifetime.negotiated },
  { title: "ike_lifetime_seen", of: t => t.ike_lifetime.seen },
  { title: "ike_rekeys", of: t => t.ike_lifetime.rekeys },
  { title: "child_lifetime_negotiated", of: t => t.child_lifetime.negotiated },
  { title: "child_lifetime_seen", of: t => t.child_lifetime.seen },
  { title: "child_rekeys", of: t => t.child_lifetime.rekeys },
  { title: "esn", of: t => t.esn },
  { title: "repeated_numbers", of: t => t.replay.duplicate },
  { title: "quantum", of: t => t.quantum },
  { title: "initiator_vendors", of: t => t.vendors.initiator.join(SEPARATOR) },
  { title: "responder_vendors", of: t => t.vendors.responder.join(SEPARATOR) },
  { title: "worst", of: t => t.worst },
]

/** The audit as lines, the heading first. Column names are stable; profiles add one each. */
export function* auditCsv({ tunnels, findings, coverage }: AuditResult): Generator<string> {
  const byTunnel = grouped(findings, f => f.tunnel)
  const status = coverage.map(c => statusOf(c))
  yield csvLine([
    ...POSTURE.map(c => c.title),
    ...SEVERITIES,
    ...coverage.flatMap(({ profile }) => [`${profile}_fail`, `${profile}_not_observable`]),
  ])
  for (const t of tunnels) {
    const mine = byTunnel.get(t.id) ?? []
    yield csvLine([
      ...POSTURE.map(c => c.of(t)),
      ...SEVERITIES.map(s => mine.filter(f => f.severity === s).length),
      ...status.flatMap(of => [of(t.id, "fail"), of(t.id, "not observable")]),
    ])
  }
}

/** Ids of the controls that stand so for a tunnel. */
function statusOf({ controls }: ProfileCoverage): (tunnel: string, status: CoverageStatus) => string {
  const byTunnel = grouped(
    controls.flatMap(k => k.tunnels.map(t => ({ id: k.id, ...t }))),
    t => t.tunnel,
  )
  return (tunnel, status) =>
    (byTunnel.get(tunnel) ?? [])
      .filter(t => t.status === status)
      .map(t => t.id)
      .join(SEPARATOR)
}
