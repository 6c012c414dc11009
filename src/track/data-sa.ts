/** ESP and AH SAs as numbers: SPI, lengths, sequence numbers. No object per packet. RFC 4303 §2.2, §3.4.3. */
import type { NullLayout } from "../ipsec/null-heuristic.ts"
import type { Address } from "../net/address-book.ts"
import type { Sender } from "../net/sender-table.ts"
import type { DataResult } from "./data-result.ts"
import { NO_LONE } from "./lone-packets.ts"
import type { Moment } from "./moment.ts"
import { PacketSketch } from "./packet-sketch.ts"
import type { RateBins } from "./rate-bins.ts"
import { SequenceSet } from "./sequence-set.ts"
import { type Stretch, Tally } from "./tally.ts"

/** A copy of a packet, kept for proving keys. */
export interface Sample {
  readonly frame: number
  readonly bytes: Uint8Array
  /** Where the ESP packet or AH header starts in `bytes`. */
  readonly payloadStart: number
  /** Where its IP header starts, -1 when the packet was put together and has none in front. */
  readonly ipStart: number
}

/** A packet that may become a sample: its frame, its bytes from the IP header on, and where the ESP packet or AH header begins in them. */
export interface SamplePlace {
  readonly frame: number
  readonly length: number
  readonly payloadStart: number
}

const NO_SAMPLES: readonly Sample[] = []
const ALONE: readonly DataSa[] = []
const NOWHERE: readonly number[] = []
const MAX_JOINED = 16
/** An SA with fewer packets may be somebody's scan or flood: SPIs that nobody has cost their sender one packet each. */
const FLEETING = 8

/** Whose packets they are. */
export interface DataEnds {
  readonly protocol: "ESP" | "AH"
  /** Unsigned 32 bits. */
  readonly spi: number
  readonly source: Address
  readonly destination: Address
  readonly encapsulation: "none" | "udp" | "tcp"
}

/** Sequence number that the first packet seen of a new SA has at most. */
const NEW = 16

/** One protocol, SPI, destination and sender. A sender may move: `senders.ts` joins what is one SA. RFC 4301 §4.1. */
export class DataSa extends Tally implements Sender<DataSa> {
  /** Its place among those that have a name; -1 before. */
  number = -1
  readonly protocol: "ESP" | "AH"
  readonly spi: number
  readonly #source: Address
  readonly #destination: Address
  readonly encapsulation: "none" | "udp" | "tcp"
  firstSequence = 0
  lastSequence = 0
  readonly sequences: SequenceSet
  readonly sketch = new PacketSketch()
  /** Packets over time, where they are asked for. */
  rates: RateBins | undefined
  /** Indexes of the captures that have packets of it; the one that was seen last stands last. */
  captures: readonly number[] = NOWHERE
  /** Of UDP or TCP of the first packet, 0 without. */
  sourcePort = 0
  destinationPort = 0
  samples: readonly Sample[] = NO_SAMPLES
  /** How its packets are laid out, where one of the first proves that they are not encrypted; without keys. RFC 5879. */
  nullEncrypted: NullLayout | undefined
  /** What opening its packets showed; undefined while nothing was opened. */
  result: DataResult | undefined
  /** The SA whose packets its first one was inside of. */
  inside: DataSa | undefined
  /** The SA that this one turned out to be another path of. */
  into: DataSa | undefined
  /** The first of the senders that turned out to be other paths of this SA. */
  joined: readonly DataSa[] = ALONE
  /** The SAs with the same protocol, SPI and destination, this one too, where they are several. */
  senders: readonly DataSa[] = ALONE
  nextAtHash: DataSa | undefined

  constructor(
    ends: DataEnds,
    readonly hash: number,
    maxRuns: number,
  ) {
    super()
    this.protocol = ends.protocol
    this.spi = ends.spi
    this.#source = ends.source
    this.#destination = ends.destination
    this.encapsulation = ends.encapsulation
    this.sequences = new SequenceSet(maxRuns)
  }

