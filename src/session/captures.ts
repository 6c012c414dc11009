/** The captures of a session as one run of frames: opened, unpacked, merged by time, walked. */

import type { Diagnostic } from "../bytes/diagnostic.ts"
import { isAbort } from "../bytes/errors.ts"
import { readFailure } from "../capture/compression.ts"
import { CaptureReader } from "../capture/reader.ts"
import type { CaptureRecord, RecordSink } from "../capture/record.ts"
import { isBefore } from "../capture/time-span.ts"
import { IdleFrames } from "../net/idle-frames.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import { portTable } from "../net/ports.ts"
import { Walker, type WalkOptions } from "../net/walker.ts"
import { LINK_TYPE } from "../registry/link-types.ts"
import { CaptureFigures } from "../report/capture-figures.ts"
import type { CaptureInfo } from "../report/types.ts"
import type { SessionFile } from "./file.ts"
import type { Stop } from "./types.ts"
import { Unpacked } from "./unpacked.ts"

export interface ReadingOptions extends WalkOptions {
  readonly signal?: Stop
  /** Bytes of all files read so far, and in all. */
  onProgress?(done: number, total: number): void
  /** Gets each record, in merged order, before it is walked. */
  onRecord?(record: CaptureRecord): void
  /** Gets each record once it is walked. */
  onWalked?(record: CaptureRecord): void
  /** Gets, after `onRecord`, each record whose frame the walk has nothing to do with (`net/idle-frames.ts`), in place of the handler and `onWalked`. */
  onIdle?(record: CaptureRecord): void
  /** Gets what readers have to say, in place of the handler. */
  onRead?(diagnostic: Diagnostic): void
  readonly blocks?: Pick<RecordSink, "customBlock" | "secretsBlock">
}

/** Bytes between two turns of the event loop: what came meanwhile (an abort, another question) is then seen. */
const TURN_BYTES = 8 << 20

export class Captures {
  readonly files: readonly Unpacked[]
  constructor(files: readonly SessionFile[]) {
    this.files = files.map(file => new Unpacked(file))
  }

  /** Walks every frame of all captures. Problems are diagnostics; an abort is thrown. */
  async read(handler: PacketHandler, options: ReadingOptions = {}): Promise<CaptureInfo[]> {
    const walker = new Walker(handler, options)
    const say = (d: Diagnostic) => (options.onRead ? options.onRead(d) : handler.diagnostic(d))
    const readings = this.files.map((file, i) => new Reading(file, i, say, options))
    const total = this.files.reduce((n, f) => n + f.file.size, 0)
    const idle = options.onIdle && !options.heuristicIke ? new IdleFrames(portTable(options.ikePorts ?? [])) : undefined
    const take = (record: CaptureRecord) => {
      options.onRecord?.(record)
      const { linkType, bytes, start, end } = record
      // The walker takes the time of the first frame.
      if (idle && walker.frames > 0 && linkType === LINK_TYPE.ETHERNET && idle.isIdle(bytes, start, end)) {
        walker.skip(1)
        options.onIdle?.(record)
        return
      }
      walker.record(record)
      options.onWalked?.(record)
    }
    let reported = 0
    const turnAtTimes = async () => {
      const done = this.files.reduce((n, f) => n + f.read, 0)
      if (done - reported < TURN_BYTES) return
      reported = done
      options.onProgress?.(done, total)
      await turn()
      options.signal?.throwIfAborted()
    }
    const waiting: Reading[] = []
    for (const reading of readings) if (await reading.advance(turnAtTimes)) waiting.push(reading)
    for (let first = earliest(waiting); first; first = earliest(waiting)) {
      take(first.record)
      // Records of one chunk follow one another without a turn of the event loop.
      while (waiting.length === 1 && first.reader.next()) take(first.noted())
      if (!(await first.advance(turnAtTimes))) waiting.splice(waiting.indexOf(first), 1)
    }
    walker.end()
    options.onProgress?.(total, total)
    return readings.map(reading => reading.info())
  }
}

const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0))

/** The reading with the earliest record; among equal times the one named first. */
function earliest(readings: readonly Reading[]): Reading | undefined {
  let first: Reading | undefined
  for (const reading of readings) if (!first || isBefore(reading.record, first.record)) first = reading
  return first
}

class Reading {
  readonly reader: CaptureReader
  readonly #chunks: AsyncGenerator<Uint8Array>
  readonly #figures = new CaptureFigures()

  constructor(
    private readonly file: Unpacked,
    capture: number,
    private readonly report: (diagnostic: Diagnostic) => void,
    { blocks, signal }: ReadingOptions,
  ) {
    const diagnostic = (d: Diagnostic) => this.#report(d)
    this.reader = new CaptureReader(
      {
        record: () => {},
        diagnostic,
        customBlock: blocks?.customBlock?.bind(blocks),
        secretsBlock: blocks?.secretsBlock?.bind(blocks),
      },
      { capture },
    )
    this.#chunks = file.chunks(signal)
  }

  get record(): CaptureRecord {
    return this.reader.record
  }

  /** Goes to the next record; false at the end of the capture. */
  async advance(beforeChunk: () => Promise<void>): Promise<boolean> {
    for (;;) {
      if (this.reader.next()) {
        this.noted()
        return true
      }
      if (this.reader.stopped || !(await this.#more(beforeChunk))) return false
    }
  }

  /** Takes the current record into the capture's figures. */
  noted(): CaptureRecord {
    const { record } = this
    this.#figures.add(record)
    return record
  }

  info(): CaptureInfo {
    return this.#figures.info(this.file.file.name, this.file.compression, this.reader)
  }

  async #more(beforeChunk: () => Promise<void>): Promise<boolean> {
    await beforeChunk()
    try {
      const { value, done } = await this.#chunks.next()
      if (!done) {
        this.reader.feed(value)
        return true
      }
      this.reader.end()
    } catch (error) {
      if (isAbort(error)) throw error
      this.#fail(error)
    }
    return false
  }

  #fail(error: unknown): void {
    this.#figures.damaged = true
    const message = readFailure(this.file.compression, error, this.file.read)
    this.#report({ code: "capture-read", severity: "error", frame: null, time: null, message })
  }

  #report(diagnostic: Diagnostic): void {
    this.report({ ...diagnostic, path: this.file.file.name })
  }
}
