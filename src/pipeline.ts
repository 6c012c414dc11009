/**
 * The first file to read: how a capture becomes a report.
 *
 * 1. The control plane (`fold/`) reads every packet once: IKE messages build SAs and keys, ESP and AH are counted.
 * 2. If a key is known, the data plane (`open/data-plane.ts`) reads the capture again and opens ESP and AH.
 * 3. `report/` makes the stable objects; `render/` draws them.
 */

import type { Diagnostic } from "./bytes/diagnostic.ts"
import type { CryptoProvider } from "./crypto/provider.ts"
import type { DiagnosticCode } from "./diagnostics/codes.ts"
import { Analysis } from "./fold/analysis.ts"
import type { Opened } from "./ike/shared/payload.ts"
import { Kind, type PacketHandler, type PacketView } from "./net/packet-view.ts"
import { DataPlane, type DataPlaneOptions } from "./open/data-plane.ts"
import { DataSaTable } from "./open/data-table.ts"
import { EarlyPlane } from "./open/early-plane.ts"
import type { OpenedPacket } from "./open/opened-packet.ts"
import { ChildIndex, dataChecks, espSas, ownedData } from "./report/assemble.ts"
import { capturesOfFindings, diagnosticReport, espSaReport, ikeSaReport } from "./report/build.ts"
import type { Conclusion } from "./report/conclusion.ts"
import { Explainer } from "./report/explain/index.ts"
import { saOfLost } from "./report/lost-finding.ts"
import { lastMoment } from "./report/time.ts"
import type { CaptureInfo, DiagnosticReport, EspSaReport, IkeSaReport, Report } from "./report/types.ts"
import { withCause } from "./report/verdict/cause-finding.ts"
import { orphanJudge } from "./report/verdict/data.ts"
import { judge } from "./report/verdict/index.ts"
import { LiveWorld } from "./report/verdict/live-world.ts"
import { stateOf } from "./report/verdict/state.ts"
import { OutcomeCounts } from "./report/verdict/summary.ts"
import { CaptureWorld, type Given, type LiveInput, type World } from "./report/verdict/world.ts"
import { NO_SECRETS, type Secrets } from "./secrets/secrets.ts"
import { ScanFold } from "./segment/fold-scans.ts"
import { openContent, openSegments } from "./segment/open-segments.ts"
import { SegmentFold } from "./segment/segment-fold.ts"
import type { SegmentedCapture } from "./segment/segmented.ts"
import { NO_SPI } from "./track/beginning.ts"
import type { Census } from "./track/census.ts"
import type { DataSa } from "./track/data-sa.ts"
import type { Check, IkeSa } from "./track/ike-sa.ts"
import type { TrackLimits } from "./track/limits.ts"
import type { Memory } from "./track/memory.ts"
import type { MessageObserver } from "./track/observer.ts"
import { keysOfRow } from "./unlock/child-rows.ts"

/** Where packets come from: `read` calls the handler for each. A pipe can be read once only. */
export interface CaptureSource {
  readonly rereadable: boolean
  /**
   * The capture in segments that others scan and open, where that is worth it; with `samples`, packets to prove keys on are kept; with `content`, what is
   * inside ESP will be asked for.
   */
  segments?(options: { readonly samples: boolean; readonly content: boolean }): Promise<SegmentedCapture | undefined>
  read(handler: PacketHandler): Promise<CaptureInfo[]>
  /** Reads the packets that have to be opened, where that is less than all: those of data SAs that have no result yet. */
  readData?(handler: PacketHandler): Promise<void>
}

