/** The table of ESP and AH SAs by protocol, SPI, destination and source; the per-packet path of the control plane. */
import { nullLayout } from "../ipsec/null-heuristic.ts"
import { espStart } from "../ipsec/wesp.ts"
import { AddressBook } from "../net/address-book.ts"
import { Encapsulation, type PacketView } from "../net/packet-view.ts"
import { hashOf, protocolOf, SenderTable } from "../net/sender-table.ts"
import { DataSa, type Sample, type SamplePlace } from "./data-sa.ts"
import type { TrackLimits } from "./limits.ts"
import { PairTable, pairOf } from "./pair-table.ts"
import { RateBins, type RateColumns } from "./rate-bins.ts"
import { Copy, RecentPackets } from "./recent-packets.ts"
import { joinSenders } from "./senders.ts"
import type { Stretch } from "./tally.ts"

/** Packets kept of a data SA so that keys can be proved on them. */
export const SAMPLES = 4
/** Packets of a data SA that are looked at for NULL encryption. */
export const NULL_LOOKS = 8
/** Bytes of memory that a sample takes beside those of its packet. */
const SAMPLE_COST = 300

export interface DataTableOptions {
  readonly limits: TrackLimits
  /** Keep sample packets (secrets were given). */
  readonly samples: boolean
  /** Count packets over time too. */
  readonly rates?: boolean
  /** Gets each data SA that leaves the table before the end. */
  onEvict(sa: DataSa): void
  /** A packet was kept as a sample of this SA. */
  onSample(sa: DataSa): void
}

const NO_SAS: readonly DataSa[] = []

export class DataTable {
  readonly #senders = new SenderTable<DataSa>()
  /** By protocol and SPI, and by both addresses: each made when it is asked for, and true from then on. */
  #bySpi: Groups<number> | undefined
  #byPair: Groups<string> | undefined
  readonly #addresses = new AddressBook()
  readonly #recent = new RecentPackets()
  /** Lists of one capture, which most SAs have. */
  readonly #alone: (readonly number[])[] = []
  #size = 0
  #next = 0
  /** No sender that comes now is joined to another. */
  #settled = false
  #sampleBytes = 0
  evicted = 0

  constructor(readonly options: DataTableOptions) {}

  /** Counts one ESP, WESP or AH packet. */
  packet(view: PacketView): DataSa {
    const sa = this.#of(view)
    const copy = this.#recent.copyOf(view)
    if (copy === Copy.SAME && sa.packets > 0) {
      sa.copies++
      return sa
    }
    if (copy === Copy.ELSEWHERE) {
      sa.elsewhere++
      sa.elsewhereBytes += view.payloadWireBytes
    }
    if (sa.packets < NULL_LOOKS) sa.nullEncrypted ??= nullLayout(view)
    sa.count(view.frame, view.seconds, view.nanos, view.payloadWireBytes, view.sequence)
    sa.sketch.add(view)
    if (this.options.samples && sa.samples.length < SAMPLES) this.#sample(sa, view)
    return sa
  }

