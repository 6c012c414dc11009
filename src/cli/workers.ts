/** Worker threads for captures that are worth them. */
import { accessSync, constants, existsSync, statSync } from "node:fs"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { DataWorkers } from "../node/data-workers.ts"
import { onInterrupt } from "../node/interrupt.ts"
import { SegmentPool } from "../node/segment-pool.ts"
import { segmentFiles } from "../node/segmented-files.ts"
import type { DataPlaneOptions } from "../open/data-plane.ts"
import type { CaptureInfo } from "../report/types.ts"
import { ScanFold, type ScanHandler } from "../segment/fold-scans.ts"
import type { SegmentedCapture } from "../segment/segmented.ts"
import { type CommandReadOptions, printIncomplete, printInterrupted } from "./captures.ts"
import { Progress } from "./progress.ts"

/**
 * Smaller captures are read before a thread has started and has compiled what it runs: bench/README.md, "Threads". Two cores gain later, since V8's compiler is
 * at work on the second one already. Where there are no secrets most frames are passed over, and what is left is the fold's.
 */
const WORTH_BYTES = { draw: 512 << 20, open: 512 << 20, openOnTwo: 2 ** 30, scan: 2 ** 31 }
/** With keys of more data SAs two threads take twice the CPU of one, which reads once and begins each SA once. */
const MANY_ROWS = 256
const FEW_CORES = 3
/** Bytes of the captures that make a thread worth its start, where packets may have to be opened and where they are only scanned. */
const WORTH_A_THREAD = { open: 96 << 20, scan: 192 << 20 }
/** Where packets are handed on in order one thread reads and walks; more than a few others would wait for it. */
const MOST_OPENERS = 6
/** Threads from which on content is opened in segments. */
const LEAST_FOR_CONTENT = 3

/** The scripts that workers run, beside the compiled command. */
const SEGMENT_SCRIPT = new URL("./segment-worker.js", import.meta.url)
const TRIAGE_SCRIPT = new URL("./triage-worker.js", import.meta.url)
const FIELDS_SCRIPT = new URL("./fields-worker.js", import.meta.url)
const DATA_SCRIPT = new URL("./data-worker.js", import.meta.url)

/** How many threads are good for the captures: as many as were asked for, or `defaultThreads`. */
export function threadsFor(
  paths: readonly string[],
  threads: number | undefined,
  work: Pick<Work, "worthCount" | "rows" | "kind"> = {},
): number {
  if (!existsSync(fileURLToPath(SEGMENT_SCRIPT))) return 1
  const size = { captures: paths.length, bytes: sizeOf(paths), cores: availableParallelism() }
  return threads ?? defaultThreads({ ...size, ...work })
}

/** What there is to do. */
export interface Work {
  readonly captures: number
  readonly bytes: number
  readonly cores: number
  /** So many captures are worth all cores, however small they are. */
  readonly worthCount?: number
  /** Data SAs whose keys are all that is known: one thread opens them in one reading. */
  readonly rows?: number
  /** What is done with packets: drawn, opened (the default), or counted only. */
  readonly kind?: "draw" | "open" | "scan"
}

/** Threads that are no slower than one: all cores where there is enough to do for them. */
export function defaultThreads({
  captures,
  bytes,
  cores,
  worthCount = Number.POSITIVE_INFINITY,
  rows = 0,
  kind = "open",
}: Work): number {
  const few = cores < FEW_CORES
  const worth = WORTH_BYTES[few && kind === "open" ? "openOnTwo" : kind]
  if (bytes < worth && captures < worthCount) return 1
  return rows > MANY_ROWS && few ? 1 : cores
}

/** Whether captures are large enough for threads. */
export const isWorth = (paths: readonly string[]): boolean => sizeOf(paths) >= WORTH_BYTES.open

/** Threads that analyze whole captures too. */
export const triagePool = (threads: number): SegmentPool => new SegmentPool(threads, TRIAGE_SCRIPT, true)

/** Threads that make rows of fields. */
export const rowsPool = (threads: number): SegmentPool => new SegmentPool(threads, FIELDS_SCRIPT)

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
    work: Pick<Work, "rows" | "kind">,
  ) {
    this.count = threadsFor(paths, threads, work)
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
    return this.paths.every(isReadableFile)
  }

  /** The captures in segments (`CaptureSource.segments`). Sets exit code 3 when one was not read to its end. */
  async segments(
    options: CommandReadOptions,
    { samples, content }: { readonly samples: boolean; readonly content: boolean },
  ): Promise<SegmentedCapture | undefined> {
    // Content goes through this thread anyway: with one other, that one opens beside it (`executor`), which takes less memory.
    if (content && this.count < LEAST_FOR_CONTENT) return undefined
    this.#pool ??= new SegmentPool(this.#worth(samples || content), SEGMENT_SCRIPT)
    const progress = new Progress()
    const { ikePorts, blocks } = options
    const stop = { stopped: false }
    const ignoreInterrupt = onInterrupt(() => {
      stop.stopped = true
    })
    const segmented = await segmentFiles(this.paths, this.#pool, {
      ikePorts,
      blocks,
      stop,
      progress: progress.report,
      samples,
      content,
    })
    if (!segmented) {
      ignoreInterrupt()
      return undefined
    }
    return {
      ikePorts: segmented.ikePorts,
      async *scans() {
        yield* segmented.scans()
        ignoreInterrupt()
        progress.clear()
      },
      opened: (keys, framesBefore, inner) => segmented.opened(keys, framesBefore, inner),
      bytesAt: (...where) => segmented.bytesAt?.(...where),
      captures: () => (stop.stopped ? printInterrupted : printIncomplete)(segmented.captures()),
    }
  }

  /** As many threads as were asked for, or as many as the captures are worth. */
  #worth(opens: boolean): number {
    const worth = Math.ceil(sizeOf(this.paths) / (opens ? WORTH_A_THREAD.open : WORTH_A_THREAD.scan))
    return Math.max(2, Math.min(this.count, worth))
  }

  /** Gives the handler what scans say of the captures; undefined where they are not worth it, and nothing was given. */
  async scan(handler: ScanHandler, options: CommandReadOptions): Promise<CaptureInfo[] | undefined> {
    const segments = this.isWorth(options)
      ? await this.segments(options, { samples: false, content: false })
      : undefined
    if (!segments) return undefined
    const fold = new ScanFold(handler, options)
    for await (const scan of segments.scans()) fold.add(scan)
    fold.end()
    return segments.captures()
  }

  /** Ends them. */
  close(): void {
    this.#pool?.close()
    this.#openers?.close()
  }
}

/** Whether it is a file that can be opened: what cannot is reported by the plain reading. */
export function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const sizeOf = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + (path === "-" ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0)), 0)
