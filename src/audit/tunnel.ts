/** Tunnels: an IKE SA and those that replaced it belong together, with their Child SAs and data SAs. */

import { grouped } from "../bytes/grouped.ts"
import type { Conclusion, DataConclusion } from "../report/conclusion.ts"
import type { EspSaReport, Report } from "../report/types.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { DataResult } from "../track/data-result.ts"
import type { Sample } from "../track/data-sa.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Moment } from "../track/moment.ts"

export interface Tunnel {
  /** id of the first IKE SA. */
  readonly id: string
  readonly sas: readonly IkeSa[]
  readonly children: readonly ChildSa[]
  /** Data SAs of its Child SAs. */
  readonly data: readonly TunnelData[]
}

/** The year in which a tunnel was recorded; 0 when its clock was absurd. */
export function yearOf(tunnel: Tunnel): number {
  const year = new Date((tunnel.sas[0]?.first.seconds ?? 0) * 1000).getUTCFullYear()
  return Number.isNaN(year) ? 0 : year
}

/** A data SA as the report has it, and what the data plane counted of it. */
export interface TunnelData {
  readonly report: EspSaReport
  readonly child: ChildSa | null
  readonly results: readonly DataResult[]
  /** Its first packets, where keys were given. */
  readonly samples: readonly Sample[]
  /** Its packets show that they are not encrypted, without keys. */
  readonly isNull: boolean
  readonly firstFrame: number
  readonly lastTime: Moment
}

/** What an audit looks at: of an analysis, the report's findings and data SAs, and what was concluded of each IKE SA. */
export interface AuditInput {
  readonly report: Pick<Report, "diagnostics">
  readonly sas: readonly IkeSa[]
  readonly conclusions: readonly Pick<Conclusion, "sa" | "state">[]
  readonly data: readonly DataConclusion[]
}

/** Every IKE SA in one tunnel, in the order of their first SAs; and the data SAs that belong to none. */
export function tunnelsOf(input: AuditInput): { readonly tunnels: Tunnel[]; readonly loose: TunnelData[] } {
  const roots = rootsOf(input.sas)
  const data = input.data.map(viewOf)
  const byChild = grouped(data, d => d.child)
  const groups = grouped(input.sas, sa => roots.get(sa) ?? sa)
  const tunnels = [...groups].map(([root, sas]) => {
    const own = sas.flatMap(sa => sa.children)
    return { id: root.id, sas, children: own, data: own.flatMap(c => byChild.get(c) ?? []) }
  })
  return { tunnels, loose: data.filter(d => d.child === null) }
}

/** The first SA of each chain of rekeys. */
function rootsOf(sas: readonly IkeSa[]): Map<IkeSa, IkeSa> {
  const roots = new Map<IkeSa, IkeSa>()
  // SAs are numbered as they begin, so the one that is replaced comes first.
  const ordered = [...sas].sort((a, b) => a.number - b.number)
  for (const sa of ordered) roots.set(sa, sa.parent === null ? sa : (roots.get(sa.parent) ?? sa))
  return roots
}

const viewOf = ({ data, paths, child, report }: DataConclusion): TunnelData => ({
  report,
  child,
  results: paths.flatMap(d => d.result ?? []),
  isNull: paths.some(d => d.nullEncrypted ?? d.result?.nullEncrypted),
  samples: data.samples,
  firstFrame: data.firstFrame,
  lastTime: data.last,
})
