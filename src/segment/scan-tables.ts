/** What a scan in the making sums up: flows, pieces of flows, and where their first packets lie. */
import type { CaptureRecord } from "../capture/record.ts"
import { espStart } from "../ipsec/wesp.ts"
import type { PacketView } from "../net/packet-view.ts"
import { addressBytes, hashOf, protocolOf, type Sender, SenderTable } from "../net/sender-table.ts"
import { NULL_LOOKS, SAMPLES } from "../track/data-table.ts"
import { PacketSketch } from "../track/packet-sketch.ts"
import { RateBins, type RateColumns } from "../track/rate-bins.ts"
import type { RecentPackets } from "../track/recent-packets.ts"
import { Tally } from "../track/tally.ts"
import { bytesColumn, numbersColumn, wordsColumn } from "./columns.ts"
import type { FlowColumns, FlowRates, PieceColumns, RecentColumns, SampleColumns } from "./scan-types.ts"

export class ScanFlow implements Sender<ScanFlow> {
  /** Packets that the fold may keep as samples. */
  samples = 0
  /** Packets that were looked at for NULL encryption. */
  nullLooks = 0
  /** Where the next packet is counted; undefined after one that the fold sees whole. */
  piece: Piece | undefined
  nextAtHash: ScanFlow | undefined
  readonly protocol: "ESP" | "AH"
  readonly spi: number
  readonly sourceBytes: Uint8Array
  readonly destinationBytes: Uint8Array
  readonly hash: number
  /** Of packets that were summed up. */
  readonly sketch = new PacketSketch()

  constructor(
    readonly index: number,
    packet: PacketView,
    readonly rates: RateBins | undefined,
  ) {
    const { ipBytes, sourceAt, destinationAt } = packet
    const size = addressBytes(packet)
    this.protocol = protocolOf(packet)
    this.spi = packet.spi
    this.sourceBytes = ipBytes.slice(sourceAt, sourceAt + size)
    this.destinationBytes = ipBytes.slice(destinationAt, destinationAt + size)
    this.hash = hashOf(packet)
  }
}

const NO_RATES = new RateBins().columns()

/** Room of one address in the column. */
export const ADDRESS_BYTES = 16

/** Flows by protocol, SPI, destination and source. */
export class FlowTable {
  readonly #senders = new SenderTable<ScanFlow>()
  readonly #flows: ScanFlow[] = []
  readonly #kind = bytesColumn()
  readonly #spi = wordsColumn()
  readonly #ipVersion = bytesColumn()
  readonly #encapsulation = bytesColumn()
  readonly #sourcePort = wordsColumn()
  readonly #destinationPort = wordsColumn()
  readonly #addresses = bytesColumn()

  readonly #settled: ReadonlySet<string>

  /** `rates`: packets are counted over time too. `settled`: flows that need no look, as `settled` named them. */
  constructor(
    readonly rates = false,
    settled: readonly string[] = [],
  ) {
    this.#settled = new Set(settled)
  }

