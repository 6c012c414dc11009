/** `ikedump batch`: many and large captures over all cores, workers at a queue, or a cluster. A run folder holds the work (docs/batch.md). */

import { statSync } from "node:fs"
import { availableParallelism } from "node:os"
import { resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Command, InvalidArgumentError } from "commander"
import type { Engine } from "../batch/engines/engine.ts"
import { LocalEngine, runTasks } from "../batch/engines/local.ts"
import { RunFolder, RunFolderError } from "../batch/run-folder.ts"
import { fold, foldAndMerge, merge, type Outcomes, plan } from "../batch/stages.ts"
import { StageTasks, type TaskStage } from "../batch/tasks.ts"
import { codeOf, messageOf } from "../bytes/errors.ts"
import { safeText } from "../bytes/safe-text.ts"
import { plural } from "../bytes/words.ts"
import { folderCaptures, isFolder } from "../node/capture-paths.ts"
import { PskError } from "../node/psk-file.ts"
import { SegmentPool } from "../node/segment-pool.ts"
import { OUTCOMES } from "../report/verdict/types.ts"
import { SecretsError } from "../secrets/errors.ts"
import { capturesOf } from "./captures.ts"
import { CliError, cannotWrite, EXIT } from "./exit.ts"
import { type CommonOptions, collect } from "./options.ts"
import { print } from "./print.ts"

interface BatchOptions extends Pick<CommonOptions, "keys" | "psk" | "ikePort" | "threads"> {
  readonly out: string
  readonly segmentMb?: number
  readonly task?: Share
  readonly engine: string
  readonly redis: string
  readonly tasks: number
  readonly sbatch?: string[]
  /** Seconds between two looks. */
  readonly watch?: number | true
}

/** Every `of`-th task, from the one with this number on. */
interface Share {
  readonly number: number
  readonly of: number
}

export function configure(command: Command): void {
  command.addHelpText("after", EXAMPLES)
  const stage = (name: string, what: string) => command.command(name).description(what).exitOverride()
  withPlan(stage("plan <path...>", "describe the captures and cut them into segments")).action(
    guarded(async (paths: string[], options: BatchOptions) => void (await planRun(paths, options))),
  )
  withShare(stage("scan <run>", "scan segments")).action(
    guarded((run: string, o: BatchOptions) => tasks(run, "scan", o)),
  )
  withKeysFiles(withThreads(stage("fold <run>", "fold the scans: SAs and keys"))).action(
    guarded(async (run: string, options: BatchOptions) => {
      const folder = new RunFolder(resolve(run))
      const secrets = secretPaths(options)
      if (secrets.length > 0) folder.keysFiles = secrets
      await withPool(options, pool => fold(folder, pool))
    }),
  )
  withShare(stage("open <run>", "open ESP and AH of segments")).action(
    guarded((run: string, o: BatchOptions) => tasks(run, "open", o)),
  )
  withThreads(stage("merge <run>", "join everything; write the result tables")).action(
    guarded(async (run: string, options: BatchOptions) => {
      const folder = new RunFolder(resolve(run))
      printResult(await withPool(options, pool => merge(folder, pool)), folder)
    }),
  )
  withKeysFiles(withThreads(withPlan(stage("run <path...>", "all stages, one after the other"))))
    .option("--engine <name>", "local, bullmq or slurm", "local")
    .option("--redis <url>", "the queue of --engine bullmq", "redis://127.0.0.1:6379")
    .option("--tasks <n>", "tasks of an array job of --engine slurm", wholeNumber, 16)
    .option("--sbatch <option>", "an option for sbatch, as --sbatch=--partition=long; repeatable", collect)
    .option(
      "--watch [seconds]",
      "then look so often for captures that arrive in the given folders (5), until Ctrl-C",
      wholeNumber,
    )
    .action(guarded(runAll))
}

const EXAMPLES = `
Examples:
  ikedump batch run /captures -o run --keys keys.json
  ikedump batch run /captures -o run --engine bullmq --redis redis://queue:6379     beside: ikedump worker --redis …
  ikedump batch plan /captures -o run && ikedump batch scan run --task 1/8          each stage by any scheduler
  duckdb < queries.sql                                                              in the run folder
`

const withPlan = (c: Command): Command =>
  c
    .requiredOption("-o, --out <folder>", "the run folder")
    .option("--ike-port <port>", "take a UDP or TCP port for IKE, beside 500 and 4500; repeatable", portNumbers)
    .option("--segment-mb <n>", "size of a segment, MB (default: 64 to 256, the more there is the larger)", wholeNumber)
