/** Packets of one ESP or AH SA in numbers: counted one by one, by the table of data SAs as by the scan of a segment, or taken over in sums. */

import { type Lone, NO_LONE, noteLone, takeLone } from "./lone-packets.ts"

/** Packets of one data SA, one after another, summed up. */
export interface Stretch {
  readonly packets: number
  /** Bytes of the ESP or AH packets as they were on the wire. */
  readonly bytes: number
  /** The largest of them. */
  readonly largest: number
  /** How many are large; the first, and those of them that came after a pause (`lone-packets.ts`). */
  readonly large: number
  readonly lone: Lone
  /** Its longest silence. */
  readonly quiet: Lone
  readonly firstFrame: number
  readonly firstSeconds: number
  readonly firstNanos: number
  readonly lastFrame: number
  readonly lastSeconds: number
  readonly lastNanos: number
  /** Packets that the capture has twice beside those, and those of `packets` and `bytes` that it has under other addresses too. */
  readonly copies: number
  readonly elsewhere: number
  readonly elsewhereBytes: number
  /** Sequence numbers as they came, 32 bits: pairs of the first and the last of a run that ascends by one. */
  readonly runs: Uint32Array
}

export class Tally {
  packets = 0
  /** Bytes of the ESP or AH packets as they were on the wire. */
  bytes = 0
  /** Packets that were captured again at once at another place: counted nowhere else. */
  copies = 0
  /** Packets that are counted, and were seen under other addresses a moment before: the other side of a NAT. */
  elsewhere = 0
  elsewhereBytes = 0
  /** Bytes of the largest packet on the wire, from the ESP or AH header on. */
  largest = 0
  /** Large ones; the first, and those of them that came after a pause, the last few. */
  large = 0
  lone = NO_LONE
  /** Seconds: when the longest silence between two of its packets began and ended; empty where none took a second. */
  quiet = NO_LONE
  firstSeconds = 0
  firstNanos = 0
  lastSeconds = 0
  lastNanos = 0
  firstFrame = 0
  lastFrame = 0

  /** Counts one packet. No object per packet. */
  protected tally(frame: number, seconds: number, nanos: number, bytes: number): void {
    noteLone(this, frame, seconds, nanos, bytes)
    if (this.packets === 0) {
      this.firstSeconds = seconds
      this.firstNanos = nanos
      this.firstFrame = frame
    }
    this.packets++
    this.bytes += bytes
    if (bytes > this.largest) this.largest = bytes
    this.lastSeconds = seconds
    this.lastNanos = nanos
    this.lastFrame = frame
  }

  /** Takes over packets that were counted elsewhere and came after these. */
  protected take(stretch: Omit<Stretch, "runs">): void {
    this.copies += stretch.copies
    this.elsewhere += stretch.elsewhere
    this.elsewhereBytes += stretch.elsewhereBytes
    if (stretch.packets === 0) return
    takeLone(this, stretch)
    if (this.packets === 0) {
      this.firstSeconds = stretch.firstSeconds
      this.firstNanos = stretch.firstNanos
      this.firstFrame = stretch.firstFrame
    }
    this.packets += stretch.packets
    this.bytes += stretch.bytes
    this.largest = Math.max(this.largest, stretch.largest)
    this.lastSeconds = stretch.lastSeconds
    this.lastNanos = stretch.lastNanos
    this.lastFrame = stretch.lastFrame
  }
}