export interface AnalyzeOptions {
  readonly provider: CryptoProvider
  /** Asked for when the first packet comes, if a function: a capture can carry secrets in front of its packets. */
  readonly secrets?: Secrets | (() => Secrets)
  /** More secrets may come while a source that can be read once is read (`LiveAnalysis.learn`): messages and packets wait for them. */
  readonly secretsGrow?: boolean
  /** For a source that can be read once: gets a handle on the analysis as it begins. */
  onLive?(live: LiveAnalysis): void
  readonly limits?: Partial<TrackLimits>
  /** Secrets in the report. */
  readonly showKeys?: boolean
  /** For the data plane: a faster opener, inflate, workers; who gets the inner packets. */
  readonly data?: Pick<DataPlaneOptions, "createOpener" | "executor" | "inflate" | "onInner">
  /** Leave ESP and AH closed. */
  readonly controlOnly?: boolean
  /** Cleartext of a message, by its frame and its place among the frame's messages (from 0). */
  onOpened?(frame: number, place: number, opened: Opened): void
  /**
   * For a source that can be read once: gets each packet after the analysis took it in; `open` opens ESP and AH under the keys
   * known by then, instead of the data plane counting them.
   */
  onPacket?(view: PacketView, open: (view: PacketView) => OpenedPacket | undefined): void
  /** Sees IKE messages as they are understood. */
  readonly observer?: MessageObserver
  /** Called when the control plane is done and the data plane is not begun: every IKE SA, and the keys for data SAs. May wait. */
  onControl?(known: Pick<AnalysisResult, "sas" | "dataSas" | "table">): void | Promise<void>
  /** Gets each IKE message's frame and bytes on the wire. */
  onMessage?(frame: number, bytes: number): void
  /** Called now and then with the number of key sets tried. */
  onTrials?(trials: number): void
  /** Gets what it asks for as it is made, instead of the report keeping it. */
  readonly sink?: ReportSink
  /**
   * What becomes of SAs that no sink takes. `all`: the report lists them. `conclusions`: IKE SAs are judged and the report lists none; each can be
   * made of its conclusion (`ikeSaReport`). `none`: they are dropped as they close, and none is judged.
   */
  readonly retain?: "all" | "conclusions" | "none"
  /** Who speaks when for the last time, from a reading before: without secrets each IKE SA closes when it is silent for good. */
  readonly census?: Census
  /** IKE SAs, and data SAs, that the report keeps at most; those that close later are counted only. */
  readonly keepSas?: number
  /** Count packets of data SAs over time too: `DataSa.rates`. */
  readonly rates?: boolean
  /** For many analyses of a few packets: what repeats from message to message. */
  readonly memory?: Memory
  /** Search every private address for the one behind a NAT detection hash; `near`: only those around what the capture names; `own`: only those that the SA names. */
  readonly findNatAddress?: boolean | "near" | "own"
}

/** Who takes the parts of a report one by one. */
export interface ReportSink {
  /** Gets each IKE SA as it closes, with all that is concluded of it. */
  ikeSa?(conclusion: Conclusion): void
  /** Gets each data SA; `data` is what the report was made of, where it left the table before the end. */
  espSa?(sa: EspSaReport, data?: DataSa): void
  /** Gets each finding as it is made. */
  finding?(finding: DiagnosticReport): void
}

/** A capture that is being read, for the first and only time. */
export interface LiveAnalysis {
  /** More secrets (`secretsGrow`): messages and packets that wait for them are opened now. */
  learn(more: Secrets): void
  /** Opens what is held: nothing more comes for the moment. */
  flush(): void
}

/** What an analysis knows beside the report: the live objects, for commands that need more than the report says. */
export interface AnalysisResult {
  readonly report: Report
  readonly sas: readonly IkeSa[]
  /** What was concluded of each, in the same order; none of those that were handed on as they closed. */
  readonly conclusions: readonly Conclusion[]
  readonly dataSas: readonly DataSa[]
  /** Keys of all data SAs, for opening packets again. */
  readonly table: DataSaTable
}