const withKeysFiles = (c: Command): Command =>
  c
    .option("--keys <file>", "secrets: any format we know; the run folder keeps the path; repeatable", collect)
    .option("--psk <@file>", "a file with one pre-shared key; the run folder keeps the path; repeatable", collect)

/** Where the secrets are, for the run folder, which keeps none itself: a pre-shared key has to stand in a file. Throws CliError. */
function secretPaths({ keys = [], psk = [] }: BatchOptions): readonly string[] {
  if (psk.some(value => !value.startsWith("@")))
    throw new CliError("--psk: a run folder keeps no secret, only where it is", undefined, ["--psk @FILE"])
  return [...keys.map(path => resolve(path)), ...psk.map(value => `@${resolve(value.slice(1))}`)]
}
const withThreads = (c: Command): Command => c.option("--threads <n>", "threads (default: all cores)", wholeNumber)
const withShare = (c: Command): Command =>
  withThreads(c).option("--task <n/m>", "the n-th of m shares of the tasks, from 1", share)

function wholeNumber(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError("a whole number from 1 on")
  return n
}

function portNumbers(text: string, all: number[] | undefined): number[] {
  const port = wholeNumber(text)
  if (port > 65_535) throw new InvalidArgumentError("a port is a number from 1 to 65535")
  return [...(all ?? []), port]
}

function share(text: string): Share {
  const [number, of] = text.split("/").map(wholeNumber)
  if (of === undefined || number > of) throw new InvalidArgumentError("a share is 1/8 to 8/8")
  return { number, of }
}

/** The action, with faults of run folders and secrets as errors of the command. */
const guarded =
  <A extends unknown[]>(action: (...args: A) => void | Promise<void>) =>
  async (...args: A): Promise<void> => {
    try {
      await action(...args)
    } catch (e) {
      if (e instanceof RunFolderError || e instanceof SecretsError) throw new CliError(e.message)
      if (e instanceof PskError) throw new CliError(e.message, undefined, e.hints)
      const cause = e instanceof Error && e.cause instanceof Error ? e.cause : e
      const code = codeOf(cause)
      if (code === "ENOSPC" || code === "EDQUOT" || code === "EROFS") throw cannotWrite("the run folder", cause)
      if (e instanceof Error && e.name === "TaskError")
        throw new CliError(e.message, EXIT.CAPTURE, ["what is done stays done: the same command goes on from here"])
      throw e
    }
  }

async function withPool<T>(
  { threads }: Pick<BatchOptions, "threads">,
  work: (pool: SegmentPool) => Promise<T>,
): Promise<T> {
  const pool = new SegmentPool(threads ?? availableParallelism())
  try {
    return await work(pool)
  } finally {
    pool.close()
  }
}

async function planRun(paths: readonly string[], options: BatchOptions): Promise<RunFolder> {
  const folder = new RunFolder(resolve(options.out))
  const captures = options.watch ? await capturesSoFar(paths) : await capturesOf(paths)
  const { segments } = plan(folder, captures, {
    ikePorts: options.ikePort,
    segmentBytes: options.segmentMb && options.segmentMb * 1e6,
  })
  log(`${plural(captures.length, "capture")} in ${plural(segments.length, "segment")}: ${safeText(options.out)}`)
  return folder
}

/** As `capturesOf`; a folder that is watched may be empty at first. */
async function capturesSoFar(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths)
    if (!isFolder(path) || (await folderCaptures(path)).captures.length > 0) found.push(...(await capturesOf([path])))
  return found
}

/** Does this process's share of a stage. */
async function tasks(run: string, stage: TaskStage, options: BatchOptions): Promise<void> {
  const folder = new RunFolder(resolve(run))
  await withPool(options, async pool => {
    const all = new StageTasks(folder, stage, pool)
    const { number, of } = options.task ?? { number: 1, of: 1 }
    const mine = all.pending().filter(task => task % of === number - 1)
    await runTasks(all, mine, pool.threads)
    log(`${stage}: ${mine.length} of ${plural(all.count, "task")} done here`)
  })
}

