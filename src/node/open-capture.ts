/** One capture being read: its source, its reader, and what the report says of it. */

import type { Diagnostic } from "../bytes/diagnostic.ts"
import { codeOf, messageOf } from "../bytes/errors.ts"
import { readFailure } from "../capture/compression.ts"
import { PassedRecords } from "../capture/passed-records.ts"
import { CaptureReader } from "../capture/reader.ts"
import type { FrameTest } from "../capture/record.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import { CaptureFigures } from "../report/capture-figures.ts"
import type { CaptureInfo } from "../report/types.ts"
import type { Chunk, ChunkSource } from "./chunk.ts"
import { openSource } from "./chunk-source.ts"
import type { ReadOptions } from "./read-options.ts"

/** A capture that cannot be opened: `path` is not a file, not readable, not there. */
export class CaptureOpenError extends Error {
  override readonly name = "CaptureOpenError"
  constructor(
    readonly path: string,
    readonly reason: string,
    /** There is no such file. */
    readonly missing = false,
  ) {
    super(`cannot open ${path || "''"}: ${reason}`)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
}

export class OpenCapture {
  readonly reader: CaptureReader
  readonly #figures = new CaptureFigures()
  readonly #passed = new PassedRecords()
  #ended = false

  private constructor(
    readonly path: string,
    readonly source: ChunkSource,
    capture: number,
    private readonly handler: PacketHandler,
    private readonly options: ReadOptions,
  ) {
    const diagnostic = (d: Diagnostic) => this.#report(d)
    this.reader = new CaptureReader({ ...blocksOf(options), record: () => {}, diagnostic }, { capture })
  }

  static async open(
    path: string,
    capture: number,
    bufferBytes: number,
    handler: PacketHandler,
    options: ReadOptions,
  ): Promise<OpenCapture> {
    let source: ChunkSource
    try {
      source = await openSource(path, bufferBytes)
    } catch (error) {
      const code = codeOf(error) ?? ""
      throw new CaptureOpenError(path, REASONS[code] ?? messageOf(error), code === "ENOENT" || code === "ENOTDIR")
    }
    return new OpenCapture(path, source, capture, handler, options)
  }

  /** Fills the reader's record with the next one of the current chunk; false when another chunk is needed. */
  nextInChunk(): boolean {
    const { reader } = this
    if (!reader.next()) return false
    this.#figures.add(reader.record)
    return true
  }

  /** Passes over the idle records that follow in the current chunk; how many. Not the first record of all. */
  pass(test: FrameTest): number {
    const n = this.reader.pass(test, this.#passed)
    if (n > 0) this.#figures.addPassed(this.#passed)
    return n
  }

  /** Gets another chunk; false at the end of the capture. */
  more(): boolean | Promise<boolean> {
    if (this.#ended || this.reader.stopped) return false
    if (this.source.live) this.options.beforeWait?.()
    let chunk: Chunk | Promise<Chunk>
    try {
      chunk = this.source.next()
    } catch (error) {
      return this.#fail(error)
    }
    if (chunk instanceof Promise)
      return chunk.then(
        got => this.#take(got),
        error => this.#fail(error),
      )
    return this.#take(chunk)
  }

  close(): void {
    this.source.close()
  }

  info(): CaptureInfo {
    return this.#figures.info(this.path, this.source.compression, this.reader)
  }

  #take(chunk: Chunk): boolean {
    if (chunk) {
      this.reader.feed(chunk)
      return true
    }
    this.#ended = true
    this.reader.end()
    return false
  }

  #fail(error: unknown): boolean {
    this.#ended = true
    this.#figures.damaged = true
    const message = readFailure(this.source.compression, error, this.source.bytesRead)
    this.#report({ code: "capture-read", severity: "error", frame: null, time: null, message })
    return false
  }

  #report(diagnostic: Diagnostic): void {
    this.handler.diagnostic({ ...diagnostic, path: this.path })
  }
}

/** The sinks of blocks, bound: they are called as methods of the reader's own sink. */
function blocksOf({ blocks }: ReadOptions): NonNullable<ReadOptions["blocks"]> {
  if (!blocks) return {}
  return {
    interface: blocks.interface?.bind(blocks),
    comment: blocks.comment?.bind(blocks),
    nameResolution: blocks.nameResolution?.bind(blocks),
    secretsBlock: blocks.secretsBlock?.bind(blocks),
    customBlock: blocks.customBlock?.bind(blocks),
  }
}
