/** Workers that remember: what a task wrote into the run folder is read instead of done again. */
import { existsSync } from "node:fs"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { Answers, OpenJob, SegmentJob, SegmentWorkers } from "../node/segment-jobs.ts"
import type { Manifest } from "./manifest.ts"
import { keysDigest, type RunFolder } from "./run-folder.ts"

interface SharedKeys {
  /** How the workers behind name them. */
  readonly id: number
  readonly digest: string
  readonly keys: readonly DataSaKeys[]
}

export class FolderWorkers implements SegmentWorkers {
  readonly #manifest: Manifest
  readonly #keys: SharedKeys[] = []

  constructor(
    readonly folder: RunFolder,
    readonly workers: SegmentWorkers,
  ) {
    this.#manifest = folder.manifest()
  }

  get threads(): number {
    return this.workers.threads
  }

  /** What was scanned before is read when it is needed: nothing is gained by holding the next. */
  get jobsAhead(): number | undefined {
    const { segments } = this.#manifest
    return segments.every(segment => existsSync(this.folder.scanPath(this.#manifest, segment))) ? 1 : undefined
  }

  async run<J extends SegmentJob>(job: J): Promise<Answers[J["kind"]]> {
    const path = this.pathOf(job)
    const known = this.folder.answer<J["kind"]>(path)
    if (known) return known
    const answer = await this.workers.run(job.kind === "open" ? { ...job, keys: this.#keys[job.keys].id } : job)
    this.folder.writeAnswer(path, answer)
    return answer
  }

  share(keys: readonly DataSaKeys[]): number {
    return this.#keys.push({ id: this.workers.share(keys), digest: keysDigest(keys), keys }) - 1
  }

  /** The file of a job. */
  pathOf(job: SegmentJob): string {
    if (job.kind === "scan") return this.folder.scanPath(this.#manifest, job.segment)
    return this.folder.openedPath(this.#manifest, job, this.#keys[job.keys].digest)
  }
}

/** Ends the fold when everything is known that the open tasks need. */
export class FoldDone extends Error {
  override readonly name = "FoldDone"
}

/** Hands on what there is to open before the first of it is asked for. */
export class FoldWorkers implements SegmentWorkers {
  #keys: readonly DataSaKeys[] = []

  /** `folded` gets the keys and what there is to open under them; what it rejects with ends the fold. */
  constructor(
    readonly workers: SegmentWorkers,
    readonly folded: (fold: { keys: readonly DataSaKeys[]; jobs: readonly OpenJob[] }) => Promise<void>,
  ) {}

  get threads(): number {
    return this.workers.threads
  }

  get jobsAhead(): number | undefined {
    return this.workers.jobsAhead
  }

  async expect(jobs: readonly OpenJob[]): Promise<void> {
    await this.folded({ keys: this.#keys, jobs })
  }

  run<J extends SegmentJob>(job: J): Promise<Answers[J["kind"]]> {
    return this.workers.run(job)
  }

  share(keys: readonly DataSaKeys[]): number {
    this.#keys = keys
    return this.workers.share(keys)
  }
}
