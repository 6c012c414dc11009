/**
 * Scans one segment of a capture: records in, a `Scan` out. What a frame says by itself is summed up; a frame that only means something after
 * those before it is kept whole for the fold. When in doubt a frame is kept: the fold is always right.
 */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { CaptureRecord, FrameTest } from "../capture/record.ts"
import { CLOCK_TOLERANCE } from "../fold/clock.ts"
import { nullLayout } from "../ipsec/null-heuristic.ts"
import type { FrameFindings } from "../net/frame-findings.ts"
import { IdleFrames } from "../net/idle-frames.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import { NULL_LOOKS, SAMPLES } from "../track/data-table.ts"
import { COPY_FRAMES, COPY_NANOS, Copy, RecentPackets } from "../track/recent-packets.ts"
import { FrameWalk, stamp } from "./frame-walk.ts"
import { FlowTable, PieceTable, RecentTable, SampleTable, type ScanFlow } from "./scan-tables.ts"
import type { Scan } from "./scan-types.ts"
import { WholeFrames } from "./whole-frames.ts"

export interface ScanOptions {
  /** Ports taken for IKE beside 500 and 4500. */
  readonly ikePorts?: readonly number[]
  /**
   * Where secrets were given the fold wants the first packets of each flow, to prove keys. `places` notes where they lie in the capture; `frames`
   * keeps them whole, for a capture that cannot be read at an offset.
   */
  readonly samples?: "places" | "frames" | undefined
  /** Count packets of flows over time too (`track/rate-bins.ts`). */
  readonly rates?: boolean
  /** Flows of which the fold keeps no sample any more, from segments before this one (`Scanner.settled`): their packets need not be kept whole. */
  readonly settled?: readonly string[]
  /** Of the records right before the segment none is later than its first, but for a moment: known where somebody read them. By default it may be. */
  readonly inOrder?: boolean
}

/** What a piece costs. */
const PIECE_BYTES = 120

export class Scanner {
  readonly #walk: FrameWalk
  readonly #idle: IdleFrames
  readonly #keepsSamples: boolean
  readonly #inOrder: boolean
  readonly #samples: SampleTable | undefined
  readonly #whole = new WholeFrames()
  readonly #flows: FlowTable
  readonly #pieces = new PieceTable()
  readonly #recent = new RecentPackets()
  readonly #wanted = new RecentTable()
  readonly #counts = { esp: 0, ah: 0, keepalive: 0 }
  readonly #diagnostics: Scan["diagnostics"][number][] = []
  #frames = 0
  #crowded = false
  #first = { seconds: 0, nanos: 0 }
  /** The latest time of which a packet may have been seen; time before it is for the fold to judge. */
  #latest = Number.POSITIVE_INFINITY

  constructor({ ikePorts, samples, rates, settled, inOrder = false }: ScanOptions = {}) {
    this.#inOrder = inOrder
    this.#walk = new FrameWalk(ikePorts)
    this.#idle = new IdleFrames(this.#walk.ports)
    this.#keepsSamples = samples === "frames"
    this.#samples = samples === "places" ? new SampleTable() : undefined
    this.#flows = new FlowTable(rates, settled)
  }

  /** The next record of the segment. Its bytes are read during the call only. */
  record(record: CaptureRecord): void {
    this.#walk.walk(record)
    this.take(record, this.#walk.findings)
  }

