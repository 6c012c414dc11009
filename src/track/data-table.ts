/** The table of ESP and AH SAs by protocol, SPI and destination; the per-packet path of the control plane. */
import { destinationAddress, destinationBytes, sourceAddress, sourceBytes } from "../net/address.ts"
import { Encapsulation, Kind, type PacketView } from "../net/packet-view.ts"
import { DataSa } from "./data-sa.ts"
import type { TrackLimits } from "./limits.ts"

/** Packets kept of a data SA so that keys can be proved on them. */
const SAMPLES = 4

export interface DataTableOptions {
  readonly limits: TrackLimits
  /** Keep sample packets (secrets were given). */
  readonly samples: boolean
  /** Gets each data SA that leaves the table before the end. */
  onEvict(sa: DataSa): void
  /** A packet was kept as a sample of this SA. */
  onSample(sa: DataSa): void
}

export class DataTable {
  /** First of the SAs with an SPI; others hang on `next`. ESP and AH apart. */
  readonly #esp = new Map<number, DataSa>()
  readonly #ah = new Map<number, DataSa>()
  #size = 0
  #next = 0
  #sampleBytes = 0
  evicted = 0

  constructor(readonly options: DataTableOptions) {}

  /** Counts one ESP or AH packet. */
  packet(view: PacketView): void {
    const table = view.kind === Kind.AH ? this.#ah : this.#esp
    const addressBytes = view.ipVersion === 6 ? 16 : view.ipVersion === 4 ? 4 : 0
    let sa = table.get(view.spi)
    while (sa && !sameAddress(sa.destinationBytes, view.ipBytes, view.destinationAt, addressBytes)) sa = sa.next
    sa ??= this.#add(table, view)
    sa.count(view.frame, view.seconds, view.nanos, view.payloadWireBytes, view.sequence)
    if (this.options.samples && sa.samples.length < SAMPLES) this.#sample(sa, view)
  }

  /** Every SA with this SPI. */
  withSpi(protocol: "ESP" | "AH", spi: number): DataSa[] {
    const found: DataSa[] = []
    for (let sa = (protocol === "AH" ? this.#ah : this.#esp).get(spi); sa; sa = sa.next) found.push(sa)
    return found
  }

  /** Every SA still in the table, in the order of their first packets. */
  all(): DataSa[] {
    const list: DataSa[] = []
    for (const table of [this.#esp, this.#ah])
      for (const first of table.values()) for (let sa: DataSa | undefined = first; sa; sa = sa.next) list.push(sa)
    return list.sort((a, b) => a.firstFrame - b.firstFrame || a.spi - b.spi)
  }

  #add(table: Map<number, DataSa>, view: PacketView): DataSa {
    if (this.#size >= this.options.limits.dataSas) this.#evictOldest(table)
    const encapsulation =
      view.encapsulation === Encapsulation.UDP ? "udp" : view.encapsulation === Encapsulation.TCP ? "tcp" : "none"
    const sa = new DataSa(
      `esp/${this.#next++}`,
      view.kind === Kind.AH ? "AH" : "ESP",
      view.spi,
      sourceAddress(view),
      destinationAddress(view),
      sourceBytes(view).slice(),
      destinationBytes(view).slice(),
      encapsulation,
      this.options.limits.runs,
    )
    sa.next = table.get(view.spi)
    table.set(view.spi, sa)
    this.#size++
    return sa
  }

  /** Lets go the SPI that was seen first: a Map keeps insertion order. */
  #evictOldest(table: Map<number, DataSa>): void {
    const oldest = table.entries().next().value ?? this.#esp.entries().next().value
    if (!oldest) return
    const [spi, first] = oldest
    table.delete(spi)
    for (let sa: DataSa | undefined = first; sa; sa = sa.next) {
      this.#size--
      this.evicted++
      for (const s of sa.samples) this.#sampleBytes -= s.bytes.length
      this.options.onEvict(sa)
    }
  }

  #sample(sa: DataSa, view: PacketView): void {
    const whole = view.ipBytes === view.payloadBytes
    const start = whole ? view.ipStart : view.payloadStart
    const length = view.payloadEnd - start
    if (view.payloadEnd - view.payloadStart < view.payloadWireBytes) return
    if (this.#sampleBytes + length > this.options.limits.sampleBytes) return
    this.#sampleBytes += length
    sa.samples.push({
      frame: view.frame,
      bytes: view.payloadBytes.slice(start, view.payloadEnd),
      payloadStart: view.payloadStart - start,
      ipStart: whole ? 0 : -1,
    })
    this.options.onSample(sa)
  }
}

/** Whether the address is the `length` bytes at `at`. */
function sameAddress(address: Uint8Array, bytes: Uint8Array, at: number, length: number): boolean {
  if (address.length !== length) return false
  for (let i = 0; i < length; i++) if (address[i] !== bytes[at + i]) return false
  return true
}
