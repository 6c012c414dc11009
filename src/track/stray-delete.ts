/** Deletes of SPIs that no Child SA here has. RFC 7296 §1.4.1. */
import type { IkeSa } from "./ike-sa.ts"
import type { Moment } from "./moment.ts"
import type { Side } from "./peer.ts"

const MAX_STRAY = 64

export interface StrayDelete {
  readonly frame: number
  readonly time: Moment
  readonly from: Side
  /** Hex. */
  readonly spi: string
}

export function noteStrayDelete(
  sa: IkeSa,
  from: Side,
  spi: string,
  at: { readonly frame: number; readonly time: Moment },
): void {
  if (sa.strayDeletes.length < MAX_STRAY) sa.strayDeletes.push({ frame: at.frame, time: at.time, from, spi })
}
