/** The stages that are one step each: plan, fold, merge. Each leaves its result in the run folder. */
import { resolve } from "node:path"
import type { AnalysisResult, AnalyzeOptions } from "../analyze-options.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import { nodeProvider } from "../node/crypto.ts"
import { createNodeEspOpener } from "../node/esp-kernels.ts"
import { growSlowly } from "../node/heap-growth.ts"
import { loadSecrets } from "../node/load-secrets.ts"
import { pskSecrets } from "../node/psk-file.ts"
import { readCaptures } from "../node/read-captures.ts"
import type { SegmentWorkers } from "../node/segment-jobs.ts"
import { planSegments, segmentFiles } from "../node/segmented-files.ts"
import { analyze } from "../pipeline.ts"
import { ikeSaReport } from "../report/build.ts"
import type { Conclusion } from "../report/conclusion.ts"
import type { IkeSaReport, Report } from "../report/types.ts"
import { KEEP_SAS } from "../report-maker.ts"
import { mergeSecrets } from "../secrets/merge.ts"
import type { Secrets } from "../secrets/secrets.ts"
import { ScanFold } from "../segment/fold-scans.ts"
import { Census, type CensusColumns } from "../track/census.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { TrackLimits } from "../track/limits.ts"
import { FoldDone, FolderWorkers, FoldWorkers } from "./folder-workers.ts"
import { describeCapture, type Manifest, RUN_VERSION } from "./manifest.ts"
import type { Fold, RunFolder } from "./run-folder.ts"
import { TABLES } from "./tables/definitions.ts"
import { TableFiles } from "./tables/files.ts"
import { rateBins } from "./tables/rates.ts"
import { type RowSink, Rows, writeRows } from "./tables/rows.ts"

export interface PlanOptions {
  readonly ikePorts?: readonly number[]
  /** Bytes of a segment, about. */
  readonly segmentBytes?: number
}

/** Segments of a run, about, unless the plan says otherwise: the larger they are, the fewer times is each SA summed up. */
const SEGMENTS = 64
const LEAST_BYTES = 32 << 20
const MOST_BYTES = 256 << 20

const goodSize = (captures: readonly { readonly bytes: number }[]): number =>
  Math.max(LEAST_BYTES, Math.min(MOST_BYTES, captures.reduce((n, c) => n + c.bytes, 0) / SEGMENTS))

/** A run is of many captures, on a machine that has the memory: about a GB where there are so many SAs at once. */
const LIMITS: Partial<TrackLimits> = { sas: KEEP_SAS, dataSas: 4 * KEEP_SAS }

/** Describes the captures and cuts them. Throws node's error when one cannot be read. */
export function plan(folder: RunFolder, paths: readonly string[], options: PlanOptions = {}): Manifest {
  const captures = paths.map(path => describeCapture(resolve(path)))
  const segments = planSegments(
    captures.map(c => c.path),
    options.segmentBytes ?? goodSize(captures),
  )
  const manifest: Manifest = { ikedump_run: RUN_VERSION, captures, segments, ike_ports: options.ikePorts ?? [] }
  folder.writeManifest(manifest)
  return manifest
}

/**
 * Folds the scans; writes the keys, and what there is to open. Secrets are those that the folder names. Without any, and with more IKE SAs than
 * `mostSas`, it writes when each speaks last, so that the merge holds none of them.
 */
export async function fold(folder: RunFolder, workers: SegmentWorkers, mostSas = KEEP_SAS): Promise<void> {
  if (folder.keysFiles.length === 0) {
    folder.writeFold({ keys: [], jobs: [], census: await takeCensus(folder, workers, mostSas) })
    return
  }
  let folded: Fold = { keys: [], jobs: [] }
  const ending = new FoldWorkers(new FolderWorkers(folder, workers), found => {
    folded = found
    return Promise.reject(new FoldDone())
  })
  try {
    await analyzeRun(folder, ending)
  } catch (e) {
    if (!(e instanceof FoldDone)) throw e
  }
  folder.writeFold(folded)
}

/** Fold, open and merge where one process does the first and the last: the scans are folded once. `open` does the open stage. */
export async function foldAndMerge(
  folder: RunFolder,
  workers: SegmentWorkers,
  open: () => Promise<void>,
): Promise<Outcomes> {
  if (folder.keysFiles.length === 0) {
    await fold(folder, workers)
    return merge(folder, workers)
  }
  const opening = new FoldWorkers(new FolderWorkers(folder, workers), async folded => {
    folder.writeFold(folded)
    await open()
  })
  return mergeWith(folder, opening)
}

