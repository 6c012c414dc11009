/**
 * Stops a session's work from another thread. While keys are tried no event is heard, so an AbortSignal of the same thread comes too late;
 * this one stands in memory that threads share, and is looked at between trials.
 */
import type { Stop } from "../session/types.ts"

export class SharedStop implements Stop {
  readonly #flag: Int32Array

  /** `buffer` is that of the other thread's; 4 bytes. */
  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.#flag = new Int32Array(buffer)
  }

  get aborted(): boolean {
    return Atomics.load(this.#flag, 0) !== 0
  }

  abort(): void {
    Atomics.store(this.#flag, 0, 1)
  }

  throwIfAborted(): void {
    if (this.aborted) throw new DOMException("This operation was aborted", "AbortError")
  }
}
