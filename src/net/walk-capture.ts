/** A capture in memory or in chunks, walked: the way in for browsers and tests. */
import { CaptureReader } from "../capture/reader.ts"
import type { PacketHandler } from "./packet-view.ts"
import { timeText } from "./time.ts"
import { Walker, type WalkOptions } from "./walker.ts"

export interface WalkResult {
  readonly format: "pcap" | "pcapng" | "unknown"
  readonly frames: number
  /** False when the capture could not be read to its end; the handler has the reason. */
  readonly complete: boolean
  /** Earliest and latest time of the frames, RFC 3339; null without frames. */
  readonly firstTime: string | null
  readonly lastTime: string | null
}

/** Reads one uncompressed capture, whole or in chunks of any size, and calls the handler for each packet. */
export function walkCapture(
  capture: Uint8Array | Iterable<Uint8Array>,
  handler: PacketHandler,
  options: WalkOptions = {},
): WalkResult {
  const walk = new CaptureWalk(handler, options)
  for (const chunk of capture instanceof Uint8Array ? [capture] : capture) walk.push(chunk)
  return walk.end()
}

/** The same, one chunk after another as they arrive. */
export class CaptureWalk {
  readonly #walker: Walker
  readonly #reader: CaptureReader
  #first: Time | null = null
  #last: Time | null = null

  constructor(handler: PacketHandler, options: WalkOptions = {}) {
    const walker = new Walker(handler, options)
    this.#walker = walker
    const note = (first: Time, last: Time) => {
      if (!this.#first || before(first, this.#first)) this.#first = { seconds: first.seconds, nanos: first.nanos }
      if (!this.#last || before(this.#last, last)) this.#last = { seconds: last.seconds, nanos: last.nanos }
    }
    this.#reader = new CaptureReader({
      record: record => {
        note(record, record)
        walker.record(record)
      },
      get idle() {
        return walker.idle
      },
      passed: ({ n, first, last }) => {
        note(first, last)
        walker.skip(n)
      },
      diagnostic: d => walker.diagnostic(d),
    })
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk)
  }

  /** After the last chunk. */
  end(): WalkResult {
    this.#reader.end()
    this.#walker.end()
    const text = (t: Time | null) => t && timeText(t.seconds, t.nanos)
    return {
      format: this.#reader.format,
      frames: this.#walker.frames,
      complete: this.#reader.complete,
      firstTime: text(this.#first),
      lastTime: text(this.#last),
    }
  }
}

interface Time {
  readonly seconds: number
  readonly nanos: number
}

const before = (a: Time, b: Time): boolean => a.seconds < b.seconds || (a.seconds === b.seconds && a.nanos < b.nanos)
