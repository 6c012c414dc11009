/** What players of hostile files that open write to: random bytes that cost nothing, until the file is long enough. */
import { hex, Tape } from "../../test/play/tape.ts"

export { hex }

/** Random bytes that cost nothing: nobody has to be unable to guess them. */
export class QuickTape extends Tape {
  #state = 1
  override random(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => {
      this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
      return this.#state >>> 24
    })
  }
}

/** What pcapng adds to each packet. */
const RECORD = 36

/** The capture of steps that are played until it has about `size` bytes. */
export function recorded(tape: Tape, size: number, step: (n: number) => unknown): Uint8Array {
  for (let n = 0, seen = 0, total = 0; total < size; n++) {
    step(n)
    for (; seen < tape.packets.length; seen++) total += tape.packets[seen].length + RECORD
  }
  return tape.capture()
}
