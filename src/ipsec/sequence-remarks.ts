/** Wireshark's sequence analysis: any step other than +1 in the sequence numbers of one SPI, whatever its direction. */
import type { SequenceRemark } from "./esp.ts"

export class SequenceRemarks {
  readonly #last = new Map<number, { sequence: number; frame: number }>()

  /** Takes in a packet in frame order; a remark when its number is not one more than that of the SPI's packet before it. */
  add(spi: number, sequence: number, frame: number): SequenceRemark | undefined {
    const last = this.#last.get(spi)
    if (!last) {
      this.#last.set(spi, { sequence, frame })
      return undefined
    }
    const expected = (last.sequence + 1) >>> 0
    const remark = sequence === expected ? undefined : { expected, previousFrame: last.frame }
    last.sequence = sequence
    last.frame = frame
    return remark
  }
}