  /** `esp/` and its number; empty while it may turn out to be another path of an SA before it. */
  get id(): string {
    return this.number < 0 ? "" : `esp/${this.number}`
  }

  /** Addresses of the first packet. */
  get source(): string {
    return this.#source.text
  }

  get destination(): string {
    return this.#destination.text
  }

  get sourceBytes(): Uint8Array {
    return this.#source.bytes
  }

  get destinationBytes(): Uint8Array {
    return this.#destination.bytes
  }

  /** When its first packet came, and its last. */
  get first(): Moment {
    return { seconds: this.firstSeconds, nanos: this.firstNanos }
  }

  get last(): Moment {
    return { seconds: this.lastSeconds, nanos: this.lastNanos }
  }

  /** What is seen of it counts from the beginning: it was agreed on just before. RFC 4303 §2.2. */
  get isNew(): boolean {
    return this.firstSequence <= NEW
  }

  /** It sent next to nothing. */
  get isFleeting(): boolean {
    return this.packets < FLEETING
  }

  /** Counts one packet. `sequence` is the 32 bits on the wire. */
  count(frame: number, seconds: number, nanos: number, bytes: number, sequence: number): void {
    if (this.packets === 0) this.firstSequence = sequence
    this.tally(frame, seconds, nanos, bytes)
    this.lastSequence = sequence
    this.sequences.add(sequence)
    this.rates?.add(seconds, bytes, sequence)
  }

  /** Counts the packets of a stretch. */
  add(stretch: Stretch): void {
    const { runs } = stretch
    this.take(stretch)
    if (stretch.packets === 0) return
    if (this.packets === stretch.packets) this.firstSequence = runs[0]
    this.lastSequence = runs[runs.length - 1]
    for (let i = 0; i < runs.length; i += 2) this.sequences.addRun(runs[i], runs[i + 1])
  }

  forgetSamples(): void {
    this.samples = NO_SAMPLES
  }

  /** Takes in another path of the same SA. */
  absorb(other: DataSa): void {
    const { packets, bytes, twice } = countTogether([this, other])
    this.packets = packets
    this.bytes = bytes
    this.copies += other.copies + twice
    this.elsewhere = this.elsewhereBytes = 0
    this.largest = Math.max(this.largest, other.largest)
    this.large += other.large
    this.lone = this.quiet = NO_LONE
    if (other.lastFrame > this.lastFrame) {
      this.lastSeconds = other.lastSeconds
      this.lastNanos = other.lastNanos
      this.lastFrame = other.lastFrame
      this.lastSequence = other.lastSequence
    }
    this.sequences.join(other.sequences)
    this.sequences.duplicate -= twice
    this.sketch.join(other.sketch.pairs)
    if (other.rates) this.rates?.join(other.rates.columns())
    this.captures = [...new Set([...this.captures, ...other.captures])]
    this.nullEncrypted ??= other.nullEncrypted
    if (this.joined.length < MAX_JOINED) this.joined = [...this.joined, other]
    other.into = this
  }
}

/** What several paths count together: of packets that were captured on both sides of a NAT one side counts. */
export function countTogether(paths: readonly DataSa[]): { packets: number; bytes: number; twice: number } {
  const sum = (of: (path: DataSa) => number) => paths.reduce((n, path) => n + of(path), 0)
  const [packets, bytes] = [sum(p => p.packets), sum(p => p.bytes)]
  if (paths.length < 2) return { packets, bytes, twice: 0 }
  const twice = sum(p => p.elsewhere)
  return { packets: packets - twice, bytes: bytes - sum(p => p.elsewhereBytes), twice }
}

/** Of several paths of one SA the one that was used last. */
export const lastPath = (paths: readonly DataSa[]): DataSa =>
  paths.reduce((a, b) => (b.lastFrame > a.lastFrame ? b : a))
