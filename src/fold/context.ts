/** What every part of the fold shares: the tables, the secrets, the provider, and where results go. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import type { Opened } from "../ike/shared/payload.ts"
import type { DataTable } from "../track/data-table.ts"
import type { Datagram } from "../track/datagram.ts"
import type { Check, IkeSa } from "../track/ike-sa.ts"
import type { TrackLimits } from "../track/limits.ts"
import { momentText } from "../track/moment.ts"
import type { Tracker } from "../track/tracker.ts"
import type { Pool } from "../unlock/pool.ts"

export interface FoldContext {
  readonly tracker: Tracker
  readonly data: DataTable
  readonly pool: Pool
  readonly provider: CryptoProvider
  readonly limits: TrackLimits
  /** Told of every message that keys opened. */
  opened(datagram: Datagram, opened: Opened): void
}

/** Adds a check to an SA, within the cap. */
export function addCheck(
  context: Pick<FoldContext, "limits">,
  sa: IkeSa,
  check: Omit<Check, "time" | "frame"> & { at: { readonly frame: number; readonly time: Check["time"] } | null },
): void {
  if (sa.checks.length >= context.limits.checks) return
  const { at, ...rest } = check
  sa.checks.push({ ...rest, frame: at?.frame ?? null, time: at?.time ?? null })
}

/** Adds a finding to an SA, once for each code and frame. */
export function addFinding(
  sa: IkeSa,
  code: string,
  severity: Diagnostic["severity"],
  at: Pick<Datagram, "frame" | "time"> | null,
  message: string,
): void {
  if (sa.findings.length >= 1000 || sa.findings.some(f => f.code === code && f.frame === (at?.frame ?? null))) return
  sa.findings.push({ code, severity, frame: at?.frame ?? null, time: at && momentText(at.time), message })
}
