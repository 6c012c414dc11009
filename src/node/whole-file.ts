/** A file that is written whole or not at all: beside its place, and renamed when it is complete. Devices and pipes are written as they are. */
import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs"
import { basename, dirname, join } from "node:path"
import { exitOnSignals } from "./interrupt.ts"
import { writeBytes } from "./write-bytes.ts"

export interface WholeFileOptions {
  /** Mode of the file, whatever one in its place had; without it, that one's mode, or the umask's. */
  readonly mode?: number
  /** Gets the file that is really written when `path` is a symbolic link. */
  onLink?(target: string): void
}

const unfinished = new Set<string>()
let watching = false

export class WholeFile {
  /** Nobody reads any more: what is written is lost. */
  closed = false
  readonly #fd: number
  /** Where it stands until it is complete; undefined for a device or pipe. */
  readonly #beside: string | undefined
  readonly #target: string
  #abandoned = false

  /** Throws node's error when it cannot be made. */
  constructor(path: string, { mode, onLink }: WholeFileOptions = {}) {
    const link = lstat(path)?.isSymbolicLink() ?? false
    const place = stat(path)
    // A link that leads nowhere is replaced: there is nothing behind it to keep.
    this.#target = link && place ? realpathSync(path) : path
    if (this.#target !== path && place?.isFile()) onLink?.(this.#target)
    if (place && !place.isFile()) this.#fd = openSync(path, constants.O_WRONLY)
    else {
      this.#beside = freeName(this.#target)
      this.#fd = openSync(this.#beside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode ?? 0o666)
      watch(this.#beside)
      const kept = mode ?? (place && place.mode & 0o777)
      if (kept !== undefined) fchmodSync(this.#fd, kept)
    }
  }

  /** Throws node's error; the file in its place stays as it was. */
  write(bytes: Uint8Array): void {
    try {
      this.closed ||= !writeBytes(this.#fd, bytes)
    } catch (error) {
      this.abandon()
      throw error
    }
  }

  /** Complete: it takes its place. */
  close(): void {
    closeSync(this.#fd)
    if (this.#beside === undefined) return
    try {
      renameSync(this.#beside, this.#target)
      unfinished.delete(this.#beside)
    } catch (error) {
      remove(this.#beside)
      throw error
    }
  }

  /** Takes away what was written; a second time does nothing. */
  abandon(): void {
    if (this.#abandoned) return
    this.#abandoned = true
    closeSync(this.#fd)
    if (this.#beside !== undefined) remove(this.#beside)
  }
}

/** Writes a text file whole. Throws node's error. */
export function writeWhole(path: string, text: string, options: WholeFileOptions = {}): void {
  const file = new WholeFile(path, options)
  file.write(Buffer.from(text, "utf8"))
  file.close()
}

function freeName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${unfinished.size}.part`)
}

/** A process that ends in between leaves no part behind. */
function watch(path: string): void {
  unfinished.add(path)
  if (watching) return
  watching = true
  process.on("exit", () => unfinished.forEach(remove))
  exitOnSignals()
}

function remove(path: string): void {
  unfinished.delete(path)
  try {
    unlinkSync(path)
  } catch {
    // It is gone already.
  }
}

function lstat(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

function stat(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}
