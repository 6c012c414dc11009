/** Worker threads that take tasks one by one: whoever is done gets the next. */
import { Worker } from "node:worker_threads"

export interface TaskPool<T, R> {
  /** The compiled script of the worker: it answers each message with one message. */
  readonly script: URL
  readonly threads: number
  readonly workerData: unknown
  /** What a task comes to whose worker ended before it answered. */
  lost(task: T, reason: string): R
}

/** Runs all tasks; results in the order of the tasks. `onResult` is called as they come. */
export async function runTasks<T, R>(
  tasks: readonly T[],
  pool: TaskPool<T, R>,
  onResult: (result: R) => void = () => {},
): Promise<R[]> {
  const results: R[] = new Array(tasks.length)
  let next = 0
  const work = async (): Promise<void> => {
    while (next < tasks.length) {
      const worker = new Worker(pool.script, { workerData: pool.workerData })
      try {
        await feed(worker)
      } finally {
        await worker.terminate()
      }
    }
  }
  /** Sends tasks until there is none, or the worker ended: then another one goes on. */
  const feed = async (worker: Worker): Promise<void> => {
    while (next < tasks.length) {
      const at = next++
      const answer = await ask<T, R>(worker, tasks[at])
      results[at] = answer.ended === undefined ? (answer.result as R) : pool.lost(tasks[at], answer.ended)
      onResult(results[at])
      if (answer.ended !== undefined) return
    }
  }
  await Promise.all(Array.from({ length: Math.min(pool.threads, tasks.length) }, work))
  return results
}

/** The worker's answer, or why it ended. */
function ask<T, R>(worker: Worker, task: T): Promise<{ result?: R; ended?: string }> {
  return new Promise(resolve => {
    const done = (answer: { result?: R; ended?: string }) => {
      for (const name of ["message", "error", "exit"]) worker.removeAllListeners(name)
      resolve(answer)
    }
    worker.once("message", (result: R) => done({ result }))
    worker.once("error", e => done({ ended: `${e.name}: ${e.message}` }))
    worker.once("exit", code => done({ ended: `the worker ended with ${code}` }))
    worker.postMessage(task)
  })
}
