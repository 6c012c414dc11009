/** The table of ESP and AH SAs by protocol, SPI and destination; the per-packet path of the control plane. */
import { AddressBook, spiHash } from "../net/address-book.ts"
import { Encapsulation, Kind, type PacketView } from "../net/packet-view.ts"
import { DataSa, type Stretch } from "./data-sa.ts"
import type { TrackLimits } from "./limits.ts"

/** Packets kept of a data SA so that keys can be proved on them. */
export const SAMPLES = 4
/** Bytes of memory that a sample takes beside those of its packet. */
const SAMPLE_COST = 300

export interface DataTableOptions {
  readonly limits: TrackLimits
  /** Keep sample packets (secrets were given). */
  readonly samples: boolean
  /** Gets each data SA that leaves the table before the end. */
  onEvict(sa: DataSa): void
  /** A packet was kept as a sample of this SA. */
  onSample(sa: DataSa): void
}

/** The SAs of one protocol. */
class Table {
  /** Newest of the SAs with an SPI; others hang on `next`. */
  readonly bySpi = new Map<number, DataSa>()
  /** Newest of the SAs with the `spiHash` of SPI and destination; others hang on `nextAtHash`. */
  readonly byHash = new Map<number, DataSa>()
}

export class DataTable {
  readonly #esp = new Table()
  readonly #ah = new Table()
  readonly #addresses = new AddressBook()
  /** By their two addresses. */
  readonly #pairs = new Map<string, Set<DataSa>>()
  #size = 0
  #next = 0
  #sampleBytes = 0
  evicted = 0

  constructor(readonly options: DataTableOptions) {}

  /** Counts one ESP or AH packet. */
  packet(view: PacketView): void {
    const table = this.#tableOf(view)
    const hash = spiHash(view)
    const sa = find(table, hash, view) ?? this.#add(table, hash, view)
    if (sa.captures[sa.captures.length - 1] !== view.capture) noteCapture(sa.captures, view.capture)
    sa.count(view.frame, view.seconds, view.nanos, view.payloadWireBytes, view.sequence)
    if (this.options.samples && sa.samples.length < SAMPLES) this.#sample(sa, view)
  }

  /** Takes in packets of one SA that were counted elsewhere; `view` says whose they are, as a view of the first would. */
  sum(view: PacketView, stretch: Stretch): void {
    const table = this.#tableOf(view)
    const hash = spiHash(view)
    const sa = find(table, hash, view) ?? this.#add(table, hash, view)
    if (sa.captures[sa.captures.length - 1] !== view.capture) noteCapture(sa.captures, view.capture)
    sa.add(stretch)
  }

  /** The SA of an ESP, WESP or AH packet, if it is in the table. */
  find(view: PacketView): DataSa | undefined {
    return find(this.#tableOf(view), spiHash(view), view)
  }

  /** Every SA with this SPI. */
  withSpi(protocol: "ESP" | "AH", spi: number): DataSa[] {
    const found: DataSa[] = []
    for (let sa = (protocol === "AH" ? this.#ah : this.#esp).bySpi.get(spi); sa; sa = sa.next) found.push(sa)
    return found
  }

  /** Every SA between two addresses, both ways, in the order of their first packets. */
  between(a: string, b: string): readonly DataSa[] {
    return [...(this.#pairs.get(pairKey(a, b)) ?? [])]
  }

  /** Every SA still in the table, in the order of their first packets. */
  all(): DataSa[] {
    const list: DataSa[] = []
    for (const table of [this.#esp, this.#ah])
      for (const first of table.bySpi.values()) for (let sa: DataSa | undefined = first; sa; sa = sa.next) list.push(sa)
    return list.sort((a, b) => a.firstFrame - b.firstFrame || a.spi - b.spi)
  }

  #tableOf(view: PacketView): Table {
    return view.kind === Kind.AH ? this.#ah : this.#esp
  }

  #add(table: Table, hash: number, view: PacketView): DataSa {
    if (this.#size >= this.options.limits.dataSas) this.#evictOldest(table)
    const encapsulation =
      view.encapsulation === Encapsulation.UDP ? "udp" : view.encapsulation === Encapsulation.TCP ? "tcp" : "none"
    const destination = this.#addresses.destination(view)
    const sa = new DataSa(
      `esp/${this.#next++}`,
      view.kind === Kind.AH ? "AH" : "ESP",
      view.spi,
      this.#addresses.source(view).text,
      destination.text,
      destination.bytes,
      encapsulation,
      this.options.limits.runs,
    )
    sa.sourcePort = view.encapsulation === Encapsulation.NONE ? 0 : view.sourcePort
    sa.destinationPort = view.encapsulation === Encapsulation.NONE ? 0 : view.destinationPort
    sa.next = table.bySpi.get(view.spi)
    if (sa.next) sa.next.previous = sa
    table.bySpi.set(view.spi, sa)
    sa.nextAtHash = table.byHash.get(hash)
    table.byHash.set(hash, sa)
    const pair = pairKey(sa.source, sa.destination)
    const between = this.#pairs.get(pair)
    if (between) between.add(sa)
    else this.#pairs.set(pair, new Set([sa]))
    this.#size++
    return sa
  }

  /** Lets go what came first: a Map keeps insertion order. */
  #evictOldest(preferred: Table): void {
    const table = preferred.byHash.size > 0 ? preferred : this.#esp
    const oldest = table.byHash.entries().next().value
    if (!oldest) return
    const [hash, first] = oldest
    table.byHash.delete(hash)
    for (let sa: DataSa | undefined = first; sa; sa = sa.nextAtHash) {
      unlink(table.bySpi, sa)
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
      payloadStart: view.payloadStart - start,
      ipStart: whole ? 0 : -1,
    }
    sa.samples = [...sa.samples, sample]
    this.options.onSample(sa)
  }
}

/** The SA with the SPI and destination of the packet, which hash to `hash`. */
function find(table: Table, hash: number, view: PacketView): DataSa | undefined {
  const addressBytes = view.ipVersion === 6 ? 16 : view.ipVersion === 4 ? 4 : 0
  let sa = table.byHash.get(hash)
  while (
    sa &&
    !(sa.spi === view.spi && sameAddress(sa.destinationBytes, view.ipBytes, view.destinationAt, addressBytes))
  )
    sa = sa.nextAtHash
  return sa
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

/** Whether the address is the `length` bytes at `at`. */
function sameAddress(address: Uint8Array, bytes: Uint8Array, at: number, length: number): boolean {
  if (address.length !== length) return false
  for (let i = 0; i < length; i++) if (address[i] !== bytes[at + i]) return false
  return true
}