/** When each IKE SA speaks last, of a run of so many that they cannot be held. */
async function takeCensus(
  folder: RunFolder,
  workers: SegmentWorkers,
  mostSas: number,
): Promise<CensusColumns | undefined> {
  const { ike_ports: ikePorts, segments, captures } = folder.manifest()
  const bytes = captures.reduce((n, c) => n + c.bytes, 0)
  const census = new Census(bytes / SA_BYTES)
  const scans = await sourceOf(folder, new FolderWorkers(folder, workers)).segments()
  // Captures that overlap are not folded from scans: their IKE SAs are held.
  if (!scans || segments.length === 0) return undefined
  const fold = new ScanFold(
    {
      packet: view => census.packet(view),
      passed: moment => census.passed(moment),
      diagnostic() {},
      stretch() {},
      sketch() {},
      summed() {},
    },
    { ikePorts },
  )
  for await (const scan of scans.scans()) fold.add(scan)
  fold.end()
  return census.stop.stopped || census.sas <= mostSas ? undefined : census.columns()
}

/** Bytes that the shortest IKE_SA_INIT exchanges take in a capture. */
const SA_BYTES = 600

/** What came of a run, in numbers. */
export type Outcomes = Readonly<Report["verdict"]["counts"]>

/** Joins everything to the report of the run, and writes the tables. */
export const merge = (folder: RunFolder, workers: SegmentWorkers): Promise<Outcomes> =>
  mergeWith(folder, new FolderWorkers(folder, workers), folder.fold()?.census)

async function mergeWith(folder: RunFolder, known: SegmentWorkers, census?: CensusColumns): Promise<Outcomes> {
  const files = new TableFiles(folder.resultPath, TABLES)
  const sink: RowSink = (table, row) => files.row(table, row)
  try {
    const { report } = census
      ? await streamRows(folder, known, Census.of(census), sink)
      : await holdRows(folder, known, sink)
    files.finish()
    folder.sweep()
    return report.verdict.counts
  } catch (e) {
    files.abandon()
    throw e
  }
}

/** Writes everything when all is known. */
async function holdRows(folder: RunFolder, workers: SegmentWorkers, sink: RowSink): Promise<AnalysisResult> {
  const result = await analyzeRun(folder, workers, { retain: "conclusions" })
  const { report, conclusions, dataSas } = result
  writeRows(folder.path, { ...report, ike_sas: reportsOf(conclusions) }, rateBins(dataSas), sink)
  return result
}

/** Each is made when its rows are written. */
function* reportsOf(conclusions: readonly Conclusion[]): Generator<IkeSaReport> {
  for (const conclusion of conclusions) yield ikeSaReport(conclusion, false)
}

/** Writes each SA as it closes, and holds none: what verdicts take from the SAs that come later is not there, as in a report in NDJSON. */
async function streamRows(
  folder: RunFolder,
  workers: SegmentWorkers,
  census: Census,
  sink: RowSink,
): Promise<AnalysisResult> {
  growSlowly()
  const { captures } = folder.manifest()
  const rows = new Rows(
    folder.path,
    captures.map(c => c.path),
    sink,
  )
  const rates = (data: readonly DataSa[]) => {
    const places = new Map(data.map(sa => [sa.id, sa.captures]))
    for (const bin of rateBins(data)) rows.rate(bin, places.get(bin.espSa) ?? [])
  }
  const result = await analyzeRun(folder, workers, {
    census,
    sink: {
      ikeSa: conclusion => rows.ikeSa(ikeSaReport(conclusion, false)),
      espSa(sa, data) {
        rows.espSa(sa)
        if (data) rates([data])
      },
      finding: d => rows.finding(d),
    },
  })
  rates(result.dataSas)
  for (const capture of result.report.captures) rows.capture(capture)
  return result
}

/** The one analysis behind both: its segments come from the folder, or are done now where they are missing. */
async function analyzeRun(
  folder: RunFolder,
  workers: SegmentWorkers,
  options: Partial<AnalyzeOptions> = {},
): Promise<AnalysisResult> {
  const secrets = await secretsOf(folder)
  const data = { createOpener: createNodeEspOpener }
  const given = { provider: nodeProvider, secrets, rates: true, data, limits: LIMITS }
  return analyze(sourceOf(folder, workers), { ...given, ...options })
}

async function secretsOf({ keysFiles }: RunFolder): Promise<Secrets> {
  const isPsk = (path: string) => path.startsWith("@")
  const { secrets } = await loadSecrets(keysFiles.filter(path => !isPsk(path)))
  return mergeSecrets([secrets, await pskSecrets(keysFiles.filter(isPsk), () => {})])
}

function sourceOf(folder: RunFolder, workers: SegmentWorkers) {
  const { captures, ike_ports, segments } = folder.manifest()
  const paths = captures.map(c => c.path)
  const read = { ikePorts: ike_ports }
  return {
    rereadable: true,
    // A scan is a file by then: it is read again rather than held.
    segments: () => segmentFiles(paths, workers, { ...read, samples: true, rates: true, segments, mostHeld: 0 }),
    read: (handler: PacketHandler) => readCaptures(paths, handler, read),
  }
}
