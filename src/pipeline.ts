/**
 * The first file to read: how a capture becomes a report.
 *
 * 1. The control plane (`fold/`) reads every packet once: IKE messages build SAs and keys, ESP and AH are counted.
 * 2. If a key is known, the data plane (`open/data-plane.ts`) reads the capture again and opens ESP and AH.
 * 3. `report/` makes the stable objects; `render/` draws them.
 */

import type { AnalysisResult, AnalyzeOptions, CaptureSource } from "./analyze-options.ts"
import type { Diagnostic } from "./bytes/diagnostic.ts"
import { Analysis } from "./fold/analysis.ts"
import { Kind, type PacketHandler, type PacketView } from "./net/packet-view.ts"
import { DataPlane, type DataPlaneOptions } from "./open/data-plane.ts"
import { DataSaTable } from "./open/data-table.ts"
import { EarlyPlane } from "./open/early-plane.ts"
import type { CaptureInfo } from "./report/types.ts"
import { ReportMaker, streams } from "./report-maker.ts"
import { NO_SECRETS } from "./secrets/secrets.ts"
import { ScanFold } from "./segment/fold-scans.ts"
import { openContent, openSegments } from "./segment/open-segments.ts"
import { SegmentFold } from "./segment/segment-fold.ts"
import type { SegmentedCapture } from "./segment/segmented.ts"

/** Bytes of ESP packets held for keys that come later when the capture can be read only once. */
const WAITING_BYTES = 32 << 20

/** Analyzes a capture. Problems of reading and of the wire are diagnostics of the report, never exceptions. */
export async function analyze(source: CaptureSource, options: AnalyzeOptions): Promise<AnalysisResult> {
  let run: Run | undefined
  if (source.segments && isCuttable(options)) {
    const cut = new Run(options)
    const segments = await source.segments({
      samples: cut.analysis.keepsSamples,
      content: options.data?.onInner !== undefined,
    })
    if (segments) return cut.segmented(segments, source)
  }
  const begin = () => (run = new Run(options))
  const handler = lateHandler(() => (source.rereadable ? begin().early() : begin().once()))
  const captures = await source.read(handler)
  handler.make()
  run ??= new Run(options)
  await run.end()
  await run.openData(source)
  return run.finish(captures)
}

/** Who wants each packet as it was read gets them in one reading. */
const isCuttable = ({ onPacket }: AnalyzeOptions): boolean => !onPacket

/** A handler that is made when the first packet comes, or by `make` when none did; what was reported before is passed on then. */
function lateHandler(create: () => PacketHandler): PacketHandler & { make(): void } {
  let handler: PacketHandler | undefined
  const early: Diagnostic[] = []
  const first = (): PacketHandler => {
    handler = create()
    for (const d of early) handler.diagnostic(d)
    return handler
  }
  return {
    make: () => void (handler ?? first()),
    packet: view => (handler ?? first()).packet(view),
    diagnostic: d => {
      if (handler) handler.diagnostic(d)
      else early.push(d)
    },
  }
}

class Run {
  readonly analysis: Analysis
  readonly #maker: ReportMaker
  readonly #table = new DataSaTable()
  #plane: DataPlane | undefined
  #early: EarlyPlane | undefined

  constructor(readonly options: AnalyzeOptions) {
    this.analysis = new Analysis({
      provider: options.provider,
      secrets: (typeof options.secrets === "function" ? options.secrets() : options.secrets) ?? NO_SECRETS,
      secretsGrow: options.secretsGrow,
      limits: options.limits,
      rates: options.rates,
      memory: options.memory,
      onOpened: options.onOpened?.bind(options),
      onMessage: options.onMessage?.bind(options),
      onTrials: options.onTrials?.bind(options),
      observer: options.observer,
      census: streams(options) ? options.census : undefined,
      onDiagnostic: d => this.#maker.add(d),
      onIkeSa: sa => this.#maker.closeSa(sa),
      onDataSa: sa => this.#maker.closeData(sa),
    })
    this.#maker = new ReportMaker(this.analysis, options)
  }

