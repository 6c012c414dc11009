/** Standard output, written at once: a reader that went away (`| head`) ends the work instead of failing it. */
import { writeSync } from "node:fs"

const STDOUT = 1
const FLUSH_BYTES = 64 * 1024
const RETRY_MS = 2

/** Collects text and writes it in large pieces; `closed` once nobody reads any more. */
export class Output {
  closed = false
  #text = ""

  write(text: string): void {
    this.#text += text
    if (this.#text.length >= FLUSH_BYTES) this.flush()
  }

  /** Writes what was collected. */
  flush(): void {
    if (this.#text === "" || this.closed) return
    let bytes: Uint8Array = new TextEncoder().encode(this.#text)
    this.#text = ""
    while (bytes.length > 0 && !this.closed) bytes = bytes.subarray(this.#writeSome(bytes))
  }

  #writeSome(bytes: Uint8Array): number {
    try {
      return writeSync(STDOUT, bytes)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === "EPIPE") this.closed = true
      else if (code !== "EAGAIN") throw error
      // A pipe that others set to non-blocking is full: wait a little, there is nothing else to do.
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
      return 0
    }
  }
}