async function runAll(paths: string[], options: BatchOptions): Promise<void> {
  const secrets = secretPaths(options)
  // What arrives from now on is not of the first plan.
  const before = options.watch ? await stateOf(paths) : ""
  const folder = await planRun(paths, options)
  if (secrets.length > 0) folder.keysFiles = secrets
  if (options.engine === "slurm") return submit(folder, options)
  const stop = new AbortController()
  const onSignal = (): void => {
    log("stopping; what is done stays done")
    stop.abort()
  }
  process.once("SIGINT", onSignal)
  try {
    await withPool(options, async pool => {
      const engine = await engineNamed(options, folder, pool)
      try {
        printResult(await stages(folder, engine, pool, stop.signal), folder)
        if (options.watch) await watch(paths, before, { options, folder, engine, pool, signal: stop.signal })
      } finally {
        await engine.close()
      }
    })
  } catch (e) {
    if (!stop.signal.aborted) throw e
  } finally {
    process.removeListener("SIGINT", onSignal)
  }
}

async function stages(folder: RunFolder, engine: Engine, pool: SegmentPool, signal: AbortSignal): Promise<Outcomes> {
  await engine.run("scan", { signal, progress: progressOf("scan") })
  const outcomes = await foldAndMerge(folder, pool, () => engine.run("open", { signal, progress: progressOf("open") }))
  progressOf("")(0, 0)
  return outcomes
}

async function engineNamed(options: BatchOptions, folder: RunFolder, pool: SegmentPool): Promise<Engine> {
  if (options.engine === "local") return new LocalEngine(folder, pool)
  if (options.engine !== "bullmq")
    throw new CliError(`unknown engine ${JSON.stringify(options.engine)}`, undefined, ["known: local, bullmq, slurm"])
  const { BullEngine } = await bullmq()
  return BullEngine.connect(folder, options.redis, log)
}

/** The engine of a queue. Throws CliError when its libraries are not installed. */
export async function bullmq() {
  try {
    await Promise.all([import("bullmq"), import("ioredis")])
    return await import("../batch/engines/bullmq.ts")
  } catch (e) {
    if (codeOf(e) !== "ERR_MODULE_NOT_FOUND") throw e
    throw new CliError("the queue's libraries are not installed", undefined, [
      "npm install bullmq ioredis (beside ikedump)",
    ])
  }
}

interface Watching {
  readonly options: BatchOptions
  readonly folder: RunFolder
  readonly engine: Engine
  readonly pool: SegmentPool
  readonly signal: AbortSignal
}

/** Between two looks for captures that arrived. */
const WATCH_SECONDS = 5

/** The captures and their sizes. */
const stateOf = async (paths: readonly string[]): Promise<string> =>
  (await capturesSoFar(paths)).map(path => `${path} ${statSync(path, { throwIfNoEntry: false })?.size ?? 0}`).join("\n")

/**
 * Plans anew whenever the captures are others than those that are `done`, and does what that added. A file counts when its size stayed the same
 * between two looks.
 */
async function watch(
  paths: readonly string[],
  done: string,
  { options, folder, engine, pool, signal }: Watching,
): Promise<void> {
  const seconds = typeof options.watch === "number" ? options.watch : WATCH_SECONDS
  for (let before = done; ; ) {
    await sleep(seconds * 1000, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const now = await stateOf(paths)
    if (now === before && now !== done) {
      await planRun(paths, options)
      printResult(await stages(folder, engine, pool, signal), folder)
      done = now
    }
    before = now
  }
}

async function submit(folder: RunFolder, options: BatchOptions): Promise<void> {
  const { submitSlurm } = await import("../batch/engines/slurm.ts")
  const ikedump = [process.execPath, process.argv[1]]
  try {
    const jobs = submitSlurm(folder, { tasks: options.tasks, sbatch: options.sbatch, ikedump })
    for (const { stage, id } of jobs) log(`${stage}: job ${id}`)
    log(`the result will stand in ${safeText(folder.resultPath)}`)
  } catch (e) {
    throw new CliError(messageOf(e))
  }
}

/** A line that is written over on a terminal; nothing elsewhere. */
function progressOf(stage: string): (done: number, total: number) => void {
  return (done, total) => {
    if (!process.stderr.isTTY) return
    process.stderr.write(total > 0 ? `\r\x1b[K${stage} ${done} of ${total}` : "\r\x1b[K")
  }
}

function printResult(counts: Outcomes, folder: RunFolder): void {
  const words = OUTCOMES.flatMap(outcome => (counts[outcome] > 0 ? [`${counts[outcome]} ${outcome}`] : []))
  const sas = OUTCOMES.reduce((n, outcome) => n + counts[outcome], 0)
  print([
    `${sas} IKE SA${sas === 1 ? "" : "s"}${words.length > 0 ? `: ${words.join(" · ")}` : ""}\n${folder.resultPath}\n`,
  ])
}

const log = (text: string): void => void process.stderr.write(`ikedump: ${text}\n`)
