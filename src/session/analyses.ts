/**
 * The analyses of a session: captures are read once, into an index and into what the control plane needs, and analyzed; once more with the
 * secrets that come later. Views see what the last one found.
 */
import type { AnalysisResult, CaptureSource } from "../analyze-options.ts"
import { AuditFacts } from "../audit/facts.ts"
import type { AuditResult } from "../audit/types.ts"
import { noble } from "../crypto/noble.ts"
import type { CryptoProvider } from "../crypto/provider.ts"
import { KeptMessages } from "../dissect/kept-messages.ts"
import { FrameFindings } from "../net/frame-findings.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import type { DataPlaneOptions } from "../open/data-plane.ts"
import { DataSaTable } from "../open/data-table.ts"
import { analyze } from "../pipeline.ts"
import type { CaptureInfo, Report } from "../report/types.ts"
import { isKeylog } from "../secrets/export/keylog.ts"
import { importSecrets } from "../secrets/import.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import { NO_SECRETS, type Secrets } from "../secrets/secrets.ts"
import type { TrackLimits } from "../track/limits.ts"
import type { Moment } from "../track/moment.ts"
import { GivenCertificates } from "../unlock/given-certificates.ts"
import { Captures, type ReadingOptions } from "./captures.ts"
import { controlReport, emptyReport } from "./control-report.ts"
import { DataPlan } from "./data-plan.ts"
import type { SessionFile } from "./file.ts"
import { readFlows } from "./flow-reading.ts"
import { FrameIndex } from "./frame-index.ts"
import { FrameReader, type FrameReaderOptions } from "./frame-reader.ts"
import { KeptControl } from "./kept-control.ts"
import { SessionSas } from "./sas.ts"
import type { Progress, Stage, Stop } from "./types.ts"

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

/** What one analysis found; secrets that come later make another. */
export interface Known {
  stage: Stage
  /** All of the report but the IKE SAs, which `sas` makes when they are asked for. */
  report: Report
  sas: SessionSas
  result: Omit<AnalysisResult, "report">
  messages: KeptMessages
  facts: AuditFacts
  audit?: AuditResult
}

export class Analyses {
  readonly captures: Captures
  readonly index = new FrameIndex()
  readonly provider: CryptoProvider
  readonly #walk: ReadingOptions
  readonly reading: FrameReaderOptions
  readonly frames: FrameReader
  #secrets: Secrets
  #embedded: Secrets[] = []
  readonly kept: KeptControl | undefined
  readonly #plan = new DataPlan()
  /** Flows that the data plane has to read, by number; undefined is all. */
  #wanted: readonly boolean[] | undefined
  known: Known
  /** Resolves when ESP and AH are opened; rejects when a signal was aborted. */
  finished: Promise<void> = Promise.resolve()
  /** Secrets are added one call after another. */
  #adding: Promise<void> = Promise.resolve()
  /** Ends the analysis that goes on. */
  #stop: Stop | undefined
  /** When other work had its turn. */
  #turned = 0
  infos: readonly CaptureInfo[] = []

