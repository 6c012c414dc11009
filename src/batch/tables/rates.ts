/** The bins of data SAs as rows of `esp_rates`. */
import type { DataSa } from "../../track/data-sa.ts"
import type { RateBin } from "./definitions.ts"

/** Sequence numbers go on behind 32 bits where the counter comes round. */
export function* rateBins(dataSas: readonly DataSa[]): Generator<RateBin> {
  for (const { id, rates, sequences } of dataSas) {
    if (!rates) continue
    const { seconds, start, packets, bytes, low, high } = rates.columns()
    // Numbers with their octets turned round have no lowest and no highest in the order of the wire.
    const isOrdered = !sequences.littleEndian
    let last = low[0]
    for (let i = 0; i < start.length; i++) {
      const first = last + ((low[i] - last) | 0)
      last = first + ((high[i] - low[i]) >>> 0)
      yield {
        espSa: id,
        start: start[i],
        seconds,
        packets: packets[i],
        bytes: bytes[i],
        firstSequence: isOrdered ? first : null,
        lastSequence: isOrdered ? last : null,
      }
    }
  }
}
