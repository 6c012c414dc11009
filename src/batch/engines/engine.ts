/** Who does the tasks of a stage: this machine, workers at a queue, a cluster. */
import type { TaskStage } from "../tasks.ts"

type StageProgress = (done: number, total: number) => void

export interface Engine {
  /** Resolves when every task of the stage has its file. Rejects when one cannot be done, or `signal` aborts. */
  run(stage: TaskStage, options: EngineOptions): Promise<void>
  close(): Promise<void>
}

export interface EngineOptions {
  readonly signal?: AbortSignal
  readonly progress?: StageProgress
}

/** A task that failed for good: which, and why. */
export class TaskError extends Error {
  override readonly name = "TaskError"
  constructor(
    readonly stage: TaskStage,
    readonly task: number,
    override readonly cause: Error,
  ) {
    super(`${stage} task ${task + 1}: ${cause.message}`)
  }
}
