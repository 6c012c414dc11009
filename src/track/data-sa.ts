/** ESP and AH SAs as numbers: SPI, lengths, sequence numbers. No object per packet. RFC 4303 §2.2, §3.4.3. */
import type { DataResult } from "./data-result.ts"
import { SequenceSet } from "./sequence-set.ts"

/** A copy of a packet, kept for proving keys. */
export interface Sample {
  readonly frame: number
  readonly bytes: Uint8Array
  /** Where the ESP packet or AH header starts in `bytes`. */
  readonly payloadStart: number
  /** Where its IP header starts, -1 when the packet was put together and has none in front. */
  readonly ipStart: number
}

const NO_SAMPLES: readonly Sample[] = []

/** Packets of one data SA, one after another, summed up. */
export interface Stretch {
  readonly packets: number
  /** Bytes of the ESP or AH packets as they were on the wire. */
  readonly bytes: number
  readonly firstFrame: number
  readonly firstSeconds: number
  readonly firstNanos: number
  readonly lastFrame: number
  readonly lastSeconds: number
  readonly lastNanos: number
  /** Sequence numbers as they came, 32 bits: pairs of the first and the last of a run that ascends by one. */
  readonly runs: Uint32Array
}

/** One protocol, SPI and destination. */
export class DataSa {
  packets = 0
  /** Bytes of the ESP or AH packets as they were on the wire. */
  bytes = 0
  firstSeconds = 0
  firstNanos = 0
  lastSeconds = 0
  lastNanos = 0
  firstFrame = 0
  lastFrame = 0
  firstSequence = 0
  lastSequence = 0
  readonly sequences: SequenceSet
  /** Indexes of the captures that have packets of it. */
  readonly captures: number[] = []
  /** Of UDP or TCP of the first packet, 0 without. */
  sourcePort = 0
  destinationPort = 0
  samples: readonly Sample[] = NO_SAMPLES
  /** What opening its packets showed; undefined while nothing was opened. */
  result: DataResult | undefined
  /** Another data SA with the same protocol and SPI, and another destination. */
  next: DataSa | undefined
  previous: DataSa | undefined
  /** Another one that stands at the same place of the table. */
  nextAtHash: DataSa | undefined

  constructor(
    readonly id: string,
    readonly protocol: "ESP" | "AH",
    /** Unsigned 32 bits. */
    readonly spi: number,
    readonly source: string,
    readonly destination: string,
    /** Raw address bytes, for comparing. */
    readonly destinationBytes: Uint8Array,
    readonly encapsulation: "none" | "udp" | "tcp",
    maxRuns: number,
  ) {
    this.sequences = new SequenceSet(maxRuns)
  }

  /** Counts one packet. `sequence` is the 32 bits on the wire. */
  count(frame: number, seconds: number, nanos: number, bytes: number, sequence: number): void {
    if (this.packets === 0) {
      this.firstSeconds = seconds
      this.firstNanos = nanos
      this.firstFrame = frame
      this.firstSequence = sequence
    }
    this.packets++
    this.bytes += bytes
    this.lastSeconds = seconds
    this.lastNanos = nanos
    this.lastFrame = frame
    this.lastSequence = sequence
    this.sequences.add(sequence)
  }

  /** Counts the packets of a stretch. */
  add(stretch: Stretch): void {
    const { runs } = stretch
    if (this.packets === 0) {
      this.firstSeconds = stretch.firstSeconds
      this.firstNanos = stretch.firstNanos
      this.firstFrame = stretch.firstFrame
      this.firstSequence = runs[0]
    }
    this.packets += stretch.packets
    this.bytes += stretch.bytes
    this.lastSeconds = stretch.lastSeconds
    this.lastNanos = stretch.lastNanos
    this.lastFrame = stretch.lastFrame
    this.lastSequence = runs[runs.length - 1]
    for (let i = 0; i < runs.length; i += 2) this.sequences.addRun(runs[i], runs[i + 1])
  }
}
