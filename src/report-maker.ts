/**
 * What an analysis says: SAs as they close, findings as they are made, and the report at the end. `src/pipeline.ts` reads; this concludes.
 * An SA that closes is kept for the end, where it is judged beside the others; a stream without keys judges it at once.
 */

import type { AnalysisResult, AnalyzeOptions } from "./analyze-options.ts"
import type { Diagnostic } from "./bytes/diagnostic.ts"
import type { DiagnosticCode } from "./diagnostics/codes.ts"
import type { Analysis } from "./fold/analysis.ts"
import type { DataSaTable } from "./open/data-table.ts"
import { ChildIndex, dataChecks, dataConclusions, ownedData } from "./report/assemble.ts"
import { capturesOfFindings, diagnosticReport, espSaReport, ikeSaReport } from "./report/build.ts"
import type { Conclusion, DataConclusion } from "./report/conclusion.ts"
import { Explainer } from "./report/explain/index.ts"
import { saOfLost } from "./report/lost-finding.ts"
import { lastMoment } from "./report/time.ts"
import type { CaptureInfo, DiagnosticReport, IkeSaReport, Report } from "./report/types.ts"
import { withCause } from "./report/verdict/cause-finding.ts"
import { orphanJudge } from "./report/verdict/data.ts"
import { judge } from "./report/verdict/index.ts"
import { verdictOf } from "./report/verdict/judgement.ts"
import { LiveWorld } from "./report/verdict/live-world.ts"
import { stateOf } from "./report/verdict/state.ts"
import { OutcomeCounts } from "./report/verdict/summary.ts"
import { CaptureWorld, type Given, type LiveInput, type World } from "./report/verdict/world.ts"
import { NO_SPI } from "./track/beginning.ts"
import type { DataSa } from "./track/data-sa.ts"
import type { Check, IkeSa } from "./track/ike-sa.ts"
import { keysOfRow } from "./unlock/child-rows.ts"

/** SAs of a report that is held as a whole. */
export const KEEP_SAS = 50_000
/** IKE SAs among them of which one side alone was seen: a scan makes any number, and one looks like the other. */
const KEEP_UNANSWERED = 2500
/** IKE SAs among them that were answered and have nothing encrypted: where a responder answers a flood, it makes any number of these. */
const KEEP_HALF_OPEN = 3000
/** ESP and AH SAs among them with a few packets whose negotiation is not in the capture: a flood makes any number too. */
const KEEP_FLEETING = 5000

/** Whether IKE SAs are handed on one by one. */
export const streams = ({ sink }: Pick<AnalyzeOptions, "sink">): boolean => sink?.ikeSa !== undefined

export class ReportMaker {
  /** IKE SAs that are kept, in the order in which they closed. */
  readonly closed: IkeSa[] = []
  /** Data SAs that left their table before the end. */
  readonly evictedData: DataSa[] = []
  /** Child SAs by SPI; after the last packet. */
  readonly index = new ChildIndex()
  /** The last packet was read: SAs that close now know of one another. */
  ending = false
  readonly #diagnostics: DiagnosticReport[] = []
  /** Findings about datagrams that never became whole, whose SA is known at the end. */
  readonly #lost: { readonly diagnostic: Diagnostic; readonly finding: DiagnosticReport }[] = []
  readonly #outcomes = new OutcomeCounts()
  readonly #explainer: Explainer
  /** For SAs that close in a stream. */
  readonly #live: LiveInput
  readonly #keep: number
  readonly #keepUnanswered: number
  readonly #keepHalfOpen: number
  readonly #keepFleeting: number
  #unanswered = 0
  #halfOpen = 0
  #fleeting = 0
  #unkept = 0

  constructor(
    readonly analysis: Analysis,
    readonly options: AnalyzeOptions,
  ) {
    const { provider, findNatAddress, keepSas, retain } = options
    this.#explainer = new Explainer({ provider, findNatAddress, certificates: analysis.pool.certificates })
    this.#live = this.#liveInput()
    this.#keep = keepSas ?? KEEP_SAS
    this.#keepUnanswered = keepSas ?? KEEP_UNANSWERED
    // Who makes no report of each has room for all.
    this.#keepHalfOpen = keepSas ?? (retain === "conclusions" ? KEEP_SAS : KEEP_HALF_OPEN)
    this.#keepFleeting = keepSas ?? KEEP_FLEETING
  }

