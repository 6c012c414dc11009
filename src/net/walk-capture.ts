/** A capture in memory or in chunks, walked: the way in for browsers and tests. */
import { CaptureReader } from "../capture/reader.ts"
import type { PacketHandler } from "./packet-view.ts"
import { Walker, type WalkOptions } from "./walker.ts"

export interface WalkResult {
  readonly format: "pcap" | "pcapng" | "unknown"
  readonly frames: number
  /** False when the capture could not be read to its end; the handler was told why. */
  readonly complete: boolean
}

/** Reads one uncompressed capture, whole or in chunks of any size, and calls the handler for each packet. */
export function walkCapture(
  capture: Uint8Array | Iterable<Uint8Array>,
  handler: PacketHandler,
  options: WalkOptions = {},
): WalkResult {
  const walker = new Walker(handler, options)
  const reader = new CaptureReader(walker)
  for (const chunk of capture instanceof Uint8Array ? [capture] : capture) reader.push(chunk)
  reader.end()
  walker.end()
  return { format: reader.format, frames: walker.frames, complete: reader.complete }
}