  /** Names of the flows that were not settled before and are now. */
  settled(isSettled: (flow: ScanFlow) => boolean): string[] {
    return this.#flows.filter(isSettled).flatMap(flow => {
      const name = nameOf(flow)
      return this.#settled.has(name) ? [] : [name]
    })
  }

  /** The flow of a packet. */
  of(packet: PacketView): ScanFlow {
    return this.#senders.find(packet) ?? this.#add(packet)
  }

  take(): { flows: FlowColumns; rates: FlowRates } {
    const bins = this.#flows.map(flow => flow.rates?.columns() ?? NO_RATES)
    const rateEnd = wordsColumn()
    let n = 0
    for (const { start } of bins) rateEnd.push((n += start.length))
    const rates = {
      n,
      start: joined(new Float64Array(n), bins, b => b.start),
      packets: joined(new Uint32Array(n), bins, b => b.packets),
      bytes: joined(new Float64Array(n), bins, b => b.bytes),
      low: joined(new Uint32Array(n), bins, b => b.low),
      high: joined(new Uint32Array(n), bins, b => b.high),
    }
    const rateSeconds = Float64Array.from(bins, b => b.seconds)
    return { flows: { ...this.#columns(), rateEnd: rateEnd.take(), rateSeconds }, rates }
  }

  #columns(): Omit<FlowColumns, "rateEnd" | "rateSeconds"> {
    const sketches = wordsColumn()
    const sketchEnd = wordsColumn()
    for (const { sketch } of this.#flows) {
      for (const number of sketch.pairs) sketches.push(number)
      sketchEnd.push(sketches.length)
    }
    return {
      n: this.#kind.length,
      kind: this.#kind.take(),
      spi: this.#spi.take(),
      ipVersion: this.#ipVersion.take(),
      encapsulation: this.#encapsulation.take(),
      sourcePort: this.#sourcePort.take(),
      destinationPort: this.#destinationPort.take(),
      addresses: this.#addresses.take(),
      sketchEnd: sketchEnd.take(),
      sketches: Int32Array.from(sketches.take()),
    }
  }

  #add(packet: PacketView): ScanFlow {
    const { kind, spi, ipVersion, ipBytes, sourceAt, destinationAt, encapsulation } = packet
    const flow = new ScanFlow(this.#kind.length, packet, this.rates ? new RateBins() : undefined)
    this.#kind.push(kind)
    this.#spi.push(spi)
    this.#ipVersion.push(ipVersion)
    this.#encapsulation.push(encapsulation)
    this.#sourcePort.push(packet.sourcePort)
    this.#destinationPort.push(packet.destinationPort)
    for (const at of [sourceAt, destinationAt])
      for (let i = 0; i < ADDRESS_BYTES; i++) this.#addresses.push(i < addressBytes(packet) ? ipBytes[at + i] : 0)
    if (this.#settled.size > 0 && this.#settled.has(nameOf(flow))) {
      flow.samples = SAMPLES
      flow.nullLooks = NULL_LOOKS
    }
    this.#senders.add(flow)
    this.#flows.push(flow)
    return flow
  }
}

const nameOf = ({ protocol, spi, sourceBytes, destinationBytes }: ScanFlow): string =>
  `${protocol} ${spi} ${sourceBytes.join(".")} ${destinationBytes.join(".")}`

/** A column of all flows, one behind another. */
function joined<T extends Uint32Array | Float64Array>(
  into: T,
  bins: readonly RateColumns[],
  column: (bins: RateColumns) => T,
): T {
  let at = 0
  for (const one of bins) {
    into.set(column(one), at)
    at += column(one).length
  }
  return into
}

export class SampleTable {
  readonly #flow = wordsColumn()
  readonly #frame = numbersColumn()
  readonly #capture = wordsColumn()
  readonly #offset = numbersColumn()
  readonly #length = wordsColumn()
  readonly #payloadStart = wordsColumn()

  /** Notes where a packet lies that stands whole in its record. */
  add(flow: ScanFlow, frame: number, packet: PacketView, record: CaptureRecord): void {
    const { ipStart, payloadEnd } = packet
    this.#flow.push(flow.index)
    this.#frame.push(frame)
    this.#capture.push(record.capture)
    this.#offset.push(record.offset + ipStart - record.start)
    this.#length.push(payloadEnd - ipStart)
    this.#payloadStart.push(espStart(packet) - ipStart)
  }

  take(): SampleColumns {
    return {
      n: this.#flow.length,
      flow: this.#flow.take(),
      frame: this.#frame.take(),
      capture: this.#capture.take(),
      offset: this.#offset.take(),
      length: this.#length.take(),
      payloadStart: this.#payloadStart.take(),
    }
  }
}

/** Packets of one flow, summed up. */
export class Piece extends Tally {
  /** Runs before the last one. */
  runs: number[] | undefined
  runFirst = 0
  runLast = -1

  constructor(
    readonly flow: number,
    readonly capture: number,
    /** Which `closeAll` it was made after. */
    readonly epoch: number,
  ) {
    super()
  }

  /** Counts one packet of the record. */
  count(frame: number, { seconds, nanos }: CaptureRecord, { payloadWireBytes, sequence }: PacketView): void {
    const { firstFrame } = this
    const begun = this.packets + this.copies > 0
    this.tally(frame, seconds, nanos, payloadWireBytes)
    // Pieces stand in the order in which they began, with a copy too.
    if (begun) this.firstFrame = firstFrame
    this.#sequence(sequence)
  }

