/** Blocks of a capture written through a buffer: to a file for its owner alone, or to standard output. */
import { secretFile } from "./secret-file.ts"
import type { WholeFile, WholeFileOptions } from "./whole-file.ts"
import { writeBytes } from "./write-bytes.ts"

const BUFFER_BYTES = 1 << 18
const STDOUT = 1

/** A file that blocks are written to through a buffer; it takes its place when it is closed. Throws node's error when it cannot be opened or written. */
export class BlockFile {
  readonly #file: WholeFile | StandardOutput
  readonly #buffer = new Uint8Array(BUFFER_BYTES)
  #used = 0

  /** `-` is standard output. */
  constructor(path: string, onLink?: WholeFileOptions["onLink"]) {
    this.#file = path === "-" ? new StandardOutput() : secretFile(path, onLink)
  }

  /** Nobody reads any more: what is written is lost. */
  get closed(): boolean {
    return this.#file.closed
  }

  write(block: Uint8Array): void {
    if (this.#used + block.length > BUFFER_BYTES) this.#flush()
    if (block.length > BUFFER_BYTES) this.#file.write(block)
    else {
      this.#buffer.set(block, this.#used)
      this.#used += block.length
    }
  }

  /** Writes what was collected: somebody reads along. */
  flush(): void {
    this.#flush()
  }

  close(): void {
    this.#flush()
    this.#file.close()
  }

  #flush(): void {
    this.#file.write(this.#buffer.subarray(0, this.#used))
    this.#used = 0
  }
}

class StandardOutput {
  closed = false

  write(bytes: Uint8Array): void {
    this.closed ||= !writeBytes(STDOUT, bytes)
  }

  close(): void {}
}
