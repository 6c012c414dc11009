/** The same packets under other addresses: captured on both sides of a NAT. */
import { spiKey } from "../../ipsec/spi-key.ts"
import type { DataSa } from "../../track/data-sa.ts"

/** Data SAs of one SPI among which copies are looked for: nobody captures an SA at more places. */
const MAX_SAME_SPI = 64

/** Gives of one data SA the others that have its packets. */
export function copyFinder(all: readonly DataSa[]): (data: DataSa) => DataSa[] {
  const bySpi = new Map<number, DataSa[]>()
  for (const data of all) {
    const same = bySpi.get(spiKey(data))
    if (!same) bySpi.set(spiKey(data), [data])
    else if (same.length < MAX_SAME_SPI) same.push(data)
  }
  return data => (bySpi.get(spiKey(data)) ?? []).filter(d => d !== data && d.sketch.isSame(data.sketch))
}