/** SAs of a report that is held as a whole. */
export const KEEP_SAS = 50_000
/** IKE SAs among them of which one side alone was seen: a scan makes any number, and one looks like the other. */
const KEEP_UNANSWERED = 2500
/** IKE SAs among them that were answered and have nothing encrypted: where a responder answers a flood, it makes any number of these. */
const KEEP_HALF_OPEN = 3000
/** ESP and AH SAs among them with a few packets whose negotiation is not in the capture: a flood makes any number too. */
const KEEP_FLEETING = 5000

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
  readonly #diagnostics: DiagnosticReport[] = []
  /** Findings about datagrams that never became whole, whose SA is known at the end. */
  readonly #lost: { readonly diagnostic: Diagnostic; readonly finding: DiagnosticReport }[] = []
  readonly #outcomes = new OutcomeCounts()
  readonly #explainer: Explainer
  readonly #keep: number
  readonly #keepUnanswered: number
  readonly #keepHalfOpen: number
  readonly #keepFleeting: number
  #unanswered = 0
  #halfOpen = 0
  #fleeting = 0
  #unkept = 0
  #ending = false
  readonly #closed: IkeSa[] = []
  readonly #evictedData: DataSa[] = []
  /** Child SAs by SPI; after the last packet. */
  readonly #index = new ChildIndex()
  readonly #table = new DataSaTable()
  #plane: DataPlane | undefined
  #early: EarlyPlane | undefined
  /** For SAs that close in a stream. */
  readonly #live: LiveInput

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
      census: this.#streams ? options.census : undefined,
      onDiagnostic: d => this.#tell(d),
      onIkeSa: sa => this.#closeSa(sa),
      onDataSa: sa => this.#closeData(sa),
    })
    const { provider, findNatAddress } = options
    this.#explainer = new Explainer({ provider, findNatAddress, certificates: this.analysis.pool.certificates })
    this.#live = this.#liveInput()
    this.#keep = options.keepSas ?? KEEP_SAS
    this.#keepUnanswered = options.keepSas ?? KEEP_UNANSWERED
    // Who makes no report of each has room for all.
    this.#keepHalfOpen = options.keepSas ?? (options.retain === "conclusions" ? KEEP_SAS : KEEP_HALF_OPEN)
    this.#keepFleeting = options.keepSas ?? KEEP_FLEETING
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
    this.#ending = true
    this.analysis.finish()
    for (const sa of this.#closed) this.#index.add(sa)
    // Who negotiated an SPI is its one sender, wherever packets come from; in a group everybody sends.
    this.analysis.data.settle(sa => {
      const child = this.#index.find(sa)?.child
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
    if (!this.#plane)
      for (const entry of this.analysis.children.dataKeys(this.#closed.flatMap(sa => sa.children)))
        this.#table.add(entry)
    const dataSas = [...this.#evictedData, ...this.analysis.data.all()]
    await this.options.onControl?.({ sas: this.#closed, dataSas, table: this.#table })
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

  /** The results stand in the data SAs: what opened them is let go. */
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
    const { analysis, options } = this
    const index = this.#index
    const dataSas = [...this.#evictedData, ...this.#keptData(analysis.data.all())]
    this.#useRows(dataSas, index)
    this.#corroborateRows()
    const owned = ownedData(dataSas, index)
    const world = this.#world(captures, dataSas, index)
    const checksOf = (sa: IkeSa) => {
      const more = dataChecks(sa, owned)
      return more.length === 0 ? sa.checks : [...sa.checks, ...more]
    }
    const conclusions = this.#drops ? [] : this.#closed.map(sa => this.#conclude(sa, checksOf(sa), world))
    const ikeSas: IkeSaReport[] = []
    for (const conclusion of conclusions)
      if (!this.#streams) {
        if (options.retain !== "conclusions") ikeSas.push(ikeSaReport(conclusion, options.showKeys ?? false))
      } else {
        options.sink?.ikeSa?.(conclusion)
        this.#tellOf(conclusion)
      }
    const { sip } = analysis
    const orphan = orphanJudge(dataSas, data => sip.find(data.destination, data.spi) !== undefined)
    const judgeOrphan = (data: DataSa) => (world.isOwned(data) ? null : orphan(data))
    const ownerOf = (data: DataSa) => world.ownerOf(data)
    const esp = espReports(espSas(dataSas, index, { ownerOf, judgeOrphan }), options)
    if (!this.#streams) for (const conclusion of conclusions) this.#tellOf(conclusion)
    for (const d of this.#explainer.explainData({
      all: dataSas,
      index,
      sas: this.#closed,
      icmp: analysis.icmp.all(),
      sip,
    }))
      this.#tell(d)
    for (const d of analysis.children.rows.unusable().map(unusableRow)) this.#tell(d)
    for (const d of this.#evictions()) this.#tell(d)
    for (const { diagnostic, finding } of this.#lost) finding.sa ??= saOfLost(diagnostic, this.#closed, dataSas)
    const report: Report = {
      schema: "ikedump/report/1",
      captures,
      counts: { ...analysis.counts, ...totals(captures, analysis.counts) },
      ike_sas: ikeSas,
      esp_sas: esp,
      secrets: analysis.pool.uses(),
      diagnostics: this.#diagnostics.sort((a, b) => (a.frame ?? Infinity) - (b.frame ?? Infinity)),
      verdict: this.#outcomes.summary(),
    }
    return { report, sas: this.#closed, conclusions, dataSas, table: this.#table }
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

  /** Takes a finding; `captures` are the indexes of those it was seen in. */
  #tell(diagnostic: Diagnostic, captures: readonly number[] = captureOf(diagnostic)): void {
    const finding = diagnosticReport(diagnostic, captures)
    const { sink } = this.options
    if (diagnostic.between && !sink?.finding) this.#lost.push({ diagnostic, finding })
    if (sink?.finding) sink.finding(finding)
    else this.#diagnostics.push(finding)
  }

  #tellOf({ sa, findings }: Conclusion): void {
    const capturesOf = capturesOfFindings(sa)
    for (const d of findings) this.#tell(d, capturesOf(d))
  }

  /** What verdicts take from beyond their own SA, once the capture is read. */
  #world(captures: readonly CaptureInfo[], data: readonly DataSa[], index: ChildIndex): CaptureWorld {
    const { icmp, lost } = this.analysis
    const end = lastMoment(captures) ?? this.analysis.end
    return new CaptureWorld({ ...this.#given(), sas: this.#closed, data, index, end, icmp: icmp.all(), lost })
  }

  #given(): Given {
    const { pool } = this.analysis
    return { certificates: pool.certificates, provider: this.options.provider, uses: () => pool.uses() }
  }

  /** The same for SAs that close while the capture is read: what it has so far. */
  #liveInput(): LiveInput {
    const { analysis, options } = this
    const { pool, data, icmp, lost } = analysis
    return {
      certificates: pool.certificates,
      provider: options.provider,
      uses: () => pool.uses(),
      lost,
      get end() {
        return options.census?.end ?? analysis.end
      },
      get icmp() {
        return icmp.all()
      },
      between: (a, b) => data.between(a, b),
    }
  }

  /** All that is said of an SA once it is closed. */
  #conclude(sa: IkeSa, checks: readonly Check[], world: World): Conclusion {
    const explained = this.#explainer.explain(sa)
    const verdict = judge(sa, explained, world)
    const findings = withCause(sa, explained, verdict)
    this.#outcomes.add(verdict.outcome)
    return { sa, checks, findings: findings.slice(), verdict, state: stateOf(sa, verdict) }
  }

  #closeSa(sa: IkeSa): void {
    if (this.#drops && this.analysis.pool.empty) return
    this.#explainer.learn(sa)
    // Without keys nothing more can become known of it: a stream lets it go at once.
    if (this.#streams && this.analysis.pool.empty && !this.#ending) {
      const conclusion = this.#conclude(sa, sa.checks, new LiveWorld(sa, this.#live))
      this.options.sink?.ikeSa?.(conclusion)
      this.#tellOf(conclusion)
    } else if (this.#isKept(sa)) {
      sa.settle()
      this.#closed.push(sa)
    } else this.#unkept++
  }

  #isKept(sa: IkeSa): boolean {
    if (this.#closed.length >= this.#keep) return false
    if (isOneSided(sa)) return this.#unanswered++ < this.#keepUnanswered
    return sa.secured || sa.parent !== null || this.#halfOpen++ < this.#keepHalfOpen
  }

  /** IKE SAs are handed on one by one. */
  get #streams(): boolean {
    return this.options.sink?.ikeSa !== undefined
  }

  /** SAs are dropped as they close. */
  get #drops(): boolean {
    return this.options.retain === "none"
  }

  #closeData(sa: DataSa): void {
    const { sink } = this.options
    if (this.#drops && !sink?.espSa) return
    if (sink?.espSa && this.analysis.pool.empty) sink.espSa(espSaReport(sa, null, null, []), sa)
    else if (sa.isFleeting ? this.#fleeting++ < this.#keepFleeting : this.#evictedData.length < this.#keep)
      this.#evictedData.push(sa)
    else this.#unkept++
  }

  /** Of the SAs that are left at the end those that are looked at together; a stream gets the others as they are. */
  #keptData(all: readonly DataSa[]): DataSa[] {
    const { sink } = this.options
    const index = this.#index
    return all.filter(sa => {
      if (!sa.isFleeting || sa.result?.sa || index.find(sa) || this.#fleeting++ < this.#keepFleeting) return true
      if (sink?.espSa) sink.espSa(espSaReport(sa, null, null, []), sa)
      else this.#unkept++
      return false
    })
  }

  /** Which rows of keys files opened packets of which data SAs. */
  #useRows(dataSas: readonly DataSa[], index: ChildIndex): void {
    for (const data of dataSas) {
      const { sa } = data.result ?? {}
      if (!sa?.row) continue
      this.analysis.pool.used([sa.row.origin], data.id)
      const owner = index.find(data)
      if (owner) this.analysis.keys.apply(keysOfRow(owner.child, data.spi, sa.keys, sa.row.origin))
    }
  }

  /** Rows of keys files that say what was derived without them. */
  #corroborateRows(): void {
    const { pool, children } = this.analysis
    if (pool.secrets.childSas.length === 0) return
    for (const sa of this.#closed)
      for (const child of sa.children)
        if (child.keyStatus === "derived") pool.used(children.rows.sameAs(child), child.id)
  }

  #evictions(): Diagnostic[] {
    const { tracker, data } = this.analysis
    const early = "were closed early to bound memory; a message that comes later begins a new one"
    return [
      ...counted("ike-sas-evicted", tracker.evicted, `idle IKE SAs ${early} (--limit-live-sas, --limit-unanswered)`),
      ...counted("data-sas-evicted", data.evicted, `ESP and AH SAs ${early} (--limit-data-sas)`),
      ...counted(
        "sas-not-kept",
        this.#unkept,
        "SAs are over what this report keeps (--limit-sas; --format ndjson has all)",
      ),
    ]
  }
}

const isIn = <T>(set: ReadonlySet<T>, item: T | undefined): boolean => item !== undefined && set.has(item)

/** Whether nobody answered, or, where the beginning was missed, only one side was heard. */
const isOneSided = ({ spiR, exchanges }: IkeSa): boolean =>
  spiR === NO_SPI || new Set(exchanges.flatMap(x => x.messages.map(m => m.from))).size === 1

/** The data SAs of a report; none where somebody takes each as it is made. */
function espReports(all: Iterable<EspSaReport>, options: AnalyzeOptions): EspSaReport[] {
  const { sink, retain } = options
  if (!sink?.espSa) return retain === "none" ? [] : [...all]
  for (const sa of all) sink.espSa(sa)
  return []
}

const captureOf = ({ capture }: Diagnostic): readonly number[] => (capture === undefined ? [] : [capture])

/** A row of a keys file that nothing could complete. */
const unusableRow = ({ row, why }: { readonly row: string; readonly why: string }): Diagnostic => ({
  code: "unusable-key",
  severity: "warning",
  frame: null,
  time: null,
  message: `${row} is not used: ${why}`,
})

/** One finding for `n` of a kind, none for 0. */
const counted = (code: DiagnosticCode, n: number, what: string): Diagnostic[] =>
  n === 0 ? [] : [{ code, severity: "info", frame: null, time: null, message: `${n} ${what}` }]

/** Frames of the captures; `other` is what held nothing of IPsec. */
function totals(captures: readonly CaptureInfo[], counts: Report["counts"]): Pick<Report["counts"], "frames"> {
  const frames = captures.reduce((n, c) => n + c.frames, 0)
  return { frames: Math.max(frames, counts.frames) }
}