  /** Counts a packet that was captured before, at another place. */
  copied(frame: number): void {
    if (this.packets + this.copies++ === 0) this.firstFrame = frame
  }

  /** The sequence number of a packet, 32 bits. */
  #sequence(number: number): void {
    if (number === this.runLast + 1 && this.runLast >= 0) this.runLast = number
    else {
      if (this.runLast >= 0) (this.runs ??= []).push(this.runFirst, this.runLast)
      this.runFirst = this.runLast = number
    }
  }
}

export class PieceTable {
  readonly #pieces: Piece[] = []
  #epoch = 0
  #capture = 0

  /** A frame comes that may hold packets of any flow. */
  closeAll(): void {
    this.#epoch++
  }

  /** What comes now is of this capture. */
  from(capture: number): void {
    this.#capture = capture
  }

  get length(): number {
    return this.#pieces.length
  }

  /** Where the next packet of a flow is counted. */
  of(flow: ScanFlow): Piece {
    const open = flow.piece
    if (open && open.epoch === this.#epoch && open.capture === this.#capture) return open
    flow.piece = new Piece(flow.index, this.#capture, this.#epoch)
    this.#pieces.push(flow.piece)
    return flow.piece
  }

  take(): PieceColumns {
    const pieces = this.#pieces
    const numbers = (of: (p: Piece) => number) => Float64Array.from(pieces, of)
    const words = (of: (p: Piece) => number) => Uint32Array.from(pieces, of)
    const runs = wordsColumn()
    const runAt = new Uint32Array(pieces.length)
    const runEnd = new Uint32Array(pieces.length)
    const lone = numbersColumn()
    const loneEnd = new Uint32Array(pieces.length)
    for (const [i, piece] of pieces.entries()) {
      runAt[i] = runs.length
      for (const number of piece.runs ?? []) runs.push(number)
      if (piece.packets > 0) {
        runs.push(piece.runFirst)
        runs.push(piece.runLast)
      }
      runEnd[i] = runs.length
      for (const number of piece.lone) lone.push(number)
      loneEnd[i] = lone.length
    }
    return {
      n: pieces.length,
      flow: words(p => p.flow),
      capture: words(p => p.capture),
      packets: words(p => p.packets),
      bytes: numbers(p => p.bytes),
      largest: words(p => p.largest),
      large: words(p => p.large),
      loneEnd,
      lone: lone.take(),
      quietFrom: numbers(p => p.quiet[0] ?? 0),
      quietTo: numbers(p => p.quiet[1] ?? 0),
      firstFrame: numbers(p => p.firstFrame),
      firstSeconds: numbers(p => p.firstSeconds),
      firstNanos: words(p => p.firstNanos),
      lastFrame: numbers(p => p.lastFrame),
      lastSeconds: numbers(p => p.lastSeconds),
      lastNanos: words(p => p.lastNanos),
      copies: words(p => p.copies),
      elsewhere: words(p => p.elsewhere),
      elsewhereBytes: numbers(p => p.elsewhereBytes),
      runAt,
      runEnd,
      runs: runs.take(),
    }
  }
}

/** Packets that those which the fold sees may be copies of. */
export class RecentTable {
  readonly #frame = numbersColumn()
  readonly #entries = wordsColumn()
  readonly #push = (n: number) => this.#entries.push(n)

  /** What a packet of a frame that is kept whole would be compared with. */
  add(frame: number, packet: PacketView, recent: RecentPackets): void {
    if (recent.entryFor(packet, this.#push)) this.#frame.push(frame)
  }

  /** At the end, all from a frame on. */
  addFrom(frame: number, recent: RecentPackets): void {
    for (let n = recent.entriesFrom(frame, this.#push); n > 0; n--) this.#frame.push(Number.POSITIVE_INFINITY)
  }

  take(): RecentColumns {
    return { n: this.#frame.length, frame: this.#frame.take(), entries: new Int32Array(this.#entries.take().buffer) }
  }
}
