/** What every command that reads captures does: read, show progress, report read problems, set the exit code. */
import { type Diagnostic, findingText } from "../bytes/diagnostic.ts"
import { safeText } from "../bytes/safe-text.ts"
import { READING } from "../diagnostics/capture.ts"
import type { PacketHandler, PacketView } from "../net/packet-view.ts"
import { folderCaptures, givenTwice, isFolder, isReadOnce } from "../node/capture-paths.ts"
import { endPipes } from "../node/chunk-source.ts"
import { onInterrupt } from "../node/interrupt.ts"
import { CaptureOpenError } from "../node/open-capture.ts"
import { readCaptures } from "../node/read-captures.ts"
import type { ReadOptions } from "../node/read-options.ts"
import type { CaptureInfo, Report } from "../report/types.ts"
import { CliError, EXIT, setExit } from "./exit.ts"
import { printWeighed } from "./notes.ts"
import type { CommonOptions } from "./options.ts"
import { Progress } from "./progress.ts"
import { onlyPackets } from "./sa-option.ts"
import { type RangeFlags, withinRange } from "./time-range.ts"

/** Which captures and packets a command reads. */
export interface CommandReadOptions extends ReadOptions {
  readonly range?: RangeFlags
  /** Other packets are left out. */
  wanted?(view: PacketView): boolean
}

/** What the flags of a command say about reading. */
export const readFlags = ({ ikePort, anyPort, from, to, count }: ReadingFlags): CommandReadOptions => ({
  ikePorts: ikePort,
  heuristicIke: anyPort,
  range: { from, to, count },
})

export type ReadingFlags = Pick<CommonOptions, "ikePort" | "anyPort" | "from" | "to" | "count">

/**
 * Reads captures for a command. Sets exit code 3 when one was not read to its end. Throws CliError when one cannot be opened.
 */
export async function readForCommand(
  paths: readonly string[],
  handler: PacketHandler,
  options: CommandReadOptions = {},
): Promise<CaptureInfo[]> {
  const progress = new Progress()
  const { range = {}, wanted, ...read } = options
  const reading = new Reading(paths, read, range)
  const ignoreInterrupt = onInterrupt(() => reading.interrupt())
  try {
    const taker = withinRange(wanted ? onlyPackets(handler, wanted) : handler, range)
    const captures = await readCaptures(paths, taker, { ...reading.options(), progress: progress.report })
    if (!reading.interrupted) return printIncomplete(captures)
    progress.clear()
    return printInterrupted(captures)
  } catch (error) {
    if (error instanceof CaptureOpenError) throw new CliError(error.message, error.missing ? EXIT.USAGE : EXIT.CAPTURE)
    throw error
  } finally {
    progress.clear()
    ignoreInterrupt()
  }
}

/** What is known of a capture that was read. */
type Read = Pick<CaptureInfo, "path" | "frames" | "complete">

/** Sets exit code 3 when one of the captures was not read to its end. */
export function printIncomplete<C extends readonly Read[]>(captures: C): C {
  if (captures.some(capture => !capture.complete)) setExit(EXIT.CAPTURE)
  return captures
}

/** Says where Ctrl-C ended the reading. A file has more, which is exit code 3; what comes by a pipe ends where somebody ends it. */
export function printInterrupted<C extends readonly Read[]>(captures: C): C {
  const frames = captures.reduce((n, capture) => n + capture.frames, 0)
  process.stderr.write(`ikedump: interrupted: read up to frame ${frames}\n`)
  if (captures.some(({ path }) => !isReadOnce(path))) setExit(EXIT.CAPTURE)
  return printIncomplete(captures)
}

/** Frames after which Ctrl-C ended the reading of captures: who reads them again reads as many. */
const interruptedAfter = new Map<string, number>()

/** Whether Ctrl-C ended a reading of the captures. */
export const wasInterrupted = (paths: readonly string[]): boolean => interruptedAfter.has(nameOf(paths))

const nameOf = (paths: readonly string[]): string => paths.join("\0")

/** Where one reading of captures ends: at `-c N`, at Ctrl-C, or where Ctrl-C ended the reading before. */
class Reading {
  interrupted = false
  #frames = 0
  readonly #most: number
  readonly #name: string

  constructor(
    paths: readonly string[],
    private readonly read: ReadOptions,
    { count = Number.POSITIVE_INFINITY }: RangeFlags,
  ) {
    this.#name = nameOf(paths)
    this.#most = Math.min(count, interruptedAfter.get(this.#name) ?? Number.POSITIVE_INFINITY)
  }

  interrupt(): void {
    this.interrupted = true
    interruptedAfter.set(this.#name, this.#frames)
    endPipes()
  }

  options(): ReadOptions {
    const ends = () => this.interrupted || this.#frames >= this.#most || (this.read.stop?.stopped ?? false)
    return {
      ...this.read,
      stop: {
        get stopped() {
          return ends()
        },
      },
      onRecord: record => {
        this.#frames++
        this.read.onRecord?.(record)
      },
      // Who ends after so many frames, or wants each, gets them one by one.
      onPassed: this.#most < Number.POSITIVE_INFINITY || this.read.onRecord ? undefined : n => void (this.#frames += n),
    }
  }
}

/** The captures that paths mean: a folder is those in it. What is skipped, or given twice, is said. */
export async function capturesOf(paths: readonly string[]): Promise<string[]> {
  const captures: string[] = []
  for (const path of paths) {
    if (!isFolder(path)) {
      captures.push(path)
      continue
    }
    const found = await folderCaptures(path)
    if (found.captures.length === 0) throw new CliError(`no file in ${path} is a capture`)
    if (found.skipped > 0)
      printWeighed(
        "hint",
        `${safeText(path)}: ${found.skipped === 1 ? "1 file is no capture" : `${found.skipped} files are no captures`}, skipped`,
      )
    captures.push(...found.captures)
  }
  for (const path of givenTwice(captures))
    printWeighed("warning", `${safeText(path)} is given twice: each of its packets counts twice`)
  return captures
}

/** Says on standard error what kept captures from being read to their end, where the result itself does not. */
export function printReadProblems(report: Report): void {
  for (const diagnostic of report.diagnostics) if (diagnostic.code in READING) printDiagnostic(diagnostic)
}

/** A finding as one line on standard error: `ikedump: warning: frame 12: …`. */
export function printDiagnostic(diagnostic: Pick<Diagnostic, "severity" | "frame" | "message" | "path">): void {
  const frame = diagnostic.frame === null ? "" : `frame ${diagnostic.frame}: `
  printWeighed(diagnostic.severity, `${frame}${safeText(findingText(diagnostic))}`)
}
