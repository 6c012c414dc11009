/** From capture records to IPsec packets: the descent, with reassembly and findings, frame by frame. */

import { BoundedMap } from "../bytes/bounded-map.ts"
import type { Diagnostic } from "../bytes/diagnostic.ts"
import { present } from "../bytes/typed.ts"
import type { CaptureRecord, FrameTest, RecordSink } from "../capture/record.ts"
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import { Descending } from "./descent.ts"
import { Fragments } from "./fragments.ts"
import type { FrameFindings } from "./frame-findings.ts"
import type { FrameTrace, StreamPoint } from "./frame-trace.ts"
import { IdleFrames } from "./idle-frames.ts"
import type { IpFragment } from "./layers.ts"
import { NET_LIMITS, type NetLimits } from "./limits.ts"
import { Encapsulation, Kind, type PacketHandler } from "./packet-view.ts"
import { portTable } from "./ports.ts"
import { type Snapshot, takeSnapshot } from "./snapshot.ts"
import { TcpStreams } from "./tcp-streams.ts"
import { timeText } from "./time.ts"

/** Keys of findings that are said once. */
const MAX_ONCE = 4096

export interface WalkOptions {
  /** Ports taken for IKE beside 500 and 4500. */
  readonly ikePorts?: readonly number[]
  /** Find IKE on every port by its shape. */
  readonly heuristicIke?: boolean
  /** Call the handler for frames without IPsec too (`Kind.OTHER`). */
  readonly all?: boolean
  readonly limits?: Partial<NetLimits>
  /** Notes what is in the current frame by itself. */
  readonly findings?: FrameFindings
  /** Gets what each frame needs to be read alone. */
  readonly trace?: FrameTrace
  /** For a frame that is read alone: where its TCP stream stands. */
  readonly resume?: StreamPoint
}

/**
 * Numbers records from 1 and calls the handler for each IPsec message in them. Give it records in order (of one reader, or of
 * several merged by time), then `end()`. It is a RecordSink, so a `CaptureReader` can push into it.
 */
export class Walker extends Descending implements RecordSink {
  /** Records so far. */
  frames = 0
  readonly #handler: PacketHandler
  readonly #findings: FrameFindings | undefined
  readonly #limits: NetLimits
  readonly #fragments: Fragments
  readonly #streams: TcpStreams
  readonly #times = new Map<string, number>()
  readonly #once = new BoundedMap<string, true>(MAX_ONCE)
  readonly #idle: FrameTest | undefined
  #record: CaptureRecord | undefined
  /** Number of the current frame. */
  #frame = 0
  #found = false

