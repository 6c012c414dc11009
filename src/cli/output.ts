/** Results, written at once to where they go: a reader that went away (`| head`) ends the work instead of failing it. */
import { destination } from "./destination.ts"
import { cannotWrite } from "./exit.ts"

const BUFFER_BYTES = 64 * 1024
/** Longer texts are written by themselves. */
const LONG_TEXT = 8 * 1024
/** Not worth a call out of JavaScript. */
const SHORT_TEXT = 16
/** Bytes of UTF-8 that a UTF-16 unit takes at most. */
const WIDEST = 3

/** Collects text and writes it in large pieces; `closed` once nobody reads any more. Throws CliError (74) where it cannot be written. */
export class Output {
  closed = false
  // Encoded piece by piece: one long text made of millions of small ones costs more to put together than to write.
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  #used = 0
  readonly #to = destination()

  write(text: string): void {
    const long = text.length > LONG_TEXT
    // Nothing overtakes what was collected before it.
    if (long || this.#used + WIDEST * text.length > BUFFER_BYTES) this.flush()
    if (long) this.#writeAll(Buffer.from(text))
    else this.#used = this.#encode(text)
  }

  /** Bytes that are UTF-8 text already. */
  writeBytes(bytes: Uint8Array): void {
    this.flush()
    this.#writeAll(bytes)
  }

  /** Puts a text behind what was collected; returns where it ends. Short ASCII is most of what there is, and is faster byte by byte. */
  #encode(text: string): number {
    const buffer = this.#buffer
    const used = this.#used
    const { length } = text
    if (length <= SHORT_TEXT) {
      let seen = 0
      for (let i = 0; i < length; i++) {
        const code = text.charCodeAt(i)
        buffer[used + i] = code
        seen |= code
      }
      if (seen < 0x80) return used + length
    }
    return used + buffer.write(text, used)
  }

  /** Writes what was collected. */
  flush(): void {
    const used = this.#used
    this.#used = 0
    this.#writeAll(this.#buffer.subarray(0, used))
  }

  #writeAll(bytes: Uint8Array): void {
    if (this.closed) return
    try {
      this.closed = !this.#to.write(bytes)
    } catch (error) {
      // What was not written is not tried again.
      this.closed = true
      throw cannotWrite(this.#to.name, error)
    }
  }
}
