/** Reads a file that grows, as `tail -F` does: over rotation (another file under the name) and truncation, until it is stopped; or a folder of files that follow one another. */

import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { codeOf } from "../bytes/errors.ts"
import { isCaptureMagic } from "../capture/reader.ts"

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
export const followFile = (path: string, options?: FollowOptions): AsyncGenerator<Uint8Array | undefined> =>
  follow(file => (!file || file.replaced(path) ? path : undefined), options)

/**
 * The same of a folder whose captures are written one after another, as tcpdump's -C, -W and -G do: those that are there in the order in which
 * they were written, then each that comes. Other files in it are left alone.
 */
export const followFolder = (folder: string, options?: FollowOptions): AsyncGenerator<Uint8Array | undefined> =>
  follow(file => laterCapture(folder, file), options)

/** `behind` says which file comes behind one that is read to its end, or first of all. */
async function* follow(
  behind: (file: OpenFile | undefined) => string | undefined,
  { signal, pollMs = POLL_MS }: FollowOptions = {},
): AsyncGenerator<Uint8Array | undefined> {
  const buffer = new Uint8Array(CHUNK_BYTES)
  let file: OpenFile | undefined
  try {
    while (!signal?.aborted) {
      const next = file?.atEnd === false ? undefined : behind(file)
      // What was written before the next was begun is read first.
      const bytes = file?.read(buffer) ?? 0
      const opened = bytes === 0 && next !== undefined ? OpenFile.at(next) : undefined
      if (bytes > 0) yield buffer.subarray(0, bytes)
      else if (opened) {
        file?.close()
        file = opened
      } else {
        yield undefined
        await sleep(pollMs, undefined, { signal }).catch(() => {})
      }
    }
  } finally {
    file?.close()
  }
}

/** The capture that was written next after a file, or first of all. */
function laterCapture(folder: string, file: OpenFile | undefined): string | undefined {
  let found: Written | undefined
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const stat = path === file?.path ? undefined : statSync(path, { bigint: true, throwIfNoEntry: false })
    if (!stat?.isFile()) continue
    const place = { path, written: stat.mtimeNs }
    if ((!file || isBefore(file, place)) && (!found || isBefore(place, found)) && isCapture(path)) found = place
  }
  return found?.path
}

const byNumber = new Intl.Collator("en", { numeric: true })

interface Written {
  readonly path: string
  /** Nanoseconds since 1970. */
  readonly written: bigint
}

const isBefore = (a: Written, b: Written): boolean =>
  a.written === b.written ? byNumber.compare(a.path, b.path) < 0 : a.written < b.written

function isCapture(path: string): boolean {
  const file = OpenFile.at(path)
  const head = new Uint8Array(8)
  const bytes = file?.read(head) ?? 0
  file?.close()
  return isCaptureMagic(head.subarray(0, bytes))
}

class OpenFile {
  #at = 0

  private constructor(
    readonly path: string,
    readonly fd: number,
  ) {}

  /** Undefined when there is no such file. */
  static at(path: string): OpenFile | undefined {
    try {
      return new OpenFile(path, openSync(path, "r"))
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

  get atEnd(): boolean {
    return fstatSync(this.fd).size <= this.#at
  }

  /** When it was written last. */
  get written(): bigint {
    return fstatSync(this.fd, { bigint: true }).mtimeNs
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