  constructor(handler: PacketHandler, options: WalkOptions = {}) {
    super(portTable(options.ikePorts ?? []), options.heuristicIke ?? false, options.all ?? false)
    this.#handler = handler
    this.#findings = options.findings
    this.#limits = { ...NET_LIMITS, ...options.limits }
    const report = (
      code: DiagnosticCode,
      message: string,
      frame: number,
      of?: Pick<Diagnostic, "between" | "carries">,
    ) => this.#report({ code, severity: "warning", frame, time: null, message, ...of })
    const now = () => ({ frame: this.frames, seconds: this.#record?.seconds ?? 0 })
    const { trace, resume } = options
    if (!options.all && !options.heuristicIke && !options.findings && !trace && !resume)
      this.#idle = new IdleFrames(this.ports)
    this.#fragments = new Fragments(this, this.#limits, now, report, trace)
    this.#streams = new TcpStreams(this, this.#limits, report, () => this.frames, { trace, resume })
  }

  /** The next frame. The record's bytes are read only during the call. */
  record(record: CaptureRecord): void {
    const { view } = this
    this.#frame = ++this.frames
    if (this.#frame === 1) {
      view.firstSeconds = record.seconds
      view.firstNanos = record.nanos
    }
    this.#record = record
    this.#found = false
    this.#findings?.clear()
    this.layersLeft = this.#limits.layers
    view.ipVersion = 0
    view.etherType = 0
    view.littleEndian = record.littleEndian
    if (this.all) this.#clear(record)
    this.link(record.linkType, record.bytes, record.start, record.end)
    if (this.all && !this.#found) this.#other()
  }

  /**
   * Says which frames the walk may pass over. It may where not every frame is wanted, nor what a frame needs to be read by itself, and only behind a
   * frame that held nothing: one with a packet is seldom alone.
   */
  get idle(): FrameTest | undefined {
    return this.#idle && this.frames > 0 && !this.#found && !this.tap ? this.#idle : undefined
  }

  /** Counts frames that were passed over. */
  skip(frames: number): void {
    this.frames += frames
  }

  /** After the last frame: reports what never became whole. */
  end(): void {
    this.#fragments.end()
    this.#streams.end()
  }

  /** A finding of the reader, passed on. */
  diagnostic(diagnostic: Diagnostic): void {
    this.#handler.diagnostic(diagnostic)
  }

  override packet(kind: Kind): void {
    this.#found = true
    this.#findings?.packet(kind, this.view)
    this.#call(kind)
  }

  override fragment(fragment: IpFragment): void {
    if (this.#findings) this.#findings.inPieces = true
    this.#fragments.add(fragment)
  }

  override segment(b: Uint8Array, at: number, start: number, end: number, wireEnd: number): void {
    if (this.#findings) this.#findings.inPieces = true
    this.#streams.add(b, at, start, end, wireEnd)
  }

  override snapshot(): Snapshot {
    return takeSnapshot(this.#frame, present(this.#record), this.view)
  }

  override resume(snapshot: Snapshot): void {
    this.#frame = snapshot.frame
    this.#record = snapshot.record
    Object.assign(this.view, snapshot.ip)
  }

  override finding(...[code, message, once, of]: Parameters<Descending["finding"]>): void {
    if (this.#findings) this.#findings.hasFinding = true
    if (once !== undefined) {
      const key = `${code} ${once}`
      if (this.#once.has(key)) return
      this.#once.set(key, true)
    }
    const r = this.#record
    const time = r ? timeText(r.seconds, r.nanos) : null
    const severity = "warning"
    this.#report({ code, severity, frame: this.#frame, time, message, capture: r?.capture, ...of })
  }

  /** A frame in which no message was found. */
  #other(): void {
    this.view.encapsulation = Encapsulation.NONE
    this.#call(Kind.OTHER)
  }

  /** What a frame without IPsec has nothing of. */
  #clear(record: CaptureRecord): void {
    const { view } = this
    view.encapsulation = Encapsulation.NONE
    view.ipProtocol = 0
    view.sourcePort = 0
    view.destinationPort = 0
    view.spi = 0
    view.sequence = 0
    view.payloadBytes = record.bytes
    view.payloadStart = record.end
    view.payloadEnd = record.end
    view.payloadWireBytes = 0
  }

  /** Fills the frame's part of the view, and calls. */
  #call(kind: Kind): void {
    const { view } = this
    const record = this.#record
    if (!record) return
    view.kind = kind
    view.frame = this.#frame
    view.seconds = record.seconds
    view.nanos = record.nanos
    view.timeDigits = record.timeDigits
    view.capturedBytes = record.end - record.start
    view.originalBytes = record.originalBytes
    view.linkType = record.linkType
    view.capture = record.capture
    view.interfaceId = record.interfaceId
    view.comments = record.comments
    view.frameBytes = record.bytes
    view.frameStart = record.start
    view.frameEnd = record.end
    this.#handler.packet(view)
  }

  #report(diagnostic: Diagnostic): void {
    const { code } = diagnostic
    const count = (this.#times.get(code) ?? 0) + 1
    this.#times.set(code, count)
    // What is agreed on is no fault: who follows it gets all.
    const most = diagnostic.agreed ? Number.POSITIVE_INFINITY : this.#limits.diagnosticsPerCode
    if (count > most + 1) return
    const rest = `more than ${most} findings of this kind; the rest are not listed`
    this.#handler.diagnostic(count > most ? { ...diagnostic, message: rest } : diagnostic)
  }
}
