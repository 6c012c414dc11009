/** Reads a file that grows, as `tail -F` does: over rotation (another file under the name) and truncation, until it is stopped. */

import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { codeOf } from "../bytes/errors.ts"

const CHUNK_BYTES = 1 << 16
const POLL_MS = 200

export interface FollowOptions {
  readonly signal?: AbortSignal
  /** Milliseconds between two looks at a file that did not grow. */
  readonly pollMs?: number
}

/**
 * Yields each piece of the file at `path` as it is written, and `undefined` each time when there is nothing more for the moment. A file
 * that is not there yet is waited for. Pieces are valid until the next. Ends when `signal` aborts. Throws node's error when the file cannot be read.
 */
export async function* followFile(
  path: string,
  { signal, pollMs = POLL_MS }: FollowOptions = {},
): AsyncGenerator<Uint8Array | undefined> {
  const buffer = new Uint8Array(CHUNK_BYTES)
  let file: OpenFile | undefined
  try {
    while (!signal?.aborted) {
      file ??= OpenFile.at(path)
      const bytes = file?.read(buffer) ?? 0
      if (bytes > 0) {
        yield buffer.subarray(0, bytes)
        continue
      }
      if (file?.replaced(path)) {
        file.close()
        file = undefined
        continue
      }
      yield undefined
      await sleep(pollMs, undefined, { signal }).catch(() => {})
    }
  } finally {
    file?.close()
  }
}

class OpenFile {
  #at = 0

  private constructor(readonly fd: number) {}

  /** Undefined when there is no such file. */
  static at(path: string): OpenFile | undefined {
    try {
      return new OpenFile(openSync(path, "r"))
    } catch (e) {
      if (codeOf(e) === "ENOENT") return undefined
      throw e
    }
  }

  /** Bytes read, 0 at the end. A file that became shorter is read from its beginning. */
  read(buffer: Uint8Array): number {
    if (fstatSync(this.fd).size < this.#at) this.#at = 0
    const bytes = readSync(this.fd, buffer, 0, buffer.length, this.#at)
    this.#at += bytes
    return bytes
  }

  /** Another file has the name now. While there is none, the one that was is still the file. */
  replaced(path: string): boolean {
    const now = statSync(path, { throwIfNoEntry: false })
    const mine = fstatSync(this.fd)
    return now !== undefined && (now.ino !== mine.ino || now.dev !== mine.dev)
  }

  close(): void {
    closeSync(this.fd)
  }
}
