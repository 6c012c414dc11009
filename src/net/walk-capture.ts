/** A capture in memory or in chunks, walked: the way in for browsers and tests. */
import { CaptureReader } from "../capture/reader.ts"
import type { PacketHandler } from "./packet-view.ts"
import { timeText } from "./time.ts"
import { Walker, type WalkOptions } from "./walker.ts"

export interface WalkResult {
  readonly format: "pcap" | "pcapng" | "unknown"
  readonly frames: number
  /** False when the capture could not be read to its end; the handler was told why. */
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
  const walker = new Walker(handler, options)
  const times = { first: null as Time | null, last: null as Time | null }
  const reader = new CaptureReader({
    record(record) {
      const { seconds, nanos } = record
      if (!times.first || before(record, times.first)) times.first = { seconds, nanos }
      if (!times.last || before(times.last, record)) times.last = { seconds, nanos }
      walker.record(record)
    },
    diagnostic: d => walker.diagnostic(d),
  })
  for (const chunk of capture instanceof Uint8Array ? [capture] : capture) reader.push(chunk)
  reader.end()
  walker.end()
  const text = (t: Time | null) => t && timeText(t.seconds, t.nanos)
  return {
    format: reader.format,
    frames: walker.frames,
    complete: reader.complete,
    firstTime: text(times.first),
    lastTime: text(times.last),
  }
}

interface Time {
  readonly seconds: number
  readonly nanos: number
}

const before = (a: Time, b: Time): boolean => a.seconds < b.seconds || (a.seconds === b.seconds && a.nanos < b.nanos)
