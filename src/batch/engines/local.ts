/** All cores of this machine: as many tasks at once as there are threads. */
import type { SegmentWorkers } from "../../node/segment-jobs.ts"
import type { RunFolder } from "../run-folder.ts"
import { StageTasks, type TaskStage } from "../tasks.ts"
import { type Engine, type EngineOptions, TaskError } from "./engine.ts"

export class LocalEngine implements Engine {
  constructor(
    readonly folder: RunFolder,
    readonly workers: SegmentWorkers,
  ) {}

  async run(stage: TaskStage, options: EngineOptions = {}): Promise<void> {
    const tasks = new StageTasks(this.folder, stage, this.workers)
    await runTasks(tasks, tasks.pending(), this.workers.threads, options)
  }

  async close(): Promise<void> {}
}

/** Does some tasks of a stage, so many at once. Rejects with a TaskError for the first that fails. */
export async function runTasks(
  tasks: StageTasks,
  numbers: readonly number[],
  atOnce: number,
  { signal, progress }: EngineOptions = {},
): Promise<void> {
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    while (next < numbers.length && !signal?.aborted) {
      const task = numbers[next++]
      await tasks.run(task).catch((e: Error) => {
        next = numbers.length
        throw new TaskError(tasks.stage, task, e)
      })
      progress?.(++done, numbers.length)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, numbers.length) }, work))
  signal?.throwIfAborted()
}
