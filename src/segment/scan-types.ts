/**
 * What a scan of one segment holds: columns of numbers and bytes, nothing else, so that it goes between threads without a copy, and to a
 * file as it is. Frames count from 0 in the segment. Times are whole seconds since 1970 and nanoseconds.
 */

import type { Diagnostic } from "../bytes/diagnostic.ts"
import { buffersOf } from "./columns.ts"

/**
 * Frames that the fold has to see whole and in order: IKE, pieces of datagrams and streams, frames with a finding, and packets that the fold
 * keeps as samples where it cannot read them from the capture.
 */
export interface FrameColumns {
  readonly n: number
  readonly frame: Float64Array
  /** Index of the capture that the frame is of. */
  readonly capture: Uint32Array
  readonly seconds: Float64Array
  readonly nanos: Uint32Array
  readonly originalBytes: Uint32Array
  readonly linkType: Uint32Array
  readonly interfaceId: Uint32Array
  readonly timeDigits: Uint8Array
  readonly littleEndian: Uint8Array
  /** The frame's bytes are `bytes[at, at + length)`. */
  readonly at: Float64Array
  readonly length: Uint32Array
  readonly bytes: Uint8Array
  /** The last packet before the frame that was summed up; `lastFrame` is -1 without one since the frame before. */
  readonly lastFrame: Float64Array
  readonly lastSeconds: Float64Array
  readonly lastNanos: Uint32Array
}

/** ESP and AH by protocol, SPI, destination and source. */
export interface FlowColumns {
  readonly n: number
  /** `Kind` of the packets. */
  readonly kind: Uint8Array
  readonly spi: Uint32Array
  /** 4, 6, or 0 without an IP header. */
  readonly ipVersion: Uint8Array
  readonly encapsulation: Uint8Array
  /** Of UDP or TCP of the first packet. */
  readonly sourcePort: Uint32Array
  readonly destinationPort: Uint32Array
  /** Source and destination of the first packet, 16 bytes each of which an IPv4 address takes 4. */
  readonly addresses: Uint8Array
  /** Sketches (`track/packet-sketch.ts`) of the packets that were summed up, one after another, and where each ends. */
  readonly sketchEnd: Uint32Array
  readonly sketches: Int32Array
  /** Where the bins of each flow end in `rates`, and how many seconds wide they are. */
  readonly rateEnd: Uint32Array
  readonly rateSeconds: Float64Array
}

/** Packets that were summed up over time (`track/rate-bins.ts`): the bins of all flows, one after another. */
export interface FlowRates {
  readonly n: number
  readonly start: Float64Array
  readonly packets: Uint32Array
  readonly bytes: Float64Array
  readonly low: Uint32Array
  readonly high: Uint32Array
}

/** Packets of one flow and one capture between two of the frames that the fold sees whole, summed up. In the order of their first frames. */
export interface PieceColumns {
  readonly n: number
  readonly flow: Uint32Array
  readonly capture: Uint32Array
  readonly packets: Uint32Array
  /** Bytes of the ESP or AH packets on the wire. */
  readonly bytes: Float64Array
  /** Bytes of the largest of them. */
  readonly largest: Uint32Array
  /** How many are large; `lone` has those of all pieces, up to `loneEnd` of each: the first, and what came after a pause (`track/lone-packets.ts`). */
  readonly large: Uint32Array
  readonly loneEnd: Uint32Array
  readonly lone: Float64Array
  /** Its longest silence; 0 where there is none. */
  readonly quietFrom: Float64Array
  readonly quietTo: Float64Array
  readonly firstFrame: Float64Array
  readonly firstSeconds: Float64Array
  readonly firstNanos: Uint32Array
  readonly lastFrame: Float64Array
  readonly lastSeconds: Float64Array
  readonly lastNanos: Uint32Array
  /** Packets that were captured twice beside those, and those of `packets` and `bytes` that were seen under other addresses too. */
  readonly copies: Uint32Array
  readonly elsewhere: Uint32Array
  readonly elsewhereBytes: Float64Array
  /** Sequence numbers as they came: `runs[runAt, runEnd)` are pairs of the first and the last number of a run that ascends by one. */
  readonly runAt: Uint32Array
  readonly runEnd: Uint32Array
  readonly runs: Uint32Array
}

/**
 * Where the first packets of flows lie that were summed up: the fold may want them as samples, and then reads them from the capture. In the order of
 * their frames.
 */
export interface SampleColumns {
  readonly n: number
  readonly flow: Uint32Array
  readonly frame: Float64Array
  readonly capture: Uint32Array
  /** Where its IP header begins in the file, and how long the packet is from there. */
  readonly offset: Float64Array
  readonly length: Uint32Array
  /** Where its ESP packet or AH header begins, behind the IP header. */
  readonly payloadStart: Uint32Array
}

/** Packets that one which the fold sees may be a copy of (`track/recent-packets.ts`): before which frame it wants them, those behind the last at the end. */
export interface RecentColumns {
  readonly n: number
  readonly frame: Float64Array
  readonly entries: Int32Array
}

export interface Scan {
  /** A frame has more packets than are looked at in a frame by itself. */
  readonly crowded: boolean
  /** What the reader had to say, and before which frame. */
  readonly diagnostics: readonly { readonly frame: number; readonly diagnostic: Diagnostic }[]
  /** Records in the segment. */
  readonly frames: number
  /** Time of its first record. */
  readonly seconds: number
  readonly nanos: number
  readonly whole: FrameColumns
  readonly flows: FlowColumns
  readonly rates: FlowRates
  readonly pieces: PieceColumns
  readonly samples: SampleColumns
  readonly recent: RecentColumns
  /** Packets that were summed up; the fold counts the others. */
  readonly counts: { readonly esp: number; readonly ah: number; readonly keepalive: number }
  /** The last packet that was summed up, as before a frame; `lastFrame` is -1 without one. */
  readonly lastFrame: number
  readonly lastSeconds: number
  readonly lastNanos: number
}

/** The memory behind a scan, for handing it over to another thread. */
export function scanBuffers({ whole, flows, rates, pieces, samples, recent }: Scan): ArrayBuffer[] {
  return [whole, flows, rates, pieces, samples, recent].flatMap(buffersOf)
}
