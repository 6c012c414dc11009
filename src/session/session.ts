/**
 * A session: captures that were read once, and everything a view asks of them afterwards. The same in Node, in a worker of the
 * browser and behind `ikedump view`. Every answer is plain data that can be cloned from thread to thread.
 */

import type { AnalysisResult, CaptureSource } from "../analyze-options.ts"
import { audit } from "../audit/audit.ts"
import { AuditFacts } from "../audit/facts.ts"
import type { AuditResult } from "../audit/types.ts"
import { parseJson } from "../bytes/typed.ts"
import { compareReports, goldenOf } from "../check/golden.ts"
import { noble } from "../crypto/noble.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { fieldNames } from "../dissect/field-names.ts"
import { FilterError } from "../filter/filter-error.ts"
import { FrameFindings } from "../net/frame-findings.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import type { DataPlaneOptions } from "../open/data-plane.ts"
import { DataSaTable } from "../open/data-table.ts"
import { analyze } from "../pipeline.ts"
import { type ComparedValue, comparedValue } from "../render/check/spoken.ts"
import { derivationsOf } from "../render/derivations.ts"
import { keysJson } from "../render/keys-json.ts"
import { buildLadder } from "../render/ladder.ts"
import { checkReport } from "../report/build.ts"
import { exportInput } from "../report/export-input.ts"
import type { CaptureInfo, Report } from "../report/types.ts"
import { importBundle } from "../secrets/bundle.ts"
import { SecretsError } from "../secrets/errors.ts"
import { EXPORTERS, type ExportFormat } from "../secrets/export/export.ts"
import { isKeylog } from "../secrets/export/keylog.ts"
import { importSecrets } from "../secrets/import.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import { NO_SECRETS, type Secrets } from "../secrets/secrets.ts"
import { isTar } from "../secrets/tar.ts"
import type { TrackLimits } from "../track/limits.ts"
import { type Moment, momentText } from "../track/moment.ts"
import { GivenCertificates } from "../unlock/given-certificates.ts"
import { Captures, type ReadingOptions } from "./captures.ts"
import { controlReport, emptyReport } from "./control-report.ts"
import { DataPlan } from "./data-plan.ts"
import { digestOf } from "./digest.ts"
import type { SessionFile } from "./file.ts"
import { runFilter } from "./filter-run.ts"
import { readFlows } from "./flow-reading.ts"
import { FrameIndex } from "./frame-index.ts"
import { FrameReader, type FrameReaderOptions } from "./frame-reader.ts"
import { type FrameOptions, frameDetail, lineOf } from "./frame-views.ts"
import { KeptControl } from "./kept-control.ts"
import { KeptMessages } from "./kept-messages.ts"
import { type SaPart, SessionSas } from "./sas.ts"
import { type TimelineOptions, timeline } from "./timeline.ts"
import type {
  FilterFault,
  FilterPart,
  FrameDetail,
  KeyDerivation,
  LadderView,
  Line,
  Progress,
  SaDetail,
  SaRow,
  SessionInfo,
  Stage,
  Stop,
  Timeline,
  VerdictView,
} from "./types.ts"
import { verdictView } from "./verdict-view.ts"

export interface SessionOptions {
  readonly provider?: CryptoProvider
  readonly secrets?: Secrets
  readonly limits?: Partial<TrackLimits>
  readonly ikePorts?: readonly number[]
  readonly anyPort?: boolean
  /** For ESP and AH: a faster opener than the provider's, and inflate for IPComp. */
  readonly data?: Pick<DataPlaneOptions, "createOpener" | "inflate" | "executor">
  /** Ends the reading and whatever is asked for later. */
  readonly signal?: Stop
  onProgress?(progress: Progress): void
  /** Once the control plane is there, what comes after it waits for this: until those who look have drawn. By default one turn of the event loop. */
  afterControl?(): Promise<void>
}

/**
 * Opens captures, merged by time. Resolves once the control plane is there: SAs, ladders and frames can be asked for; ESP and AH are
 * opened meanwhile (`session.finished`). Problems of captures are diagnostics. Throws the signal's reason when it is aborted.
 */
export async function openSession(files: readonly SessionFile[], options: SessionOptions = {}): Promise<Session> {
  const session = new Session(files, options)
  await session.start()
  return session
}

export interface DerivationsOptions {
  readonly showKeys?: boolean
  readonly only?: ReadonlySet<string>
}

