/**
 * Workers at a BullMQ queue (Redis or Valkey), on any number of machines that see the captures and the run folder under the same paths. What is
 * done stands in the run folder and nowhere else: a queue that lost its jobs is filled again, a job that comes twice finds its file and ends.
 */

import { setTimeout as sleep } from "node:timers/promises"
import type { Queue as BullQueue, Worker as BullWorker, Job } from "bullmq"
import { plural } from "../../bytes/words.ts"
import { SegmentPool } from "../../node/segment-pool.ts"
import { RunFolder } from "../run-folder.ts"
import { NO_WORKERS, StageTasks, type TaskStage } from "../tasks.ts"
import { type Engine, type EngineOptions, TaskError } from "./engine.ts"

/** The one queue that workers listen to. */
export const QUEUE = "ikedump"

const ATTEMPTS = 5
const BACKOFF_MS = 500
/** Between two looks at the run folder and the queue. */
const LOOK_MS = 250
/** A worker that does not renew its lock for so long is taken for dead, and its job is given to another. */
const LOCK_MS = 15_000
/** How long the queue may be without jobs, and tasks without files, until they are queued again. */
const LOST_MS = 2_000

export interface TaskJob {
  readonly run: string
  readonly stage: TaskStage
  readonly task: number
}

type Queue = BullQueue<TaskJob>

/** The optional libraries. Throws node's ERR_MODULE_NOT_FOUND. */
async function library() {
  const [bull, { Redis }] = await Promise.all([import("bullmq"), import("ioredis")])
  return { ...bull, Redis }
}

/** A connection that waits for a server that went away, for as long as it takes. */
const PATIENT = { maxRetriesPerRequest: null, retryStrategy: (times: number) => Math.min(times * 100, 2_000) }

export class BullEngine implements Engine {
  private constructor(
    readonly folder: RunFolder,
    readonly queue: Queue,
    readonly disconnect: () => void,
    readonly log: (text: string) => void,
  ) {}

  static async connect(folder: RunFolder, redis: string, log: (text: string) => void): Promise<BullEngine> {
    const { Queue, Redis } = await library()
    const connection = new Redis(redis, PATIENT)
    logOutages(connection, log)
    const queue: Queue = new Queue(QUEUE, { connection })
    queue.on("error", () => {})
    return new BullEngine(folder, queue, () => connection.disconnect(), log)
  }

  async run(stage: TaskStage, { signal, progress }: EngineOptions = {}): Promise<void> {
    const tasks = new StageTasks(this.folder, stage, NO_WORKERS)
    let pending = tasks.pending()
    const total = pending.length
    // A round of its own for each filling: an id that was used is not taken again while its job is remembered.
    const began = Date.now()
    let round = 0
    await orAborted(this.#fill(stage, pending, `${began}-${round}`), signal)
    let quietSince = Date.now()
    while (pending.length > 0) {
      if (signal?.aborted) await withinMoment(this.#cancel())
      signal?.throwIfAborted()
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
      pending = tasks.pending()
      progress?.(total - pending.length, total)
      const jobs = await orAborted(this.#mine(), signal)
      const failed = jobs.find(
        job => job.state === "failed" && job.data.stage === stage && pending.includes(job.data.task),
      )
      if (failed) throw await this.#failure(failed.job, stage)
      if (jobs.some(job => job.state !== "failed")) quietSince = Date.now()
      else if (pending.length > 0 && Date.now() - quietSince > LOST_MS) {
        this.log(`the queue lost ${plural(pending.length, `${stage} task`)}: queued again`)
        await orAborted(this.#fill(stage, pending, `${began}-${++round}`), signal)
        quietSince = Date.now()
      }
    }
  }

  async close(): Promise<void> {
    await withinMoment(this.queue.close())
    this.disconnect()
  }

  async #fill(stage: TaskStage, tasks: readonly number[], round: string): Promise<void> {
    const run = this.folder.path
    const options = { attempts: ATTEMPTS, backoff: { type: "exponential", delay: BACKOFF_MS }, removeOnComplete: true }
    await this.queue.addBulk(
      tasks.map(task => ({
        name: `${stage} ${task}`,
        data: { run, stage, task },
        opts: { ...options, jobId: `${stage}-${task}-${round}` },
      })),
    )
  }

  /** Jobs of this run that are not done. */
  async #mine() {
    const states = ["wait", "active", "delayed", "prioritized", "failed"] as const
    const lists = await Promise.all(
      states.map(async state =>
        (await this.queue.getJobs([state])).map(job => ({ job, state: String(state), data: job?.data })),
      ),
    )
    return lists.flat().filter(({ data }) => data?.run === this.folder.path)
  }

  async #failure(job: Job<TaskJob>, stage: TaskStage): Promise<TaskError> {
    await this.#cancel()
    return new TaskError(stage, job.data.task, new Error(job.failedReason ?? "unknown reason"))
  }

  /** Takes this run's jobs out of the queue; those that a worker has now end by themselves. */
  async #cancel(): Promise<void> {
    for (const { job, state } of await this.#mine()) if (state !== "active") await job.remove().catch(() => {})
  }
}

/** The promise, or a rejection as soon as `signal` aborts: a server that is away may keep it for ever. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener("abort", stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop))
  })
}

const MOMENT_MS = 1_000

/** Waits for what cleans up, but not for a server that is away. */
const withinMoment = (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([promise.catch(() => {}), sleep(MOMENT_MS, undefined, { ref: false })])

export interface WorkerOptions {
  readonly redis: string
  /** Tasks at once. */
  readonly threads: number
  readonly script?: URL
  log(text: string): void
}

/** Takes tasks from the queue until it is closed. */
export async function startWorker({ redis, threads, script, log }: WorkerOptions): Promise<{ close(): Promise<void> }> {
  const { Worker, Redis } = await library()
  const connection = new Redis(redis, PATIENT)
  logOutages(connection, log)
  const pool = new SegmentPool(threads, script)
  const worker: BullWorker<TaskJob> = new Worker<TaskJob>(
    QUEUE,
    async ({ data, attemptsMade }: Job<TaskJob>) => {
      await new StageTasks(new RunFolder(data.run), data.stage, pool).run(data.task)
      log(
        `${data.stage} ${data.task + 1} of ${data.run} done${attemptsMade > 0 ? `, attempt ${attemptsMade + 1}` : ""}`,
      )
    },
    {
      connection,
      concurrency: threads,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS / 3,
      maxStalledCount: ATTEMPTS,
    },
  )
  worker.on("error", () => {})
  worker.on("failed", (job, error) => log(`${job?.name ?? "a task"} failed: ${error.message}`))
  worker.on("stalled", id => log(`task ${id} was left by a worker that is gone: taken over`))
  return {
    async close() {
      await worker.close()
      pool.close()
      connection.disconnect()
    },
  }
}

/** Says when the server goes away and when it is back. */
function logOutages(connection: { on(event: string, f: () => void): unknown }, log: (text: string) => void): void {
  let away = false
  let ever = false
  connection.on("error", () => {
    if (!away)
      log(ever ? "the queue's server is gone: waiting for it" : "the queue's server does not answer: waiting for it")
    away = true
  })
  connection.on("close", () => {
    if (ever && !away) log("the queue's server is gone: waiting for it")
    away = true
  })
  connection.on("ready", () => {
    if (away && ever) log("the queue's server is back")
    away = false
    ever = true
  })
}
