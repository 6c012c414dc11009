/** The same packets under other addresses: captured on both sides of a NAT. */
import type { DataSa } from "../../track/data-sa.ts"

/** Data SAs of one SPI among which copies are looked for: nobody captures an SA at more places. */
const MAX_SAME_SPI = 64

/** Gives of one data SA the others that have its packets. */
export function copyFinder(all: readonly DataSa[]): (data: DataSa) => DataSa[] {
  const bySpi = new Map<string, DataSa[]>()
  const keyOf = ({ protocol, spi }: DataSa) => `${protocol} ${spi}`
  for (const data of all) {
    const same = bySpi.get(keyOf(data))
    if (!same) bySpi.set(keyOf(data), [data])
    else if (same.length < MAX_SAME_SPI) same.push(data)
  }
  return data => (bySpi.get(keyOf(data)) ?? []).filter(d => d !== data && d.sketch.isSame(data.sketch))
}
