/** Worker threads for captures that are worth them. */
import { existsSync, statSync } from "node:fs"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { DataWorkers } from "../node/data-workers.ts"
import type { DataPlaneOptions } from "../open/data-plane.ts"

/** Smaller captures are opened before a thread has started. */
const WORTH_BYTES = 64 << 20
/** One thread reads and walks; more than a few others would wait for it. */
const MOST_WORKERS = 6

/** The script that workers run, beside the compiled command. */
const SCRIPT = new URL("./data-worker.js", import.meta.url)

export interface Workers {
  readonly executor: NonNullable<DataPlaneOptions["executor"]>
  close(): void
}

/** Starts workers: `threads` less this one, or as many as the size of the captures is worth. Undefined for none. */
export function startWorkers(paths: readonly string[], threads: number | undefined): Workers | undefined {
  const count = threads === undefined ? worthIt(paths) : threads - 1
  if (count < 1 || !existsSync(fileURLToPath(SCRIPT))) return undefined
  let workers: DataWorkers | undefined
  return {
    executor(states) {
      workers ??= new DataWorkers(count, SCRIPT)
      return workers.executor(states)
    },
    close: () => workers?.close(),
  }
}

function worthIt(paths: readonly string[]): number {
  const bytes = paths.reduce((sum, path) => sum + (path === "-" ? 0 : sizeOf(path)), 0)
  return bytes < WORTH_BYTES ? 0 : Math.min(MOST_WORKERS, availableParallelism() - 1)
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