  constructor(
    files: readonly SessionFile[],
    private readonly options: SessionOptions,
  ) {
    this.captures = new Captures(files)
    this.provider = options.provider ?? noble
    this.#secrets = options.secrets ?? NO_SECRETS
    this.#walk = { ikePorts: options.ikePorts, heuristicIke: options.anyPort }
    const plane = { provider: this.provider, ...options.data, executor: undefined }
    // What is found by its shape is found in order only.
    this.kept = options.anyPort ? undefined : new KeptControl(options.ikePorts)
    this.reading = { captures: this.captures, index: this.index, kept: this.kept, walk: this.#walk, plane }
    this.known = nothing()
    this.frames = new FrameReader(this.reading, { table: this.known.result.table, messages: this.known.messages })
  }

  /** More secrets, one call after another: see `Session.addSecrets`. */
  add(secrets: Secrets, signal?: Stop): Promise<void> {
    const adding = this.#adding.then(() => this.#addNow(secrets, signal))
    this.#adding = adding.catch(() => {})
    return adding
  }

  async #addNow(secrets: Secrets, signal: Stop | undefined): Promise<void> {
    await this.finished.catch(() => {})
    const [before, known] = [this.#secrets, this.known]
    this.#secrets = mergeSecrets([before, secrets])
    this.#stop = signal
    const restore = (error: unknown) => {
      this.#secrets = before
      this.#stop = undefined
      this.#show(known)
      throw error
    }
    const control = this.analyze()
    const finished = this.finished.catch(restore)
    finished.catch(() => {})
    this.finished = finished
    // Where the control plane fails, so does all.
    await control.catch(() => finished)
  }

  /** Secrets that were given, and those of captures. */
  get secrets(): Secrets {
    return this.#embedded.length === 0 ? this.#secrets : mergeSecrets([this.#secrets, ...this.#embedded])
  }

  /** Time of frame 1. */
  get zero(): Moment {
    const index = this.index
    return index.frames === 0 ? ZERO : { seconds: index.seconds[0], nanos: index.nanos[0] }
  }

  /** One analysis with the secrets of now; resolves after the control plane. */
  analyze(): Promise<void> {
    const next = nothing()
    return new Promise((resolve, reject) => {
      const running = analyze(this.#source(), {
        provider: this.provider,
        secrets: () => this.secrets,
        limits: this.options.limits,
        data: this.options.data,
        observer: next.facts,
        retain: "conclusions",
        onOpened: (frame, place, opened) => next.messages.add(frame, place, opened),
        onTrials: trials => this.#tried(trials),
        onControl: known => {
          // Where nothing will be opened and little is left to conclude, the whole report comes at once.
          if (known.table.size > 0) this.#wanted = this.#plan.plan(known.dataSas, known.table, this.index.flows)
          else if (known.dataSas.length < MANY_DATA_SAS) return undefined
          const { report, ...concluded } = controlReport(known, {
            captures: this.infos,
            index: this.index,
            certificates: new GivenCertificates(this.#secrets),
            provider: this.provider,
          })
          this.#take(next, report, { ...known, ...concluded }, "control")
          resolve()
          return this.options.afterControl?.() ?? turn()
        },
      }).then(result => {
        if (result.table.size > 0) this.#plan.done(result.dataSas, result.table)
        this.#take(next, { ...result.report, captures: [...this.infos] }, result, "done")
      })
      this.finished = running
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
    next.sas = new SessionSas(result.conclusions, result.data, this.zero)
    next.stage = stage
    next.audit = undefined
    this.#show(next)
    this.options.onProgress?.({ stage, done: 1, total: 1 })
  }

  /** What views are shown from now on. */
  #show(known: Known): void {
    this.index.assignBy(sas => known.sas.assignFrames(this.index, sas))
    this.known = known
    this.frames.setKeys({ table: known.result.table, messages: known.messages })
  }

  /** The one reading of all: it makes the index, and keeps what the control plane needs. */
  async read(): Promise<void> {
    const { signal } = this.options
    const index = this.index
    const kept = this.kept
    const findings = kept && new FrameFindings()
    this.infos = await this.captures.read(
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
    const read = (handler: PacketHandler) => this.captures.read(handler, options)
    return {
      rereadable: true,
      segments: async () => this.kept?.segmented(this.infos, () => this.#turn()),
      read,
      readData: async handler => {
        const wanted = this.#wanted
        const [captures, index] = [this.captures, this.index]
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
}

/** Before anything is found. */
function nothing(): Known {
  return {
    stage: "reading",
    report: emptyReport(),
    sas: new SessionSas([], [], ZERO),
    result: { sas: [], dataSas: [], table: new DataSaTable(), conclusions: [], data: [] },
    messages: new KeptMessages(),
    facts: new AuditFacts(),
  }
}

const turn = (): Promise<void> => new Promise(go => setTimeout(go, 0))

const ZERO: Moment = { seconds: 0, nanos: 0 }

/** Work that goes on without a turn for other work. */
const TURN_MILLISECONDS = 25

/** With as many ESP and AH SAs the ladder is shown before it is concluded what they are. */
const MANY_DATA_SAS = 500

/** Keylogs of captures that are taken; a capture has one or a few. */
const MOST_KEYLOGS = 1000
