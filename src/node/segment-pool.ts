/** Threads that scan and open segments: each takes the next job when it is free. Started when the first job comes, ended by `close`. */
import { setFlagsFromString } from "node:v8"
import { Worker } from "node:worker_threads"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { Answer, Answers, Job, KeysMessage, SegmentWorkers } from "./segment-jobs.ts"

/** Young memory of a thread: what it makes is columns, which do not lie there, and objects that die at once. V8 would take three times 16 MB. */
const YOUNG_MB = 6

interface Waiting {
  readonly job: Job
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}

export class SegmentPool implements SegmentWorkers {
  readonly #script: URL
  readonly #workers: Worker[] = []
  readonly #idle: Worker[] = []
  readonly #queue: Waiting[] = []
  /** The job of each thread. */
  readonly #running = new Map<Worker, Waiting>()
  readonly #keys: KeysMessage[] = []
  /** Memory that content came in and that was handed on: for what comes next. */
  readonly #spare: ArrayBuffer[] = []

  /** `threads` at most; `script` is the compiled segment-worker.js. Who analyzes whole captures has `many` objects that live. */
  constructor(
    readonly threads: number,
    script = new URL("./segment-worker.js", import.meta.url),
    readonly many = false,
  ) {
    this.#script = script
  }

  /** Does a job in the first thread that is free. Rejects with what the thread threw. */
  run<J extends Job>(job: J): Promise<Answers[J["kind"]]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject })
      this.#start()
    })
  }

  /** Gives keys to every thread, those to come too; returns how open jobs name them. */
  share(keys: readonly DataSaKeys[]): number {
    const message: KeysMessage = { kind: "keys", id: this.#keys.length, keys }
    this.#keys.push(message)
    for (const worker of this.#workers) worker.postMessage(message)
    return message.id
  }

  /** What came in this memory is not needed any more. */
  reuse(memory: ArrayBuffer): void {
    if (this.#spare.length < this.threads) this.#spare.push(memory)
  }

  /** Ends the threads. Jobs that are not done never are. */
  close(): void {
    for (const worker of this.#workers) void worker.terminate()
    this.#workers.length = this.#idle.length = this.#queue.length = 0
    this.#running.clear()
  }

  #start(): void {
    for (;;) {
      const [waiting] = this.#queue
      const worker = waiting && (this.#idle.pop() ?? (this.#workers.length < this.threads ? this.#create() : undefined))
      if (!worker) return
      this.#queue.shift()
      this.#running.set(worker, waiting)
      this.#post(worker, waiting.job)
    }
  }

  #post(worker: Worker, job: Job): void {
    const memory = job.kind === "open" && job.inner ? this.#spare.pop() : undefined
    if (memory) worker.postMessage({ ...job, memory }, [memory])
    else worker.postMessage(job)
  }

  #create(): Worker {
    if (this.#workers.length === 0) optimizeInPlace()
    const worker = new Worker(this.#script, this.many ? {} : { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    this.#workers.push(worker)
    for (const message of this.#keys) worker.postMessage(message)
    worker.on("message", (answer: Answer) => this.#answered(worker, answer))
    worker.on("error", error => this.#failed(worker, error))
    return worker
  }

  #answered(worker: Worker, answer: Answer): void {
    const waiting = this.#running.get(worker)
    this.#running.delete(worker)
    this.#idle.push(worker)
    if (!waiting) return
    if ("error" in answer) waiting.reject(Object.assign(new Error(answer.error), { code: answer.code }))
    else waiting.resolve(answer.result as never)
    this.#start()
  }

  /** A thread ended by itself: its job is lost, another thread goes on with the others. */
  #failed(worker: Worker, error: Error): void {
    const waiting = this.#running.get(worker)
    this.#running.delete(worker)
    const at = this.#workers.indexOf(worker)
    if (at >= 0) this.#workers.splice(at, 1)
    waiting?.reject(error)
    this.#start()
  }
}

/**
 * Threads to come optimize their code themselves. Otherwise V8 does it for all of them in four threads of the process: sixteen that begin at once would run slow
 * code for a second or two, until their turn has come.
 */
const optimizeInPlace = (): void => setFlagsFromString("--no-concurrent-recompilation")
