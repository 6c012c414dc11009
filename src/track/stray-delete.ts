/** Deletes of SPIs that no Child SA here has. RFC 7296 §1.4.1. */
import type { Moment } from "./moment.ts"
import type { Side } from "./peer.ts"

const MAX_STRAY = 64

export interface StrayDelete {
  readonly frame: number
  readonly time: Moment
  readonly from: Side
  readonly spi: Uint8Array
}

/** Keeps one, with a copy of its SPI. */
export function addStrayDelete(
  sa: { strayDeletes: readonly StrayDelete[] },
  { frame, time, from, spi }: StrayDelete,
): void {
  if (sa.strayDeletes.length >= MAX_STRAY) return
  sa.strayDeletes = [...sa.strayDeletes, { frame, time, from, spi: spi.slice() }]
}
