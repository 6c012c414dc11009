/** The tasks of a run: one a segment and stage. Each writes one file; doing one twice gives the same file. */
import { existsSync } from "node:fs"
import type { SegmentJob, SegmentWorkers } from "../node/segment-jobs.ts"
import { FolderWorkers } from "./folder-workers.ts"
import { type RunFolder, RunFolderError } from "./run-folder.ts"

/** Stages that are cut into tasks; plan, fold and merge are one step each. */
export type TaskStage = "scan" | "open"

/** The tasks of one stage of a run, as the folder stands now. */
export class StageTasks {
  readonly #workers: FolderWorkers
  readonly #jobs: readonly SegmentJob[]

  /** Throws RunFolderError when the stage before it is not done. */
  constructor(
    readonly folder: RunFolder,
    readonly stage: TaskStage,
    workers: SegmentWorkers,
  ) {
    this.#workers = new FolderWorkers(folder, workers)
    this.#jobs = stage === "scan" ? this.#scanJobs() : this.#openJobs()
  }

  get count(): number {
    return this.#jobs.length
  }

  /** Tasks whose files are missing, in order. */
  pending(): number[] {
    return this.#jobs.flatMap((job, i) => (existsSync(this.#workers.pathOf(job)) ? [] : [i]))
  }

  /** Does a task, unless its file is there. Rejects with node's error. */
  async run(task: number): Promise<void> {
    await this.#workers.run(this.#jobs[task])
  }

  #scanJobs(): SegmentJob[] {
    const { segments, ike_ports } = this.folder.manifest()
    return segments.map(segment => ({ kind: "scan", segment, ikePorts: ike_ports, samples: true, rates: true }))
  }

  #openJobs(): SegmentJob[] {
    const fold = this.folder.fold()
    if (!fold) throw new RunFolderError(`${this.folder.path} is not folded yet: ikedump batch fold ${this.folder.path}`)
    const keys = this.#workers.share(fold.keys)
    return fold.jobs.map(job => ({ ...job, keys }))
  }
}

/** Who counts tasks without doing any. */
export const NO_WORKERS: SegmentWorkers = {
  threads: 1,
  run: () => Promise.reject(new TypeError("these workers only count")),
  share: () => 0,
}
