/** The audit: every rule over every tunnel, then findings by urgency and how each tunnel stands. */
import { grouped } from "../bytes/grouped.ts"
import { type AuditScope, Findings, indexOf, RuleContext } from "./context.ts"
import { type Covered, coverageOf } from "./coverage.ts"
import type { AuditFacts } from "./facts.ts"
import { postureOf } from "./posture.ts"
import type { Profile } from "./profile.ts"
import { DEFAULT_PROFILES } from "./profiles/default.ts"
import { auditLooseData } from "./rules/data.ts"
import { RULES } from "./rules/index.ts"
import { auditReportedAlready } from "./rules/reported-already.ts"
import { looseViews, viewsOf } from "./seen/index.ts"
import { severityRank } from "./severity.ts"
import { type AuditInput, tunnelsOf } from "./tunnel.ts"
import type { AuditFinding, AuditResult } from "./types.ts"

export interface AuditOptions {
  /** Default: RFC 8247, RFC 8221 and RFC 9395. */
  readonly profiles?: readonly Profile[]
  /** ids of IKE SAs: only their tunnels are judged, still beside all others (a nonce used by two). */
  readonly only?: ReadonlySet<string>
}

/**
 * Audits an analysis. `facts` must have been the analysis' observer: it saw the messages while their bytes were there.
 *
 * ```ts
 * const facts = new AuditFacts()
 * const analysis = await analyze(source, { provider, observer: facts })
 * const { findings } = audit(analysis, facts)
 * ```
 */
export function audit(input: AuditInput, facts: AuditFacts, options: AuditOptions = {}): AuditResult {
  const profiles = options.profiles ?? DEFAULT_PROFILES
  const all = tunnelsOf(input)
  const { only } = options
  const tunnels = only ? all.tunnels.filter(t => t.sas.some(sa => only.has(sa.id))) : all.tunnels
  const loose = only ? [] : all.loose
  const scope: AuditScope = { facts, profiles, index: indexOf(input, facts) }
  const found = new Findings()
  const covered: Covered[] = []
  for (const tunnel of tunnels) {
    const views = viewsOf(tunnel, facts)
    const context = new RuleContext(scope, tunnel, views, found)
    for (const rule of RULES) rule(context)
    covered.push({ tunnel: tunnel.id, year: context.year, views })
  }
  if (loose.length > 0) covered.push({ tunnel: null, year: 0, views: looseViews(loose, tunnels.length > 0) })
  auditLooseData(loose, found)
  auditReportedAlready(input.report, tunnels, found, !only)
  const findings = found.list.sort(byUrgency)
  const byTunnel = grouped(findings, f => f.tunnel)
  const states = new Map(input.conclusions.map(c => [c.sa.id, c.state]))
  return {
    profiles: profiles.map(({ id, title, document, date, edition, verified, url }) => ({
      id,
      title,
      document,
      date,
      edition,
      verified,
      url,
    })),
    findings,
    left_out: found.leftOut,
    tunnels: tunnels.map(t => postureOf(t, facts, byTunnel.get(t.id) ?? [], states.get(t.sas.at(-1)?.id ?? "") ?? "")),
    coverage: coverageOf(profiles, covered),
  }
}

const byUrgency = (a: AuditFinding, b: AuditFinding): number =>
  severityRank(a.severity) - severityRank(b.severity) || (a.frames[0] ?? Infinity) - (b.frames[0] ?? Infinity) || 0
