/** The same packets under other addresses: captured on both sides of a NAT. */
import { grouped } from "../../bytes/grouped.ts"
import { spiKey } from "../../ipsec/spi-key.ts"
import type { DataSa } from "../../track/data-sa.ts"

/** Data SAs of one SPI among which copies are looked for: nobody captures an SA at more places. */
const MAX_SAME_SPI = 64

/** Gives of one data SA the others that have its packets. */
export function copyFinder(all: readonly DataSa[]): (data: DataSa) => DataSa[] {
  const bySpi = grouped(all, spiKey, MAX_SAME_SPI)
  return data => (bySpi.get(spiKey(data)) ?? []).filter(d => d !== data && d.sketch.isSame(data.sketch))
}