  /** The report, once everything is read; `table` has the keys of data SAs. */
  finish(captures: CaptureInfo[], table: DataSaTable): AnalysisResult {
    const { analysis, options } = this
    const index = this.index
    const dataSas = [...this.evictedData, ...this.#keptData(analysis.data.all())]
    this.#useRows(dataSas, index)
    this.#corroborateRows()
    const owned = ownedData(dataSas, index)
    const world = this.#world(captures, dataSas, index)
    const checksOf = (sa: IkeSa) => {
      const more = dataChecks(sa, owned)
      return more.length === 0 ? sa.checks : [...sa.checks, ...more]
    }
    const conclusions = this.#drops ? [] : this.closed.map(sa => this.#conclude(sa, checksOf(sa), world))
    const ikeSas: IkeSaReport[] = []
    for (const conclusion of conclusions)
      if (!streams(this.options)) {
        if (options.retain !== "conclusions") ikeSas.push(ikeSaReport(conclusion, options.showKeys ?? false))
      } else {
        options.sink?.ikeSa?.(conclusion)
        this.#addFindings(conclusion)
      }
    const { sip } = analysis
    const orphan = orphanJudge(dataSas, data => sip.find(data.destination, data.spi) !== undefined)
    const judgeOrphan = (data: DataSa) => (world.isOwned(data) ? null : orphan(data))
    const ownerOf = (data: DataSa) => world.ownerOf(data)
    const data = keptConclusions(dataConclusions(dataSas, index, { ownerOf, judgeOrphan }), options)
    if (!streams(this.options)) for (const conclusion of conclusions) this.#addFindings(conclusion)
    for (const d of this.#explainer.explainData({
      all: dataSas,
      index,
      sas: this.closed,
      icmp: analysis.icmp.all(),
      sip,
      begins: captures.map(c => c.first_time),
    }))
      this.add(d)
    for (const d of analysis.children.rows.unusable().map(unusableRow)) this.add(d)
    for (const d of this.#evictions()) this.add(d)
    for (const { diagnostic, finding } of this.#lost) finding.sa ??= saOfLost(diagnostic, this.closed, dataSas)
    const report: Report = {
      schema: "ikedump/report/1",
      captures,
      counts: { ...analysis.counts, ...totals(captures, analysis.counts) },
      ike_sas: ikeSas,
      esp_sas: data.map(d => d.report),
      secrets: analysis.pool.uses(),
      diagnostics: this.#diagnostics.sort((a, b) => (a.frame ?? Infinity) - (b.frame ?? Infinity)),
      verdict: this.#outcomes.summary(),
    }
    return { report, sas: this.closed, conclusions, data, dataSas, table }
  }

  /** Takes a finding; `captures` are the indexes of those it was seen in. */
  add(diagnostic: Diagnostic, captures: readonly number[] = captureOf(diagnostic)): void {
    const finding = diagnosticReport(diagnostic, captures)
    const { sink } = this.options
    sink?.fact?.(diagnostic)
    if (diagnostic.between && !sink?.finding) this.#lost.push({ diagnostic, finding })
    if (sink?.finding) sink.finding(finding)
    else this.#diagnostics.push(finding)
  }

  #addFindings({ sa, findings }: Conclusion): void {
    const capturesOf = capturesOfFindings(sa)
    for (const d of findings) this.add(d, capturesOf(d))
  }

  /** What verdicts take from beyond their own SA, once the capture is read. */
  #world(captures: readonly CaptureInfo[], data: readonly DataSa[], index: ChildIndex): CaptureWorld {
    const { icmp, lost } = this.analysis
    const end = lastMoment(captures) ?? this.analysis.end
    return new CaptureWorld({ ...this.#given(), sas: this.closed, data, index, end, icmp: icmp.all(), lost })
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
    const judgement = judge(sa, explained, world)
    const verdict = verdictOf(judgement)
    const findings = withCause(sa, explained, verdict)
    this.#outcomes.add(verdict.outcome)
    const { superseded } = judgement
    return { sa, checks, findings: findings.slice(), verdict, superseded, state: stateOf(sa, verdict) }
  }

  /** Takes an IKE SA that closes. */
  closeSa(sa: IkeSa): void {
    if (this.#drops && this.analysis.pool.empty) return
    this.#explainer.learn(sa)
    // Without keys nothing more can become known of it: a stream concludes it at once.
    if (streams(this.options) && this.analysis.pool.empty && !this.ending) {
      const conclusion = this.#conclude(sa, sa.checks, new LiveWorld(sa, this.#live))
      this.options.sink?.ikeSa?.(conclusion)
      this.#addFindings(conclusion)
    } else if (this.#isKept(sa)) {
      sa.settle()
      this.closed.push(sa)
    } else this.#unkept++
  }

  #isKept(sa: IkeSa): boolean {
    if (this.closed.length >= this.#keep) return false
    if (isOneSided(sa)) return this.#unanswered++ < this.#keepUnanswered
    return sa.secured || sa.parent !== null || this.#halfOpen++ < this.#keepHalfOpen
  }

  /** SAs are dropped as they close. */
  get #drops(): boolean {
    return this.options.retain === "none"
  }

  /** Takes a data SA that leaves its table before the end. */
  closeData(sa: DataSa): void {
    const { sink } = this.options
    if (this.#drops && !sink?.espSa) return
    if (sink?.espSa && this.analysis.pool.empty) sink.espSa(espSaReport(sa, null, null, []), sa)
    else if (sa.isFleeting ? this.#fleeting++ < this.#keepFleeting : this.evictedData.length < this.#keep)
      this.evictedData.push(sa)
    else this.#unkept++
  }

  /** Of the SAs that are left at the end those that are looked at together; a stream gets the others as they are. */
  #keptData(all: readonly DataSa[]): DataSa[] {
    const { sink } = this.options
    const index = this.index
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
    for (const sa of this.closed)
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

/** Whether nobody answered, or, where the beginning was missed, only one side was heard. */
const isOneSided = ({ spiR, exchanges }: IkeSa): boolean =>
  spiR === NO_SPI || new Set(exchanges.flatMap(x => x.messages.map(m => m.from))).size === 1

/** The data SAs of a report; none where somebody takes each as it is made. */
function keptConclusions(all: Iterable<DataConclusion>, options: AnalyzeOptions): DataConclusion[] {
  const { sink, retain } = options
  if (!sink?.espSa) return retain === "none" ? [] : [...all]
  for (const { report } of all) sink.espSa(report)
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
