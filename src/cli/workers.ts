/** Worker threads for captures that are worth them. */
import { existsSync, statSync } from "node:fs"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { DataWorkers } from "../node/data-workers.ts"
import { SegmentPool } from "../node/segment-pool.ts"
import { segmentFiles } from "../node/segmented-files.ts"
import type { DataPlaneOptions } from "../open/data-plane.ts"
import type { SegmentedCapture } from "../segment/segmented.ts"
import { type CommandReadOptions, tellIncomplete } from "./captures.ts"
import { Progress } from "./progress.ts"

/** Smaller captures are read before a thread has started. */
const WORTH_BYTES = 64 << 20
/** Where packets are handed on in order one thread reads and walks; more than a few others would wait for it. */
const MOST_OPENERS = 6

/** The scripts that workers run, beside the compiled command. */
const SEGMENT_SCRIPT = new URL("./segment-worker.js", import.meta.url)
const DATA_SCRIPT = new URL("./data-worker.js", import.meta.url)

/** The threads of one command: as many as `--threads` says, or all cores where the captures are worth it. Each is started when there is work for it. */
export class Threads {
  readonly count: number
  /** Opens ESP beside this thread, for those who want its content in order; undefined with one thread. */
  readonly executor: DataPlaneOptions["executor"]
  #pool: SegmentPool | undefined
  #openers: DataWorkers | undefined

  constructor(
    readonly paths: readonly string[],
    threads: number | undefined,
  ) {
    const isBuilt = existsSync(fileURLToPath(SEGMENT_SCRIPT))
    this.count = isBuilt ? (threads ?? (sizeOf(paths) < WORTH_BYTES ? 1 : availableParallelism())) : 1
    if (this.count < 2) return
    this.executor = states => {
      this.#openers ??= new DataWorkers(Math.min(MOST_OPENERS, this.count - 1), DATA_SCRIPT)
      return this.#openers.executor(states)
    }
  }

  /** Whether the captures can be read in segments: files, read whole, with IKE on known ports only. */
  isWorth({ heuristicIke, range = {}, stop, all, onRecord }: CommandReadOptions): boolean {
    if (this.count < 2 || heuristicIke || stop || all || onRecord) return false
    if (range.from !== undefined || range.to !== undefined || range.count !== undefined) return false
    return this.paths.every(path => statSync(path, { throwIfNoEntry: false })?.isFile())
  }

  /** The captures in segments (`CaptureSource.segments`). Sets exit code 3 when one was not read to its end. */
  async segments(
    options: CommandReadOptions,
    { samples }: { readonly samples: boolean },
  ): Promise<SegmentedCapture | undefined> {
    this.#pool ??= new SegmentPool(this.count, SEGMENT_SCRIPT)
    const progress = new Progress()
    const { ikePorts, blocks } = options
    const segmented = await segmentFiles(this.paths, this.#pool, {
      ikePorts,
      blocks,
      progress: progress.report,
      samples,
    })
    if (!segmented) return undefined
    return {
      ikePorts: segmented.ikePorts,
      async *scans() {
        yield* segmented.scans()
        progress.clear()
      },
      opened: (keys, framesBefore) => segmented.opened(keys, framesBefore),
      captures: () => tellIncomplete(segmented.captures()),
    }
  }

  /** Ends them. */
  close(): void {
    this.#pool?.close()
    this.#openers?.close()
  }
}

const sizeOf = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + (path === "-" ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0)), 0)
