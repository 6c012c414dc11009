/** Data SAs that are one, seen on both sides of a NAT. */
import type { DataSa } from "./data-sa.ts"
import { secondsBetween } from "./moment.ts"

/** Whether two data SAs of one SPI at one time share an end: a NAT changed the other one, and the capture sees both of its sides. */
export const isBeyondNat = (a: DataSa, b: DataSa): boolean =>
  a.protocol === b.protocol &&
  secondsBetween(a.first, b.last) >= 0 &&
  secondsBetween(b.first, a.last) >= 0 &&
  (a.source === b.source || a.destination === b.destination)
