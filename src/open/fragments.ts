/** Puts the cleartexts of SKF fragments together. RFC 7383 §2.6. */

import { byteSource } from "../bytes/byte-source.ts"
import { concat } from "../bytes/bytes.ts"
import { present } from "../bytes/typed.ts"
import type { Opened } from "../ike/shared/payload.ts"

interface Fragment {
  readonly clear: Uint8Array
  readonly frame: number
}

/** The fragments of one message that were opened so far; out of order and repeated ones are normal. */
export class Reassembly {
  #total = 0
  #bytes = 0
  readonly #fragments = new Map<number, Fragment>()
  #first = 0
  /** Frames of fragments that came again since the message was whole, or last was. */
  readonly #repeated = new Map<number, number>()

  constructor(readonly maxBytes: number) {}

  /**
   * Adds an opened fragment. Returns `opened` with `reassembled` set when it completed the message. A larger Total starts
   * anew, a smaller one is ignored (RFC 7383 §2.6: the peer retried with smaller fragments).
   */
  add(number: number, total: number, opened: Opened, frame: number): Opened {
    if (total < this.#total || number < 1 || number > total) return opened
    if (total > this.#total) {
      this.#fragments.clear()
      this.#repeated.clear()
      this.#bytes = 0
      this.#total = total
    }
    if (this.#fragments.has(number)) return this.#again(number, opened, frame)
    const clear = opened.clear.bytes.slice(0, opened.end)
    this.#bytes += clear.length
    if (this.#bytes > this.maxBytes) return opened
    this.#fragments.set(number, { clear, frame })
    // Only the first fragment names the first payload.
    if (number === 1) this.#first = opened.first
    return this.#fragments.size < total
      ? opened
      : this.#whole(
          opened,
          this.#parts().map(p => p.frame),
        )
  }

  /** A fragment that came before: all of them once more are the message once more. */
  #again(number: number, opened: Opened, frame: number): Opened {
    this.#repeated.set(number, frame)
    if (this.#repeated.size < this.#total) return opened
    const frames = [...this.#repeated.values()]
    this.#repeated.clear()
    return this.#whole(opened, frames)
  }

  #parts(): Fragment[] {
    return Array.from({ length: this.#total }, (_, i) => present(this.#fragments.get(i + 1)))
  }

  #whole(opened: Opened, of: readonly number[]): Opened {
    const frames = [...new Set(of)].sort((a, b) => a - b)
    return {
      ...opened,
      reassembled: {
        clear: byteSource(concat(...this.#parts().map(p => p.clear)), `reassembled from frames ${frames.join(", ")}`),
        first: this.#first,
        frames,
      },
    }
  }
}
