/** The table of ESP and AH SAs by protocol, SPI, destination and source; the per-packet path of the control plane. */
import { nullLayout } from "../ipsec/null-heuristic.ts"
import { espStart } from "../ipsec/wesp.ts"
import { AddressBook } from "../net/address-book.ts"
import { Encapsulation, type PacketView } from "../net/packet-view.ts"
import { hashOf, protocolOf, SenderTable } from "../net/sender-table.ts"
import { DataSa, type Stretch } from "./data-sa.ts"
import type { TrackLimits } from "./limits.ts"
import { RateBins, type RateColumns } from "./rate-bins.ts"
import { joinSenders } from "./senders.ts"

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

export class DataTable {
  readonly #senders = new SenderTable<DataSa>()
  /** Newest of the SAs with an SPI; others hang on `next`. */
  readonly #bySpi = { ESP: new Map<number, DataSa>(), AH: new Map<number, DataSa>() }
  readonly #addresses = new AddressBook()
  /** By their two addresses. */
  readonly #pairs = new Map<string, Set<DataSa>>()
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
    if (sa.packets < NULL_LOOKS) sa.nullEncrypted ??= nullLayout(view)
    sa.count(view.frame, view.seconds, view.nanos, view.payloadWireBytes, view.sequence)
    sa.sketch.add(view)
    if (this.options.samples && sa.samples.length < SAMPLES) this.#sample(sa, view)
    return sa
  }

  /** Takes in packets of one SA that were counted elsewhere; `view` says whose they are, as a view of the first would. */
  sum(view: PacketView, stretch: Stretch): void {
    this.#of(view).add(stretch)
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

  /** Every SA with this SPI. */
  withSpi(protocol: "ESP" | "AH", spi: number): DataSa[] {
    const found: DataSa[] = []
    for (let sa = this.#bySpi[protocol].get(spi); sa; sa = sa.next) found.push(sa)
    return found
  }

  /** Every SA between two addresses, both ways, in the order of their first packets. */
  between(a: string, b: string): readonly DataSa[] {
    return [...(this.#pairs.get(pairKey(a, b)) ?? [])]
  }

  /** Every SA still in the table, in the order of their first packets. */
  all(): DataSa[] {
    const list: DataSa[] = []
    for (const bySpi of [this.#bySpi.ESP, this.#bySpi.AH])
      for (const first of bySpi.values())
        for (let sa: DataSa | undefined = first; sa; sa = sa.next) if (!sa.into) list.push(sa)
    return list.sort((a, b) => a.firstFrame - b.firstFrame || a.spi - b.spi)
  }

  /** After the last packet: joins senders that are one SA. `isOne` says of which SAs that is known. */
  settle(isOne: (sa: DataSa) => boolean): void {
    this.#settled = true
    for (const senders of this.#senders.shared())
      for (const sa of joinSenders(senders, isOne(senders[0]))) this.#name(sa)
  }

  #of(view: PacketView): DataSa {
    const sa = this.#senders.find(view) ?? this.#add(view)
    if (sa.captures[sa.captures.length - 1] !== view.capture) noteCapture(sa.captures, view.capture)
    return sa
  }

  #add(view: PacketView): DataSa {
    if (this.#size >= this.options.limits.dataSas) this.#evictOldest()
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
    const bySpi = this.#bySpi[sa.protocol]
    sa.next = bySpi.get(sa.spi)
    if (sa.next) sa.next.previous = sa
    bySpi.set(sa.spi, sa)
    // Another sender of one SPI and destination may be another path: it has a name once it is known to be another SA.
    if (this.#senders.add(sa) || this.#settled) this.#name(sa)
    const pair = pairKey(sa.source, sa.destination)
    const between = this.#pairs.get(pair)
    if (between) between.add(sa)
    else this.#pairs.set(pair, new Set([sa]))
    this.#size++
    return sa
  }

  #name(sa: DataSa): void {
    if (sa.id === "") sa.id = `esp/${this.#next++}`
  }

  #evictOldest(): void {
    for (const sa of this.#senders.takeOldest().reverse()) {
      this.#name(sa)
      unlink(this.#bySpi[sa.protocol], sa)
      const pair = pairKey(sa.source, sa.destination)
      const between = this.#pairs.get(pair)
      between?.delete(sa)
      if (between?.size === 0) this.#pairs.delete(pair)
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
    if (this.#sampleBytes + length + SAMPLE_COST > this.options.limits.sampleBytes) return
    this.#sampleBytes += length + SAMPLE_COST
    const sample = {
      frame: view.frame,
      bytes: view.payloadBytes.slice(start, view.payloadEnd),
      payloadStart: espStart(view) - start,
      ipStart: whole ? 0 : -1,
    }
    sa.samples = [...sa.samples, sample]
    this.options.onSample(sa)
  }
}

const pairKey = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

/** The capture that is seen now stands last. */
function noteCapture(captures: number[], capture: number): void {
  const at = captures.indexOf(capture)
  if (at >= 0) captures.splice(at, 1)
  captures.push(capture)
}

/** Takes an SA out of the list of its SPI; its own `next` stays. */
function unlink(bySpi: Map<number, DataSa>, { spi, previous, next }: DataSa): void {
  if (next) next.previous = previous
  if (previous) previous.next = next
  else if (next) bySpi.set(spi, next)
  else bySpi.delete(spi)
}
