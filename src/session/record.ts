/**
 * A session's answers, taken down: what a report in HTML holds, to be looked at without the capture. It is made and written piece by piece, and
 * says each thing once: what an SA's details and ladders repeat is taken from the report.
 */
import { plural } from "../bytes/words.ts"
import { Kind } from "../net/packet-view.ts"
import type { Ladder } from "../render/ladder-rows.ts"
import type { Report } from "../report/types.ts"
import type { Session } from "./session.ts"
import type { FrameDetail, KeyDerivation, LadderView, Line, SaDetail, SaRow, Timeline } from "./types.ts"
import { toWire } from "./wire.ts"

export interface Recording {
  readonly schema: "ikedump/recording/1"
  readonly info: ReturnType<Session["info"]>
  readonly sas: readonly SaRow[]
  /** Its IKE SAs are those that found room, each with the Child SAs that are in `sas`. */
  readonly report: Report
  /** What belongs to an IKE SA of the report, by its id. */
  readonly tunnel: Readonly<Record<string, readonly string[]>>
  readonly ladder: Readonly<Record<string, Ladder>>
  /** That of all is under the empty name. */
  readonly timeline: Readonly<Record<string, Timeline>>
  readonly derivations: readonly KeyDerivation[]
  readonly audit: ReturnType<Session["audit"]>
  readonly verdict: ReturnType<Session["verdict"]>
  readonly lines: readonly Line[]
  readonly frames: Readonly<Record<number, FrameDetail>>
}

export interface RecordOptions {
  /** Values of keys and of secret fields. */
  readonly showKeys?: boolean
}

/** Bounds: a report is attached to a ticket. */
const MOST_SAS = 500
/** Of each IKE SA. */
const MOST_EXCHANGES = 2_000
const MOST_FINDINGS = 2_000
const MOST_LINES = 10_000
const MOST_FRAMES = 2_000
/** Characters of reports, ladders and time lines of IKE SAs, and then of trees of frames, together. */
const CHARACTERS = 24_000_000
const BINS = 480
/** Lines that become text together. */
const LINES_TOGETHER = 100

/** All that is known of one SA, as the session gave it; undefined when there is no row of it. */
export function recordedSa(recording: Recording, id: string): SaDetail | undefined {
  const { sas, report } = recording
  const row = sas.find(r => r.id === id)
  if (!row) return undefined
  const ike = report.ike_sas.find(sa => sa.id === (row.parent ?? id)) ?? null
  const child = ike?.child_sas.find(c => c.id === id) ?? null
  return { row, ike, child, data: report.esp_sas.filter(e => (child ? e.child_sa : e.id) === id) }
}

/** The ladder of an IKE SA, as the session gave it. */
export function recordedLadder({ ladder, report }: Recording, id: string): LadderView | undefined {
  const sa = report.ike_sas.find(s => s.id === id)
  return sa && ladder[id] ? { ladder: ladder[id], sa, checks: sa.checks } : undefined
}

/** A `Recording` as text that `fromWire` reads, in pieces; and then what was left out, in words. */
export type RecordingPieces = AsyncGenerator<string, readonly string[]>

/** Takes down what views of a finished session ask for. */
export function recordingPieces(session: Session, options: RecordOptions = {}): RecordingPieces {
  return new Recorder(session, options).pieces()
}

class Recorder {
  readonly #rows: readonly SaRow[]
  readonly #kept: ReadonlySet<string>
  readonly #leftOut: string[] = []
  #room = CHARACTERS

  constructor(
    readonly session: Session,
    readonly options: RecordOptions,
  ) {
    this.#rows = session.sas(0, MOST_SAS)
    this.#kept = new Set(this.#rows.map(row => row.id))
  }

