/**
 * A session: captures that were read once, and everything a view asks of them afterwards. The same in Node, in a worker of the
 * browser and behind `ikedump view`. Every answer is plain data that can be cloned from thread to thread.
 */

import { audit } from "../audit/audit.ts"
import type { AuditResult } from "../audit/types.ts"
import { compareReports, goldenOf } from "../check/golden.ts"
import { noble } from "../crypto/noble.ts"
import { fieldNames } from "../dissect/field-names.ts"
import { FilterError } from "../filter/filter-error.ts"
import { type ComparedValue, comparedValue } from "../render/check/spoken.ts"
import { derivationsOf } from "../render/derivations.ts"
import { givenJson, stepJson } from "../render/keys-json.ts"
import { buildLadder } from "../render/ladder.ts"
import { checkReport } from "../report/build.ts"
import { exportInput } from "../report/export-input.ts"
import type { Report } from "../report/types.ts"
import { importBundle } from "../secrets/bundle.ts"
import { SecretsError } from "../secrets/errors.ts"
import { EXPORTERS, type ExportFormat } from "../secrets/export/export.ts"
import { importSecrets } from "../secrets/import.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import type { Secrets } from "../secrets/secrets.ts"
import { isTar } from "../secrets/tar.ts"
import { momentText } from "../track/moment.ts"
import { Analyses, type Known, type SessionOptions } from "./analyses.ts"
import { digestOf } from "./digest.ts"
import type { SessionFile } from "./file.ts"
import { runFilter } from "./filter-run.ts"
import { type FrameOptions, frameDetail, lineOf } from "./frame-views.ts"
import type { SaPart } from "./sas.ts"
import { type TimelineOptions, timeline } from "./timeline.ts"
import type {
  FilterFault,
  FilterPart,
  FrameDetail,
  KeyDerivation,
  LadderView,
  Line,
  SaDetail,
  SaRow,
  SessionInfo,
  Stop,
  Timeline,
  VerdictView,
} from "./types.ts"
import { verdictView } from "./verdict-view.ts"

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

export class Session {
  readonly #analyses: Analyses
  #digest = ""

  constructor(
    files: readonly SessionFile[],
    private readonly options: SessionOptions,
  ) {
    this.#analyses = new Analyses(files, options)
  }

  /** Resolves when ESP and AH are opened; rejects when the signal was aborted. */
  get finished(): Promise<void> {
    return this.#analyses.finished
  }

  /** Reads the captures; see `openSession`. */
  async start(): Promise<void> {
    const { captures, provider } = this.#analyses
    const sha256 = provider.hash["sha2-256"] ?? noble.hash["sha2-256"]
    const files = captures.files.map(f => f.file)
    const [digest] = await Promise.all([sha256 && digestOf(files, sha256), this.#analyses.read()])
    this.#digest = digest ?? ""
    await this.#analyses.analyze()
  }

  info(): SessionInfo {
    const { report, sas, stage } = this.#known
    const index = this.#analyses.index
    return {
      digest: this.#digest,
      stage,
      captures: this.#analyses.infos,
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
    return timeline({ index: this.#analyses.index, sas }, id === null ? undefined : sas.tunnelOf(id), options)
  }

  /** The lines of the packet list of these frames. */
  async lines(frames: readonly number[]): Promise<Line[]> {
    const out: Line[] = []
    for (const frame of frames) {
      if (frame < 1 || frame > this.#analyses.index.frames) continue
      this.options.signal?.throwIfAborted()
      out.push(await lineOf(frame, this.#viewing))
    }
    return out
  }

  /** One frame decoded from its bytes. Undefined when there is no such frame, or its bytes were not kept. */
  async frame(frame: number, options: FrameOptions = {}): Promise<FrameDetail | undefined> {
    if (!(frame >= 1 && frame <= this.#analyses.index.frames)) return undefined
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
    return derivationsOf(result, this.#analyses.secrets, only).map(d => ({
      ...d,
      given: d.given.map(g => ({ ...givenJson(g, showKeys), kind: g.kind })),
      steps: d.steps.map(s => ({ ...stepJson(s, showKeys), use: s.use, way: s.way, at: s.at })),
    }))
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
      await runFilter(text, { ...this.#analyses.reading, reader: this.#analyses.frames, keys, signal }, onPart)
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
    const index = this.#analyses.index
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
    return this.#analyses.add(secrets, signal)
  }

  /** Keys written for another tool, as files of text. They hold secrets. */
  exportKeys(format: ExportFormat): { name: string; text: string }[] {
    const { result } = this.#known
    const { input } = exportInput(result, this.#analyses.secrets)
    return EXPORTERS[format](input).files.map(({ name, text }) => ({ name, text }))
  }

  /** The report once the data plane is done too. */
  async finalReport(): Promise<Report> {
    await this.#analyses.finished
    return this.report()
  }

  /** What this session and another one negotiated differently, each with its words. */
  async compare(other: Report): Promise<ComparedValue[]> {
    await this.#analyses.finished
    return [...compareReports(goldenOf(this.report()), goldenOf(other))].map(comparedValue)
  }

  /** Closes the files. */
  close(): void {
    for (const { file } of this.#analyses.captures.files) file.close?.()
  }

  /** Time of frame 1. */
  get #zero(): string | null {
    return this.#analyses.index.frames === 0 ? null : momentText(this.#analyses.zero)
  }

  get #known(): Known {
    return this.#analyses.known
  }

  get #viewing() {
    const { sas } = this.#known
    return {
      index: this.#analyses.index,
      reader: this.#analyses.frames,
      idOf: (row: number) => sas.idAt(row),
      messages: this.#known.messages,
    }
  }

  #notes(): string[] {
    const { messages } = this.#known
    const unkept = this.#analyses.captures.files.filter(f => f.dropped > 0)
    return [
      ...(this.#analyses.kept?.overflowed
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
}

/** With more SAs than this the audit is made when it is asked for. */
const MANY_SAS = 2000
