/** The stages that are one step each: plan, fold, merge. Each leaves its result in the run folder. */
import { resolve } from "node:path"
import { nodeProvider } from "../node/crypto.ts"
import { createNodeEspOpener } from "../node/esp-kernels.ts"
import { loadSecrets } from "../node/load-secrets.ts"
import { readCaptures } from "../node/read-captures.ts"
import type { SegmentWorkers } from "../node/segment-jobs.ts"
import { planSegments, segmentFiles } from "../node/segmented-files.ts"
import { type AnalysisResult, analyze } from "../pipeline.ts"
import type { Report } from "../report/types.ts"
import { FoldDone, FolderWorkers, FoldWorkers } from "./folder-workers.ts"
import { describeCapture, type Manifest, RUN_VERSION } from "./manifest.ts"
import type { RunFolder } from "./run-folder.ts"
import { TABLES } from "./tables/definitions.ts"
import { TableFiles } from "./tables/files.ts"
import { rateBins } from "./tables/rates.ts"
import { writeRows } from "./tables/rows.ts"

export interface PlanOptions {
  readonly ikePorts?: readonly number[]
  /** Bytes of a segment, about. */
  readonly segmentBytes?: number
}

/** Bytes of a segment unless the plan says otherwise. */
const SEGMENT_BYTES = 64 << 20

/** Describes the captures and cuts them. Throws node's error when one cannot be read. */
export function plan(folder: RunFolder, paths: readonly string[], options: PlanOptions = {}): Manifest {
  const captures = paths.map(path => describeCapture(resolve(path)))
  const segments = planSegments(
    captures.map(c => c.path),
    options.segmentBytes ?? SEGMENT_BYTES,
  )
  const manifest: Manifest = { ikedump_run: RUN_VERSION, captures, segments, ike_ports: options.ikePorts ?? [] }
  folder.writeManifest(manifest)
  return manifest
}

/** Folds the scans; writes the keys, and what there is to open. Secrets are those that the folder names. */
export async function fold(folder: RunFolder, workers: SegmentWorkers): Promise<void> {
  const taking = new FoldWorkers(new FolderWorkers(folder, workers))
  try {
    await analyzeRun(folder, taking)
  } catch (e) {
    if (!(e instanceof FoldDone)) throw e
  }
  folder.writeFold({ keys: taking.keys, jobs: taking.jobs })
}

/** Joins everything to the report of the run, and writes the tables. */
export async function merge(folder: RunFolder, workers: SegmentWorkers): Promise<Report> {
  const { report, dataSas } = await analyzeRun(folder, new FolderWorkers(folder, workers))
  const files = new TableFiles(folder.resultPath, TABLES)
  try {
    writeRows(folder.path, report, rateBins(dataSas), (table, row) => files.row(table, row))
    files.finish()
  } catch (e) {
    files.abandon()
    throw e
  }
  folder.sweep()
  return report
}

/** The one analysis behind both: its segments come from the folder, or are done now where they are missing. */
async function analyzeRun(folder: RunFolder, workers: SegmentWorkers): Promise<AnalysisResult> {
  const { captures, ike_ports, segments } = folder.manifest()
  const paths = captures.map(c => c.path)
  const keys = folder.keysFiles
  const { secrets } = keys.length > 0 ? await loadSecrets(keys) : { secrets: undefined }
  const read = { ikePorts: ike_ports }
  return analyze(
    {
      rereadable: true,
      segments: () => segmentFiles(paths, workers, { ...read, samples: true, segments }),
      read: handler => readCaptures(paths, handler, read),
    },
    { provider: nodeProvider, secrets, rates: true, data: { createOpener: createNodeEspOpener } },
  )
}
