/** What a frame needs beside its own bytes to be read alone: frames before it, and where its TCP stream stood. */
import type { FramingState } from "./tcp-framing.ts"

/** Where a TCP stream stands before a segment. */
export interface StreamPoint {
  /** Sequence number of the first byte of the item that is being put together, or of the next byte. */
  readonly sequence: number
  readonly state: FramingState
}

/** Gets what a walker knows while it walks. Frames are in the order in which they came, all before the current frame. */
export interface FrameTrace {
  /** The current frame completes an IP datagram that these frames began. */
  datagram(frames: readonly number[]): void
  /** The current frame carries bytes of a stream that stands at `point`; `frames` hold the bytes from there on. */
  segment(point: StreamPoint, frames: readonly number[]): void
}