  /** Scan, fold, open, join: others scan and open the segments, this thread folds and joins. */
  async segmented(segments: SegmentedCapture, source: CaptureSource): Promise<AnalysisResult> {
    const { analysis } = this
    const target = new SegmentFold(analysis)
    const fold = new ScanFold(target, {
      ikePorts: segments.ikePorts,
      bytesAt: (capture, offset, length) => segments.bytesAt?.(capture, offset, length),
    })
    const framesBefore: number[] = []
    for await (const scan of segments.scans()) {
      framesBefore.push(fold.frames)
      target.doubtful ||= scan.crowded
      fold.add(scan)
    }
    fold.end()
    await this.end()
    const opened = segments.opened?.bind(segments)
    if (!opened) await this.openData(source)
    else if (this.#isWorthOpening()) await this.#openSegments(opened, framesBefore, target, source)
    return this.finish(segments.captures())
  }

  /** After the last packet. SAs that are left know of one another, also in a stream. */
  async end(): Promise<void> {
    const maker = this.#maker
    maker.ending = true
    this.analysis.finish()
    for (const sa of maker.closed) maker.index.add(sa)
    // Who negotiated an SPI is its one sender, wherever packets come from; in a group everybody sends.
    this.analysis.data.settle(sa => {
      const child = maker.index.find(sa)?.child
      return child !== undefined && !child.group
    })
    await this.controlDone()
  }

  /** A file can be read twice; where all keys are known before, data packets are opened in the first reading. */
  early(): PacketHandler {
    const { analysis, options } = this
    const { childSas } = analysis.pool.secrets
    const { onInner, executor } = options.data ?? {}
    // Some want the control plane first, or have threads that open.
    if (options.controlOnly || options.onControl || onInner || executor) return analysis
    if (childSas.length === 0 || analysis.pool.provesOnPackets) return analysis
    const early = new EarlyPlane(() => {
      const table = new DataSaTable()
      for (const entry of analysis.children.rows.entries()) table.add(entry)
      return this.#makePlane({ table, leaveNested: true })
    })
    this.#early = early
    return {
      packet: view => {
        analysis.packet(view)
        early.packet(view)
      },
      diagnostic: d => analysis.diagnostic(d),
    }
  }

  /** A pipe is read once: data packets are opened as their keys become known, and wait a bounded while for them. */
  once(): PacketHandler {
    const { analysis, options } = this
    const onPacket = options.onPacket?.bind(options)
    if (!onPacket && (options.controlOnly || (analysis.pool.empty && !options.data?.onInner))) return analysis
    const plane = this.#newPlane({ waitingBytes: onPacket ? 0 : WAITING_BYTES })
    const open = (view: PacketView) => plane.openNow(view)
    for (const entry of analysis.children.rows.entries()) this.#table.add(entry)
    analysis.keys.onDataKeys = entries => {
      for (const entry of entries) this.#table.add(entry)
    }
    options.onLive?.({
      learn: more => {
        analysis.learn(more)
        plane.settle()
      },
      flush: () => plane.flush(),
    })
    return {
      packet: (view: PacketView) => {
        analysis.packet(view)
        if (onPacket) onPacket(view, open)
        else plane.packet(view)
      },
      diagnostic: d => analysis.diagnostic(d),
    }
  }

  /** Puts the keys of data SAs together, once, and says that the control plane is done. */
  async controlDone(): Promise<void> {
    const { closed, evictedData } = this.#maker
    if (!this.#plane)
      for (const entry of this.analysis.children.dataKeys(closed.flatMap(sa => sa.children))) this.#table.add(entry)
    const dataSas = [...evictedData, ...this.analysis.data.all()]
    await this.options.onControl?.({ sas: closed, dataSas, table: this.#table })
  }

  /** The second reading, when there is anything to open. */
  async openData(source: CaptureSource): Promise<void> {
    if (this.#plane) {
      this.#endPlane(this.#plane)
      return
    }
    if (this.#early?.finish(this.analysis.data)) return
    if (!this.#isWorthOpening() || !source.rereadable) return
    const { data } = this.analysis
    const plane = this.#newPlane({})
    // A result from an analysis before stays.
    const opened = new Set(data.all().filter(sa => sa.result))
    const handler: PacketHandler = {
      packet: view => {
        if (view.kind !== Kind.ESP && view.kind !== Kind.AH && view.kind !== Kind.WESP) return
        if (opened.size > 0 && isIn(opened, data.find(view))) return
        plane.packet(view)
      },
      diagnostic: () => {},
    }
    await (source.readData?.(handler) ?? source.read(handler))
    this.#endPlane(plane)
  }

  /** The results stand in the data SAs: the plane is no longer needed. */
  #endPlane(plane: DataPlane): void {
    plane.finish()
    this.#plane = undefined
  }

  /** Whether there are data packets, and keys for them. */
  #isWorthOpening(): boolean {
    if (this.options.controlOnly || this.analysis.counts.esp + this.analysis.counts.ah === 0) return false
    // Without a key only ESP that is not encrypted could be opened: worth a second reading when its content is wanted.
    return this.#table.size > 0 || this.options.data?.onInner !== undefined
  }

  #openSegments(
    openedOf: NonNullable<SegmentedCapture["opened"]>,
    framesBefore: readonly number[],
    { inPieces, doubtful }: SegmentFold,
    source: CaptureSource,
  ): Promise<void> {
    const keys = this.#table.since(0)
    const onInner = this.options.data?.onInner
    const job = {
      opened: openedOf(keys, framesBefore, onInner !== undefined),
      keys,
      table: this.#table,
      dataSas: this.analysis.data,
      inPieces,
      doubtful,
      read: (handler: PacketHandler) => source.read(handler),
    }
    if (!onInner) return openSegments({ ...job, createPlane: () => this.#newPlane({}) })
    return openContent({ ...job, framesBefore, onInner, createPlane: onInner => this.#newPlane({ onInner }) })
  }

  finish(captures: CaptureInfo[]): AnalysisResult {
    return this.#maker.finish(captures, this.#table)
  }

  #newPlane(extra: Partial<DataPlaneOptions>): DataPlane {
    this.#plane = this.#makePlane(extra)
    return this.#plane
  }

  #makePlane(extra: Partial<DataPlaneOptions>): DataPlane {
    return new DataPlane({
      provider: this.options.provider,
      table: this.#table,
      dataSas: this.analysis.data,
      edges: !this.options.data?.onInner && !this.options.onPacket,
      ...this.options.data,
      ...extra,
    })
  }
}

const isIn = <T>(set: ReadonlySet<T>, item: T | undefined): boolean => item !== undefined && set.has(item)