/** What one analysis found; secrets that come later make another. */
interface Known {
  stage: Stage
  /** All of the report but the IKE SAs, which `sas` makes when they are asked for. */
  report: Report
  sas: SessionSas
  result: Omit<AnalysisResult, "report">
  messages: KeptMessages
  facts: AuditFacts
  audit?: AuditResult
}

export class Session {
  readonly #captures: Captures
  readonly #index = new FrameIndex()
  readonly #provider: CryptoProvider
  readonly #walk: ReadingOptions
  readonly #reading: FrameReaderOptions
  readonly #frames: FrameReader
  #secrets: Secrets
  #embedded: Secrets[] = []
  readonly #kept: KeptControl | undefined
  readonly #plan = new DataPlan()
  /** Flows that the data plane has to read, by number; undefined is all. */
  #wanted: readonly boolean[] | undefined
  #known: Known
  #finished: Promise<void> = Promise.resolve()
  #digest = ""
  /** Secrets are added one call after another. */
  #adding: Promise<void> = Promise.resolve()
  /** Ends the analysis that goes on. */
  #stop: Stop | undefined
  /** When other work had its turn. */
  #turned = 0
  #infos: readonly CaptureInfo[] = []

  constructor(
    files: readonly SessionFile[],
    private readonly options: SessionOptions,
  ) {
    this.#captures = new Captures(files)
    this.#provider = options.provider ?? noble
    this.#secrets = options.secrets ?? NO_SECRETS
    this.#walk = { ikePorts: options.ikePorts, heuristicIke: options.anyPort }
    const plane = { provider: this.#provider, ...options.data, executor: undefined }
    // What is found by its shape is found in order only.
    this.#kept = options.anyPort ? undefined : new KeptControl(options.ikePorts)
    this.#reading = { captures: this.#captures, index: this.#index, kept: this.#kept, walk: this.#walk, plane }
    this.#known = this.#nothing()
    this.#frames = new FrameReader(this.#reading, { table: this.#known.result.table, messages: this.#known.messages })
  }

  /** Resolves when ESP and AH are opened; rejects when the signal was aborted. */
  get finished(): Promise<void> {
    return this.#finished
  }

  /** Reads the captures; see `openSession`. */
  async start(): Promise<void> {
    const sha256 = this.#provider.hash["sha2-256"] ?? noble.hash["sha2-256"]
    const files = this.#captures.files.map(f => f.file)
    const [digest] = await Promise.all([sha256 && digestOf(files, sha256), this.#read()])
    this.#digest = digest ?? ""
    await this.#analyze()
  }

  info(): SessionInfo {
    const { report, sas, stage } = this.#known
    const index = this.#index
    return {
      digest: this.#digest,
      stage,
      captures: this.#infos,
      counts: report.counts,
      frames: index.frames,
      seconds: index.frames > 0 ? index.relative(index.frames) : 0,
      zero: this.#zero,
      secrets: {
        given: report.secrets.length,
        used: report.secrets.filter(s => s.used_by.length > 0).length,
        list: report.secrets.map(s => ({ kind: s.kind, index: s.index, usedBy: s.used_by })),
      },
      sas: sas.rows,
      notes: this.#notes(),
    }
  }

  /** The report, as `ikedump report --format json` has it; made now, and large when there are many SAs. Its IKE SAs are the first `most`. */
  report(most?: number): Report {
    const { report, sas } = this.#known
    return { ...report, ike_sas: sas.conclusions.slice(0, most).map((_, ike) => sas.report(ike)) }
  }

  /** Rows `[from, to)` of the SA list. */
  sas(from = 0, to = Number.POSITIVE_INFINITY): SaRow[] {
    const { sas } = this.#known
    const end = Math.min(to, sas.rows)
    return Array.from({ length: Math.max(0, end - from) }, (_, i) => sas.row(from + i))
  }

  /** All that is known of one SA; undefined when there is none of that id. */
  sa(id: string): SaDetail | undefined {
    const { sas } = this.#known
    const n = sas.rowOf(id)
    if (n < 0) return undefined
    const of = sas.ikeOf(id)
    const ike = of < 0 ? null : sas.report(of)
    const child = ike?.child_sas.find(c => c.id === id) ?? null
    return { row: sas.row(n), ike, child, data: sas.dataAt(n) }
  }

  /** The ladder of an IKE SA; undefined when there is none of that id. All of it by default. */
  ladder(id: string, part?: SaPart): LadderView | undefined {
    const { sas } = this.#known
    const ike = sas.ikeOf(id)
    if (ike < 0 || sas.conclusions[ike].sa.id !== id) return undefined
    const sa = part ? sas.partOf(ike, part) : sas.report(ike)
    const ladder = buildLadder(sa, { zero: this.#zero ?? sa.first_time, data: sas.dataOfIke(id) })
    return { ladder, sa, checks: sa.checks }
  }

  /** ids of an IKE SA and of those that it replaced or that replaced it, in the order in which they began. */
  tunnel(id: string): string[] {
    const { sas } = this.#known
    const found = sas.tunnelOf(id)
    return sas.conclusions.flatMap(({ sa }) => (found.has(sa) ? [sa.id] : []))
  }

  /** Swim lanes of an IKE SA and of those that it replaced or that replaced it; of all without an id. */
  timeline(id: string | null, options: TimelineOptions): Timeline {
    const { sas } = this.#known
    return timeline({ index: this.#index, sas }, id === null ? undefined : sas.tunnelOf(id), options)
  }

  /** The lines of the packet list of these frames. */
  async lines(frames: readonly number[]): Promise<Line[]> {
    const out: Line[] = []
    for (const frame of frames) {
      if (frame < 1 || frame > this.#index.frames) continue
      this.options.signal?.throwIfAborted()
      out.push(await lineOf(frame, this.#viewing))
    }
    return out
  }

  /** One frame decoded from its bytes. Undefined when there is no such frame, or its bytes were not kept. */
  async frame(frame: number, options: FrameOptions = {}): Promise<FrameDetail | undefined> {
    if (!(frame >= 1 && frame <= this.#index.frames)) return undefined
    const detail = await frameDetail(frame, this.#viewing, options)
    if (!detail) return undefined
    const { sas } = this.#known
    const ike = detail.sa === null ? -1 : sas.ikeOf(detail.sa)
    const own = ike >= 0 && sas.conclusions[ike].sa.id === detail.sa
    return { ...detail, checks: own ? sas.checksOf(ike, frame).map(checkReport) : [] }
  }

  /** The key schedules, of all SAs or of those with the ids `only`. Values only with `showKeys`. */
  derivations({ showKeys = false, only }: DerivationsOptions = {}): KeyDerivation[] {
    const { result } = this.#known
    const text = keysJson(derivationsOf(result, this.#allSecrets, only), showKeys)
    return parseJson<{ derivations: KeyDerivation[] }>(text).derivations
  }

  /** What the audit says. */
  audit(): AuditResult {
    const known = this.#known
    known.audit ??= audit({ report: known.report, ...known.result }, known.facts)
    return known.audit
  }

  /** The verdict and the findings; those of the audit only while there are few SAs, as it takes its time over many. */
  verdict(): VerdictView {
    const { report, sas, audit: known, stage } = this.#known
    const { counts, diagnostics } = report
    const many = sas.conclusions.length + (stage === "done" ? 0 : report.esp_sas.length) > MANY_SAS
    return verdictView(sas.conclusions, counts, diagnostics, many ? known : this.audit())
  }

  /** Which frames pass a display filter; `onPart` gets the answer piece by piece. Returns what is wrong with the filter, if so. */
  async filter(text: string, onPart: (part: FilterPart) => void, signal?: Stop): Promise<FilterFault | null> {
    const { result, messages } = this.#known
    const keys = { table: result.table, messages }
    try {
      await runFilter(text, { ...this.#reading, reader: this.#frames, keys, signal }, onPart)
      return null
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      return { message: error.message, at: error.at, end: error.end, hints: error.hints }
    }
  }

  /** Every name that filters understand. */
  fieldNames(): string[] {
    return fieldNames()
  }

  /** Kind of each frame (`Kind` of `net/packet-view`) and its row in the SA list, -1 without: for marks beside lists. */
  columns(): { kind: Uint8Array; sa: Int32Array; seconds: Float64Array } {
    const index = this.#index
    const seconds = new Float64Array(index.frames)
    for (let i = 0; i < index.frames; i++) seconds[i] = index.relative(i + 1)
    return { kind: index.kind.slice(0, index.frames), sa: index.sa.slice(), seconds }
  }

  /** The text of a file of secrets, in any known format, or a tar of such. Throws SecretsError when it holds none. Returns the formats found. */
  async addSecretsText(file: string, bytes: Uint8Array, signal?: Stop): Promise<readonly string[]> {
    if (!isTar(bytes)) {
      const { secrets, formats } = importSecrets(bytes, { file })
      await this.addSecrets(secrets, signal)
      return formats
    }
    const found = await importBundle(bytes, file)
    if (found.length === 0) throw new SecretsError("no file of the archive holds secrets", file)
    await this.addSecrets(mergeSecrets(found.map(f => f.secrets)), signal)
    return [...new Set(found.flatMap(f => f.formats))]
  }

  /**
   * More secrets. Resolves when the control plane is done with them. Files are read only for ESP and AH that nothing opened before. When it is
   * aborted, all is as it was without them.
   */
  addSecrets(secrets: Secrets, signal?: Stop): Promise<void> {
    const adding = this.#adding.then(() => this.#add(secrets, signal))
    this.#adding = adding.catch(() => {})
    return adding
  }

  async #add(secrets: Secrets, signal: Stop | undefined): Promise<void> {
    await this.#finished.catch(() => {})
    const [before, known] = [this.#secrets, this.#known]
    this.#secrets = mergeSecrets([before, secrets])
    this.#stop = signal
    const restore = (error: unknown) => {
      this.#secrets = before
      this.#stop = undefined
      this.#show(known)
      throw error
    }
    const control = this.#analyze()
    const finished = this.#finished.catch(restore)
    finished.catch(() => {})
    this.#finished = finished
    // Where the control plane fails, so does all.
    await control.catch(() => finished)
  }

  /** Keys written for another tool, as files of text. They hold secrets. */
  exportKeys(format: ExportFormat): { name: string; text: string }[] {
    const { result } = this.#known
    const { input } = exportInput(result, this.#allSecrets)
    return EXPORTERS[format](input).files.map(({ name, text }) => ({ name, text }))
  }

  /** The report once the data plane is done too. */
  async finalReport(): Promise<Report> {
    await this.#finished
    return this.report()
  }

  /** What this session and another one negotiated differently, each with its words. */
  async compare(other: Report): Promise<ComparedValue[]> {
    await this.#finished
    return [...compareReports(goldenOf(this.report()), goldenOf(other))].map(comparedValue)
  }

  /** Closes the files. */
  close(): void {
    for (const { file } of this.#captures.files) file.close?.()
  }

  get #allSecrets(): Secrets {
    return this.#embedded.length === 0 ? this.#secrets : mergeSecrets([this.#secrets, ...this.#embedded])
  }

  /** Time of frame 1. */
  get #zero(): string | null {
    return this.#index.frames === 0 ? null : momentText(this.#zeroMoment)
  }

  get #zeroMoment(): Moment {
    const index = this.#index
    return index.frames === 0 ? ZERO : { seconds: index.seconds[0], nanos: index.nanos[0] }
  }

  get #viewing() {
    const { sas } = this.#known
    return {
      index: this.#index,
      reader: this.#frames,
      idOf: (row: number) => sas.idAt(row),
      messages: this.#known.messages,
    }
  }

  /** One analysis with the secrets of now; resolves after the control plane. */
  #analyze(): Promise<void> {
    const next = this.#nothing()
    return new Promise((resolve, reject) => {
      const running = analyze(this.#source(), {
        provider: this.#provider,
        secrets: () => this.#allSecrets,
        limits: this.options.limits,
        data: this.options.data,
        observer: next.facts,
        retain: "conclusions",
        onOpened: (frame, place, opened) => next.messages.add(frame, place, opened),
        onTrials: trials => this.#tried(trials),
        onControl: known => {
          // Where nothing will be opened and little is left to conclude, the whole report comes at once.
          if (known.table.size > 0) this.#wanted = this.#plan.plan(known.dataSas, known.table, this.#index.flows)
          else if (known.dataSas.length < MANY_DATA_SAS) return undefined
          const { report, ...concluded } = controlReport(known, {
            captures: this.#infos,
            index: this.#index,
            certificates: new GivenCertificates(this.#secrets),
            provider: this.#provider,
          })
          this.#take(next, report, { ...known, ...concluded }, "control")
          resolve()
          return this.options.afterControl?.() ?? turn()
        },
      }).then(result => {
        if (result.table.size > 0) this.#plan.done(result.dataSas, result.table)
        this.#take(next, { ...result.report, captures: [...this.#infos] }, result, "done")
      })
      this.#finished = running
      running.then(resolve, reject)
    })
  }

  #tried(trials: number): void {
    this.#throwIfAborted()
    this.options.onProgress?.({ stage: "reading", done: 0, total: 0, trials })
  }

  /** What is known from now on. */
  #take(next: Known, report: Report, result: Known["result"], stage: Stage): void {
    next.report = report
    next.result = result
    next.sas = new SessionSas(result.conclusions, result.data, this.#zeroMoment)
    next.stage = stage
    next.audit = undefined
    this.#show(next)
    this.options.onProgress?.({ stage, done: 1, total: 1 })
  }

  /** What views are shown from now on. */
  #show(known: Known): void {
    this.#index.assignBy(sas => known.sas.assignFrames(this.#index, sas))
    this.#known = known
    this.#frames.setKeys({ table: known.result.table, messages: known.messages })
  }

  /** The one reading of all: it makes the index, and keeps what the control plane needs. */
  async #read(): Promise<void> {
    const { signal } = this.options
    const index = this.#index
    const kept = this.#kept
    const findings = kept && new FrameFindings()
    this.#infos = await this.#captures.read(
      { packet: view => index.packet(view), diagnostic: () => {} },
      {
        ...this.#walk,
        all: true,
        trace: index,
        findings,
        signal,
        onProgress: (done, total) => {
          index.expect((index.frames / done) * total)
          this.options.onProgress?.({ stage: "reading", done, total })
        },
        onRecord: record => index.record(record),
        onWalked: findings && (record => kept.record(record, findings)),
        onIdle: record => {
          index.idle(record)
          findings?.clear()
          if (findings) kept.record(record, findings)
        },
        onRead: d => kept?.diagnostic(d),
        blocks: { customBlock: (_pen, b) => this.#embed(b), secretsBlock: (_type, b) => this.#embed(b) },
      },
    )
    kept?.end()
  }

  /** The captures for the pipeline: what was kept of them where that is enough. */
  #source(): CaptureSource {
    const options = {
      ...this.#walk,
      signal: { throwIfAborted: () => this.#throwIfAborted() },
      onProgress: (done: number, total: number) => this.options.onProgress?.({ stage: "control", done, total }),
    }
    const read = (handler: PacketHandler) => this.#captures.read(handler, options)
    return {
      rereadable: true,
      segments: async () => this.#kept?.segmented(this.#infos, () => this.#turn()),
      read,
      readData: async handler => {
        const wanted = this.#wanted
        const [captures, index] = [this.#captures, this.#index]
        const reading = { captures, index, walk: this.#walk, beforeRead: () => this.#turn() }
        if (!wanted || captures.files.some(f => f.dropped > 0)) await read(handler)
        else await readFlows({ ...reading, wanted }, handler)
      },
    }
  }

  /** Lets other work have its turn, now and then. */
  async #turn(): Promise<void> {
    if (Date.now() - this.#turned > TURN_MILLISECONDS) {
      await turn()
      this.#turned = Date.now()
    }
    this.#throwIfAborted()
  }

  #throwIfAborted(): void {
    this.options.signal?.throwIfAborted()
    this.#stop?.throwIfAborted()
  }

  /** A keylog in the capture (`docs/keylog.md`). */
  #embed(bytes: Uint8Array): void {
    if (!isKeylog(bytes) || this.#embedded.length >= MOST_KEYLOGS) return
    try {
      const text = new TextDecoder().decode(bytes).replace(/\0+$/, "")
      this.#embedded.push(importSecrets(text, { file: "keys in the capture" }).secrets)
    } catch {
      // A block that begins like a keylog and holds no secret.
    }
  }

  #notes(): string[] {
    const { messages } = this.#known
    const unkept = this.#captures.files.filter(f => f.dropped > 0)
    return [
      ...(this.#kept?.overflowed
        ? ["there is more IKE than is kept in memory: with other keys the captures are read again"]
        : []),
      ...(messages.dropped > 0
        ? [`${messages.dropped} decrypted messages found no room in memory and are shown encrypted`]
        : []),
      ...unkept.map(
        f =>
          `${f.file.name} is compressed and unpacks to more than is kept: frames behind the first 256 MiB are not shown`,
      ),
    ]
  }

  #nothing(): Known {
    return {
      stage: "reading",
      report: emptyReport(),
      sas: new SessionSas([], [], ZERO),
      result: { sas: [], dataSas: [], table: new DataSaTable(), conclusions: [], data: [] },
      messages: new KeptMessages(),
      facts: new AuditFacts(),
    }
  }
}

const turn = (): Promise<void> => new Promise(go => setTimeout(go, 0))

const ZERO: Moment = { seconds: 0, nanos: 0 }

/** Work that goes on without a turn for other work. */
const TURN_MILLISECONDS = 25

/** With as many ESP and AH SAs the ladder is shown before it is concluded what they are. */
const MANY_DATA_SAS = 500

/** With more SAs than this the audit is made when it is asked for. */
const MANY_SAS = 2000

/** Keylogs of captures that are taken; a capture has one or a few. */
const MOST_KEYLOGS = 1000
