/** What every part of the fold shares: the tables, the secrets, the provider, and where results go. */
import type { CryptoProvider } from "../crypto/provider.ts"
import type { Opened } from "../ike/shared/payload.ts"
import type { DataTable } from "../track/data-table.ts"
import type { Datagram } from "../track/datagram.ts"
import type { Check, IkeSa } from "../track/ike-sa.ts"
import type { TrackLimits } from "../track/limits.ts"
import type { Memory } from "../track/memory.ts"
import type { MessageObserver } from "../track/observer.ts"
import type { Tracker } from "../track/tracker.ts"
import type { Pool } from "../unlock/pool.ts"
import type { KeyWriter } from "./keys.ts"
import type { ReuseWatch } from "./reuse.ts"

export interface FoldContext {
  readonly tracker: Tracker
  readonly data: DataTable
  readonly pool: Pool
  /** Writes what searches for keys find. */
  readonly keys: KeyWriter
  readonly provider: CryptoProvider
  readonly limits: TrackLimits
  readonly reuse: ReuseWatch
  readonly memory: Memory
  /** Called with what could not be decoded in a message. */
  fault(datagram: Datagram, message: string): void
  /** Called with every message that keys opened. */
  opened(datagram: Datagram, opened: Opened): void
  readonly observer?: MessageObserver
}

/** Adds a check to an SA, within the cap. */
export function addCheck(
  context: Pick<FoldContext, "limits">,
  sa: IkeSa,
  check: Omit<Check, "time" | "frame"> & { at: { readonly frame: number; readonly time: Check["time"] } | null },
): void {
  if (sa.checks.length >= context.limits.checks) return
  const { id, status, reason, rfc, mistake, at } = check
  const frame = at?.frame ?? null
  const time = at?.time ?? null
  // There are many of them: objects that are spread take half as much again.
  sa.checks.push(
    mistake === undefined
      ? { id, frame, time, status, reason, rfc }
      : { id, frame, time, status, reason, rfc, mistake },
  )
}
