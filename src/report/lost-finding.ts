/** Which SA a datagram belonged to that never became whole: what its first fragment says, else the one SA of its two ends. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import { NO_SPI } from "../track/beginning.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { IkeSa } from "../track/ike-sa.ts"

/** id of the SA of a finding; null where nothing says it. */
export function saOfLost(
  { between, carries, frame }: Diagnostic,
  sas: readonly IkeSa[],
  dataSas: readonly DataSa[],
): string | null {
  if (!between) return null
  if (carries && "spi" in carries) {
    const { protocol, spi } = carries
    const mine = dataSas.filter(d => d.protocol === protocol && d.spi === spi && d.destination === between[1])
    return (mine.find(d => d.source === between[0]) ?? mine[0])?.id ?? null
  }
  if (carries) {
    const { spiI, spiR } = carries
    const mine = sas.filter(sa => sa.spiI === spiI)
    return (mine.find(sa => sa.spiR === spiR) ?? mine.find(() => spiR === NO_SPI))?.id ?? null
  }
  const begun = sas.filter(sa => isBetween(sa, between) && (sa.exchanges[0]?.messages[0]?.frame ?? 0) <= (frame ?? 0))
  return begun.length === 1 ? begun[0].id : null
}

const isBetween = (sa: IkeSa, [a, b]: readonly [string, string]): boolean =>
  [sa, ...sa.paths].some(
    ({ initiator: { address: i }, responder: { address: r } }) => (i === a && r === b) || (i === b && r === a),
  )
