/** Flows of one segment without a key, as columns: there may be very many of them, of a few packets each. */
import type { DataFlow } from "../open/data-flow.ts"
import { bytesColumn, numbersColumn, wordsColumn } from "./columns.ts"

export interface KeylessColumns {
  readonly n: number
  /** 1 for AH, 0 for ESP. */
  readonly ah: Uint8Array
  readonly spi: Uint32Array
  /** Source and destination of each, one behind the other, and how long one of both is. */
  readonly addresses: Uint8Array
  readonly addressBytes: Uint8Array
  readonly packets: Float64Array
  readonly truncated: Float64Array
  readonly firstFrame: Float64Array
  readonly lastFrame: Float64Array
}

export class KeylessTable {
  readonly #ah = bytesColumn()
  readonly #spi = wordsColumn()
  readonly #addresses = bytesColumn()
  readonly #addressBytes = bytesColumn()
  readonly #packets = numbersColumn()
  readonly #truncated = numbersColumn()
  readonly #firstFrame = numbersColumn()
  readonly #lastFrame = numbersColumn()

  /** Takes in a flow; false where it does not fit. */
  add({ data, result, firstFrame, lastFrame }: DataFlow): boolean {
    const { protocol, spi, sourceBytes, destinationBytes } = data
    const { length } = sourceBytes
    if (length !== destinationBytes.length) return false
    this.#ah.push(protocol === "AH" ? 1 : 0)
    this.#spi.push(spi)
    this.#addresses.append(sourceBytes, 0, length)
    this.#addresses.append(destinationBytes, 0, length)
    this.#addressBytes.push(length)
    this.#packets.push(result.packets)
    this.#truncated.push(result.truncated)
    this.#firstFrame.push(firstFrame)
    this.#lastFrame.push(lastFrame)
    return true
  }

  take(): KeylessColumns {
    return {
      n: this.#spi.length,
      ah: this.#ah.take(),
      spi: this.#spi.take(),
      addresses: this.#addresses.take(),
      addressBytes: this.#addressBytes.take(),
      packets: this.#packets.take(),
      truncated: this.#truncated.take(),
      firstFrame: this.#firstFrame.take(),
      lastFrame: this.#lastFrame.take(),
    }
  }
}

/** None. */
export const NO_KEYLESS = new KeylessTable().take()