  async *pieces(): RecordingPieces {
    const { session } = this
    const info = session.info()
    this.#leave(info.sas - this.#rows.length, n => plural(n, "SA"))
    yield `{"schema":"ikedump/recording/1","info":${toWire(info)},"sas":${toWire(this.#rows)}`
    yield ',"report":'
    const ike = yield* this.#report()
    yield `,"tunnel":${toWire(Object.fromEntries(ike.map(id => [id, session.tunnel(id)])))}`
    yield ',"ladder":{'
    yield* this.#members(ike, "ladder", id => this.#part(id)?.ladder)
    yield `},"timeline":{"":${toWire(session.timeline(null, { bins: BINS }))}`
    yield* this.#members(ike, "time line", id => session.timeline(id, { bins: BINS }), ",")
    const derivations = session.derivations({ showKeys: this.options.showKeys, only: this.#kept })
    yield `},"derivations":${toWire(derivations)}`
    yield `,"audit":${toWire(session.audit())},"verdict":${toWire(session.verdict())}`
    yield ',"lines":['
    yield* this.#lines(info.frames)
    yield '],"frames":{'
    yield* this.#trees(session.columns().kind)
    yield "}}"
    return this.#leftOut
  }

  /** The report; returns the ids of the IKE SAs in it. */
  async *#report(): AsyncGenerator<string, string[]> {
    const { ike_sas: _, esp_sas, diagnostics, ...rest } = this.session.report(0)
    const data = esp_sas.filter(e => this.#kept.has(e.child_sa ?? e.id))
    const findings = diagnostics.slice(0, MOST_FINDINGS)
    this.#leave(diagnostics.length - findings.length, n => plural(n, "finding"))
    const head = toWire({ ...rest, esp_sas: data, diagnostics: findings }).slice(0, -1)
    yield `${head},"ike_sas":[`
    const ids = this.#rows.filter(row => row.kind === "ike").map(row => row.id)
    const written: string[] = []
    let messages = 0
    for (const id of ids) {
      const sa = this.#part(id)?.sa
      const text = this.#fitting(sa)
      if (text === undefined) break
      for (const { messages: own } of sa?.exchanges ?? []) messages += own.length
      yield written.length > 0 ? `,${text}` : text
      written.push(id)
    }
    this.#leave(ids.length - written.length, n => `reports of ${plural(n, "IKE SA")}`)
    const all = this.#rows.reduce((n, row) => n + (written.includes(row.id) ? row.packets : 0), 0)
    this.#leave(all - messages, n => plural(n, "IKE message"))
    yield "]}"
    return written
  }

  #part(id: string): LadderView | undefined {
    return this.session.ladder(id, { exchanges: MOST_EXCHANGES, children: this.#kept })
  }

  /** Members of an object, as long as there is room. */
  *#members(ids: readonly string[], what: string, of: (id: string) => unknown, before = ""): Generator<string> {
    let written = 0
    for (const id of ids) {
      const text = this.#fitting(of(id))
      if (text === undefined) break
      yield `${written > 0 ? "," : before}${toWire(id)}:${text}`
      written++
    }
    this.#leave(ids.length - written, n => `${what}s of ${plural(n, "IKE SA")}`)
  }

  async *#lines(frames: number): AsyncGenerator<string> {
    const most = Math.min(frames, MOST_LINES)
    for (let from = 1; from <= most; from += LINES_TOGETHER) {
      const length = Math.min(LINES_TOGETHER, most + 1 - from)
      const lines = await this.session.lines(Array.from({ length }, (_, i) => from + i))
      yield (from > 1 ? "," : "") + toWire(lines).slice(1, -1)
    }
    this.#leave(frames - most, n => `lines of ${plural(n, "frame")}`)
  }

  /** Trees of the frames with IKE. */
  async *#trees(kind: Uint8Array): AsyncGenerator<string> {
    const { showKeys } = this.options
    let [written, missing, full] = [0, 0, false]
    for (const [i, k] of kind.entries()) {
      if (k !== Kind.ISAKMP && k !== Kind.QUOTED_ISAKMP) continue
      full ||= written >= MOST_FRAMES
      const detail = full ? undefined : await this.session.frame(i + 1, { showKeys })
      const text = detail && this.#fitting(detail)
      full ||= detail !== undefined && text === undefined
      if (text === undefined) missing++
      else yield `${written++ > 0 ? "," : ""}"${i + 1}":${text}`
    }
    this.#leave(missing, n => `trees of ${plural(n, "frame")}`)
  }

  /** The value as text, if there is room. */
  #fitting(value: unknown): string | undefined {
    const text = toWire(value)
    if (text.length > this.#room) return undefined
    this.#room -= text.length
    return text
  }

  #leave(n: number, words: (n: number) => string): void {
    if (n > 0) this.#leftOut.push(words(n))
  }
}