  /** The same for a record that somebody walked already. */
  take(record: CaptureRecord, found: FrameFindings): void {
    const frame = this.#frames++
    if (frame === 0) this.#first = { seconds: record.seconds, nanos: record.nanos }
    this.#pieces.from(record.capture)
    for (let i = 0; i < found.n; i++) stamp(found.packets[i], record, frame + 1)
    if (found.crowded) this.#crowded = true
    if (found.inPieces || found.hasFinding) {
      // It may hold a packet of any flow.
      this.#pieces.closeAll()
      for (let i = 0; i < found.n; i++) if (isData(found.packets[i])) this.#foldSees(found.packets[i], frame)
      this.#keep(record, frame, Math.max(this.#latest, record.seconds))
    } else if (found.ike || (found.n > 0 && (this.#isHead(record, frame) || this.#isForFold(record, found)))) {
      for (let i = 0; i < found.n; i++) this.#close(found.packets[i], frame)
      this.#keep(record, frame, record.seconds)
    } else if (found.n > 0) this.#sum(record, found, frame)
  }

  /** Frames of which the scan wants nothing: only behind one that had nothing, since one with a packet is seldom alone. */
  get idle(): FrameTest | undefined {
    const { n, inPieces, hasFinding, ike } = this.#walk.findings
    return this.#frames > 0 && n === 0 && !inPieces && !hasFinding && !ike ? this.#idle : undefined
  }

  /** Records of them. */
  passed(records: number): void {
    this.#frames += records
  }

  /** The reader reports something, between two records. */
  diagnostic(diagnostic: Diagnostic): void {
    this.#diagnostics.push({ frame: this.#frames, diagnostic })
  }

  /** About how much memory the scan takes so far, bytes. */
  get bytes(): number {
    return this.#whole.bytes + PIECE_BYTES * this.#pieces.length
  }

  /** Flows that were not settled before, and of which the fold has all samples with this segment, and has looked for NULL encryption. */
  settled(): string[] {
    return this.#flows.settled(({ nullLooks, samples }) => nullLooks >= NULL_LOOKS && samples >= SAMPLES)
  }

  /** After the last record. */
  end(): Scan {
    const { lastFrame, lastSeconds, lastNanos } = this.#whole
    this.#wanted.addFrom(this.#frames - COPY_FRAMES, this.#recent)
    return {
      frames: this.#frames,
      ...this.#first,
      crowded: this.#crowded,
      diagnostics: this.#diagnostics,
      whole: this.#whole.take(),
      ...this.#flows.take(),
      pieces: this.#pieces.take(),
      samples: (this.#samples ?? new SampleTable()).take(),
      recent: this.#wanted.take(),
      counts: this.#counts,
      lastFrame,
      lastSeconds,
      lastNanos,
    }
  }

  /** Whether a packet of the segment before may be the same as one of this frame, captured twice: where frames are out of order, whatever time it is. */
  #isHead({ seconds, nanos }: CaptureRecord, frame: number): boolean {
    const { seconds: first, nanos: firstNanos } = this.#first
    return frame < COPY_FRAMES && (!this.#inOrder || (seconds - first) * 1e9 + nanos - firstNanos <= 2 * COPY_NANOS)
  }

  /** Whether time goes back, or a packet of the frame is wanted as a sample, or proves that its SA is not encrypted. */
  #isForFold({ seconds, bytes }: CaptureRecord, { packets, n }: FrameFindings): boolean {
    // The first packet of the segment always is: nobody knows what time it was before.
    if (this.#latest === Number.POSITIVE_INFINITY || seconds < this.#latest - CLOCK_TOLERANCE) return true
    let proves = false
    for (let i = 0; i < n; i++) {
      const packet = packets[i]
      if (!isWholeData(packet)) continue
      const flow = this.#flows.of(packet)
      if ((flow.samples < SAMPLES || flow.nullLooks < NULL_LOOKS) && this.#isCopy(packet)) continue
      if (flow.samples < SAMPLES && (this.#keepsSamples || (this.#samples && !isInFrame(packet, bytes)))) return true
      if (flow.nullLooks < NULL_LOOKS) {
        flow.nullLooks++
        proves ||= nullLayout(packet) !== undefined
      }
    }
    return proves
  }

  #keep(record: CaptureRecord, frame: number, latest: number): void {
    this.#latest = this.#latest === Number.POSITIVE_INFINITY ? record.seconds : latest
    this.#whole.add(record, frame)
  }

  /** The fold sees the packet: those of its flow before it and behind it are summed up apart. */
  #close(packet: PacketView, frame: number): void {
    if (!isData(packet)) return
    const flow = this.#flows.of(packet)
    if (this.#foldSees(packet, frame) !== Copy.SAME && isWholeData(packet)) flow.samples++
    flow.piece = undefined
  }

  #isCopy(packet: PacketView): boolean {
    return this.#recent.copyOf(packet, undefined, false) === Copy.SAME
  }

  /** The fold gets what it needs to know a copy. */
  #foldSees(packet: PacketView, frame: number): Copy {
    this.#wanted.add(frame, packet, this.#recent)
    return this.#recent.copyOf(packet)
  }

  #sum(record: CaptureRecord, { packets, n }: FrameFindings, frame: number): void {
    const { seconds, nanos } = record
    for (let i = 0; i < n; i++) {
      const packet = packets[i]
      if (packet.kind === Kind.KEEPALIVE) this.#counts.keepalive++
      else if (packet.kind === Kind.AH) this.#counts.ah++
      else this.#counts.esp++
      if (isData(packet)) this.#count(packet, frame, record)
    }
    this.#latest = seconds
    this.#whole.summed(frame, seconds, nanos)
  }

  #count(packet: PacketView, frame: number, record: CaptureRecord): void {
    const flow: ScanFlow = this.#flows.of(packet)
    const piece = this.#pieces.of(flow)
    const copy = this.#recent.copyOf(packet)
    if (copy === Copy.SAME) {
      piece.copied(frame)
      return
    }
    if (copy === Copy.ELSEWHERE) {
      piece.elsewhere++
      piece.elsewhereBytes += packet.payloadWireBytes
    }
    if (this.#samples && flow.samples < SAMPLES && isWholeData(packet)) {
      flow.samples++
      this.#samples.add(flow, frame, packet, record)
    }
    piece.count(frame, record, packet)
    flow.sketch.add(packet)
    flow.rates?.add(record.seconds, packet.payloadWireBytes, packet.sequence)
  }
}

/** What the control plane counts by SA. */
const isData = ({ kind }: PacketView): boolean => kind !== Kind.KEEPALIVE

/** A packet of which the capture has all. */
const isWholeData = (packet: PacketView): boolean =>
  isData(packet) && packet.payloadEnd - packet.payloadStart >= packet.payloadWireBytes

/** Whether the packet stands in the frame's bytes, with its IP header. */
const isInFrame = ({ ipVersion, ipBytes, payloadBytes }: PacketView, frame: Uint8Array): boolean =>
  ipVersion !== 0 && ipBytes === frame && payloadBytes === frame