  /** No more keys are to be proven. */
  forgetSamples(): void {
    for (const sa of this.#senders.all()) sa.forgetSamples()
    this.#sampleBytes = 0
  }

  /** Takes in packets of one SA that were counted elsewhere; `view` says whose they are, as a view of the first would. */
  sum(view: PacketView, stretch: Stretch): void {
    this.#of(view).add(stretch)
  }

  /** A packet that was counted elsewhere, as `RecentPackets` gave it: one that comes may be its copy. */
  recent(entries: Int32Array, i: number, base: number): void {
    this.#recent.load(entries, i, base)
  }

  /** A packet that was counted elsewhere may become a sample; `read` gets it. Returns whether more of its SA are wanted. */
  sample(view: PacketView, { frame, length, payloadStart }: SamplePlace, read: () => Uint8Array | undefined): boolean {
    const sa = this.#senders.find(view)
    if (!sa || !this.options.samples || sa.samples.length >= SAMPLES) return false
    const bytes = this.#hasRoom(length) ? read() : undefined
    if (bytes) this.#keep(sa, { frame, bytes, payloadStart, ipStart: 0 })
    return sa.samples.length < SAMPLES
  }

  /** Takes in the sketch of packets that were counted elsewhere. */
  sketch(view: PacketView, pairs: ArrayLike<number>): void {
    this.#senders.find(view)?.sketch.join(pairs)
  }

  /** Takes in bins of packets that were counted elsewhere. */
  rates(view: PacketView, bins: RateColumns): void {
    this.#senders.find(view)?.rates?.join(bins)
  }

  /** The SA of an ESP, WESP or AH packet, if it is in the table. */
  find(view: PacketView): DataSa | undefined {
    const sa = this.#senders.find(view)
    return sa?.into ?? sa
  }

  /** Every SA with this SPI, the newest first. */
  withSpi(protocol: "ESP" | "AH", spi: number): DataSa[] {
    this.#bySpi ??= this.#grouped(sa => [sa.protocol, sa.spi])
    return this.#bySpi.of(protocol, spi).reverse()
  }

  /** Every SA between two addresses, both ways, in the order of their first packets. */
  between(a: string, b: string): readonly DataSa[] {
    if (this.#size === 0) return NO_SAS
    this.#byPair ??= this.#grouped(({ source, destination }) => pairOf(source, destination))
    return this.#byPair.of(...pairOf(a, b))
  }

  /** Every SA still in the table, in the order of their first packets. */
  all(): DataSa[] {
    return [...this.#senders.all()].filter(sa => !sa.into).sort((a, b) => a.firstFrame - b.firstFrame || a.spi - b.spi)
  }

  #grouped<B extends string | number>(keysOf: Groups<B>["keysOf"]): Groups<B> {
    const groups = new Groups(keysOf)
    for (const sa of [...this.#senders.all()].sort((a, b) => a.firstFrame - b.firstFrame)) groups.add(sa)
    return groups
  }

  /** After the last packet: joins senders that are one SA. `isOne` says of which SAs that is known. */
  settle(isOne: (sa: DataSa) => boolean): void {
    this.#settled = true
    for (const senders of this.#senders.shared())
      for (const sa of joinSenders(senders, isOne(senders[0]))) this.#name(sa)
  }

  /** Whether each SPI of a destination has one sender. */
  get oneSenderEach(): boolean {
    for (const _ of this.#senders.shared()) return false
    return true
  }

  #of(view: PacketView): DataSa {
    const sa = this.#senders.find(view) ?? this.#add(view)
    if (sa.captures[sa.captures.length - 1] !== view.capture) this.#noteCapture(sa, view.capture)
    return sa
  }

  #noteCapture(sa: DataSa, capture: number): void {
    if (sa.captures.length > 0) sa.captures = [...sa.captures.filter(c => c !== capture), capture]
    else sa.captures = this.#alone[capture] ??= [capture]
  }

  #add(view: PacketView): DataSa {
    if (this.#size >= this.options.limits.dataSas) this.#evict()
    const { encapsulation } = view
    const isInside = encapsulation !== Encapsulation.NONE
    const ends = {
      protocol: protocolOf(view),
      spi: view.spi,
      source: this.#addresses.source(view),
      destination: this.#addresses.destination(view),
      encapsulation: !isInside ? "none" : encapsulation === Encapsulation.UDP ? "udp" : "tcp",
    } as const
    const sa = new DataSa(ends, hashOf(view), this.options.limits.runs)
    if (this.options.rates) sa.rates = new RateBins()
    sa.sourcePort = isInside ? view.sourcePort : 0
    sa.destinationPort = isInside ? view.destinationPort : 0
    // Another sender of one SPI and destination may be another path: it has a name once it is known to be another SA.
    if (this.#senders.add(sa) || this.#settled) this.#name(sa)
    this.#bySpi?.add(sa)
    this.#byPair?.add(sa)
    this.#size++
    return sa
  }

  #name(sa: DataSa): void {
    if (sa.number < 0) sa.number = this.#next++
  }

  /** A sixteenth at once: what is collected together costs less. */
  #evict(): void {
    const count = Math.max(1, this.options.limits.dataSas >> 4)
    for (const sa of this.#senders.take(
      count,
      sa => sa.isFleeting,
      sa => sa.lastFrame,
    )) {
      this.#name(sa)
      this.#bySpi?.take(sa)
      this.#byPair?.take(sa)
      this.#size--
      this.evicted++
      for (const s of sa.samples) this.#sampleBytes -= s.bytes.length + SAMPLE_COST
      this.options.onEvict(sa)
    }
  }

  #sample(sa: DataSa, view: PacketView): void {
    const whole = view.ipBytes === view.payloadBytes
    const start = whole ? view.ipStart : view.payloadStart
    const length = view.payloadEnd - start
    if (view.payloadEnd - view.payloadStart < view.payloadWireBytes) return
    if (!this.#hasRoom(length)) return
    this.#keep(sa, {
      frame: view.frame,
      bytes: view.payloadBytes.slice(start, view.payloadEnd),
      payloadStart: espStart(view) - start,
      ipStart: whole ? 0 : -1,
    })
  }

  #hasRoom(length: number): boolean {
    return this.#sampleBytes + length + SAMPLE_COST <= this.options.limits.sampleBytes
  }

  #keep(sa: DataSa, sample: Sample): void {
    this.#sampleBytes += sample.bytes.length + SAMPLE_COST
    sa.samples = [...sa.samples, sample]
    this.options.onSample(sa)
  }
}

/** Data SAs that have something in common, in the order in which they came. */
class Groups<B extends string | number> {
  readonly #groups = new PairTable<Set<DataSa>, B>()

  constructor(readonly keysOf: (sa: DataSa) => readonly [string, B]) {}

  of(a: string, b: B): DataSa[] {
    return [...(this.#groups.get(a, b) ?? [])]
  }

  add(sa: DataSa): void {
    this.#groups.getOrMake(...this.keysOf(sa), () => new Set()).add(sa)
  }

  take(sa: DataSa): void {
    const keys = this.keysOf(sa)
    const group = this.#groups.get(...keys)
    group?.delete(sa)
    if (group?.size === 0) this.#groups.take(...keys, group)
  }
}
