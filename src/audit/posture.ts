/** How a tunnel stands, in one line's worth of facts. */
import { unique } from "./context.ts"
import type { AuditFacts } from "./facts.ts"
import { laterChildren } from "./rules/lifetimes.ts"
import { quantumGrade } from "./rules/quantum.ts"
import { type AuditSeverity, worse } from "./severity.ts"
import type { Tunnel } from "./tunnel.ts"
import type { AuditFinding, TunnelPosture } from "./types.ts"

/** `findings` are the tunnel's own. */
export function postureOf(tunnel: Tunnel, facts: AuditFacts, findings: readonly AuditFinding[]): TunnelPosture {
  const first = tunnel.sas[0]
  const last = tunnel.sas[tunnel.sas.length - 1]
  const suite = last.choice?.names ?? first.choice?.names
  const { grade, by } = quantumGrade(tunnel, sa => facts.of(sa))
  return {
    id: tunnel.id,
    ike_sas: tunnel.sas.map(sa => sa.id),
    initiator: first.initiator.address,
    responder: first.responder.address,
    version: first.version === 1 ? "1.0" : "2.0",
    state: last.state,
    suite: suite ? [suite.encr, suite.integ ?? suite.hash, suite.prf, ...suite.ke].flatMap(n => n ?? []) : [],
    authentication: unique(tunnel.sas.flatMap(sa => [sa.auth.initiator, sa.auth.responder]).flatMap(a => a ?? [])),
    child_suites: unique(
      tunnel.children.map(c => [c.protocol, c.suite.encr, c.suite.integ].filter(n => n !== null).join(" ")),
    ),
    forward_secrecy: secrecyOf(tunnel),
    quantum: grade,
    quantum_by: by,
    worst: findings.reduce<AuditSeverity | null>((w, f) => (w === null ? f.severity : worse(w, f.severity)), null),
  }
}

function secrecyOf(tunnel: Tunnel): TunnelPosture["forward_secrecy"] {
  const later = laterChildren(tunnel.sas)
  if (later.length === 0) return "unknown"
  const withOwn = later.filter(c => c.pfs).length
  return withOwn === later.length ? "all" : withOwn === 0 ? "none" : "some"
}
