/**
 * Rows of `fields` by threads: each makes those of a segment, and this thread writes them in order. Frames that only mean something after others are drawn
 * here, by one walker that sees all of them, so that every byte is that of one reading. Where a file says something in its middle, a cut was wrong, or a
 * file begins before the one in front of it is over, the rest is read here too.
 */

import type { CaptureSource } from "../analyze-options.ts"
import { type Diagnostic, findingText } from "../bytes/diagnostic.ts"
import { grouped } from "../bytes/grouped.ts"
import { present } from "../bytes/typed.ts"
import { CaptureRecord } from "../capture/record.ts"
import { isBefore } from "../capture/time-span.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { Walker } from "../net/walker.ts"
import { onInterrupt } from "../node/interrupt.ts"
import type { Answers, FrameJob, Moment, Segment, SegmentCount, SegmentRows } from "../node/segment-jobs.ts"
import { planSegments } from "../node/segmented-files.ts"
import { beginningsBehind, doOverlap } from "../node/time-slices.ts"
import { recordAt } from "../segment/whole-frames.ts"
import { printDiagnostic, printInterrupted } from "./captures.ts"
import type { FieldRows } from "./field-rows.ts"
import {
  type FrameKeys,
  Frames,
  type FrameVisitor,
  newDissector,
  openingWith,
  visitClosed,
  visitOpened,
} from "./frames.ts"
import type { CommonOptions } from "./options.ts"
import type { Output } from "./output.ts"
import { isReadableFile, rowsPool, threadsFor } from "./workers.ts"

/** Bytes of a segment. Its rows are held until their turn comes, those of one for each thread and one more. */
const SEGMENT_BYTES = 4 << 20
/** Segments that are counted in front of those that are drawn, for each thread. */
const COUNTED_AHEAD = 4

/** Who makes rows, and counts: threads, or a test. */
export interface RowWorkers {
  readonly threads: number
  run<J extends FrameJob>(job: J): Promise<Answers[J["kind"]]>
  /** Gives keys to all of them; returns how jobs name them. */
  share(keys: readonly DataSaKeys[]): number
}

/** Where rows go, and where the rest is read. */
export interface RowTarget {
  readonly rows: FieldRows
  readonly output: Pick<Output, "closed" | "write" | "writeBytes" | "flush">
  readonly source: CaptureSource
  /** What secrets open, where some are given. */
  readonly keys?: FrameKeys
}

/** Writes the rows of a capture by threads; false where it is not worth them, or cannot be cut, and nothing was written. */
export async function rowsOfSegments(
  paths: readonly string[],
  options: CommonOptions,
  target: RowTarget,
): Promise<boolean> {
  // Under keys two threads take more of 150 MB than they give (bench/README.md); where they pay is not known.
  const threads = threadsFor(paths, options.threads ?? (target.keys && 1), { kind: "draw" })
  if (threads < 2 || !target.rows.drawsAlone || !isWhole(options)) return false
  if (!paths.every(isReadableFile)) return false
  const files = planFiles(paths, SEGMENT_BYTES)
  if (!files || files.flat().length < 2 || (files.length > 1 && doOverlap(files))) return false
  const pool = rowsPool(threads)
  const drawing = new SegmentedRows(files, pool, target, options)
  const ignoreInterrupt = onInterrupt(() => drawing.interrupt())
  try {
    await drawing.run()
  } finally {
    ignoreInterrupt()
    pool.close()
  }
  return true
}

/** The segments of each capture; undefined where one cannot be cut: its rows would all be held. */
export function planFiles(paths: readonly string[], bytes: number): Segment[][] | undefined {
  const segments = planSegments(paths, bytes)
  return segments.every(({ head }) => head) ? [...grouped(segments, ({ capture }) => capture).values()] : undefined
}

/** Whether all frames are wanted, with IKE on known ports. */
const isWhole = ({ anyPort, from, to, count, sa, failed }: CommonOptions): boolean =>
  !anyPort && !sa && !failed && from === undefined && to === undefined && count === undefined

export class SegmentedRows {
  readonly #record = new CaptureRecord()
  readonly #walker: Walker
  readonly #dissector: FrameDissector
  readonly #frames: Frames
  /** How often each finding was reported, for a reading that finds them again. */
  readonly #times = new Map<string, number>()
  /** Frames of the segments that jobs were made for; those before each. */
  #counted = 0
  readonly #before: number[] = []
  #first: Moment | undefined
  #previous: Moment | undefined
  #interrupted = false
  readonly segments: readonly Segment[]
  /** Frames with IKE messages that keys opened, and how the threads name those of data SAs. */
  readonly #opened: Float64Array | undefined
  readonly #keys: number | undefined
  #openedBefore = 0
  /** When the captures behind each begin; see `time-slices.ts`. */
  readonly #behind: readonly (Moment | undefined)[] | undefined

  constructor(
    files: readonly (readonly Segment[])[],
    readonly workers: RowWorkers,
    readonly target: RowTarget,
    readonly flags: Pick<CommonOptions, "ikePort"> = {},
  ) {
    this.segments = files.flat()
    this.#behind = files.length > 1 ? beginningsBehind(files) : [undefined]
    const { rows, keys } = target
    const walk = { ikePorts: flags.ikePort }
    this.#dissector = newDissector(rows, keys ? { ...walk, ...openingWith(keys) } : walk)
    this.#opened = keys?.opened.frames()
    this.#keys = keys && workers.share(keys.table.since(0))
    this.#frames = new Frames(rows, this.#dissector)
    const handler = {
      packet: (view: Parameters<Frames["packet"]>[0]) => this.#frames.packet(view),
      diagnostic: (d: Diagnostic) => this.#report(d),
    }
    this.#walker = new Walker(handler, { ...walk, all: true })
  }

  /** Ends the work behind the rows that are there. */
  interrupt(): void {
    this.#interrupted = true
  }

  async run(): Promise<void> {
    const { segments, workers, target } = this
    const counts: Promise<SegmentCount>[] = []
    const jobs: (Promise<SegmentRows> | undefined)[] = []
    // Segments before this one are what the cut promised, as far as is known.
    let good = segments.length
    for (let i = 0; i < good; i++) {
      while (counts.length < Math.min(segments.length, i + COUNTED_AHEAD * workers.threads))
        counts.push(unheard(workers.run({ kind: "count", segment: segments[counts.length] })))
      while (jobs.length < Math.min(good, i + workers.threads + 1)) {
        const count = await counts[jobs.length]
        if (count.hasDiagnostics || !count.complete || this.#mingles(segments[jobs.length], count)) good = jobs.length
        else jobs.push(unheard(this.#job(segments[jobs.length], count)))
      }
      if (i === good) break
      this.#write(await present(jobs[i]), this.#before[i])
      jobs[i] = undefined
      if (target.output.closed) return
      if (this.#interrupted) {
        const frames = this.#before[i + 1] ?? this.#counted
        printInterrupted([{ path: segments[i].path, frames, complete: true }])
        break
      }
    }
    this.#frames.end()
    if (good < segments.length && !this.#interrupted) await this.#rest(this.#before[good] ?? this.#counted)
    else this.#walker.end()
  }

  /** Whether a frame of the segment comes behind one of another capture. */
  #mingles({ capture }: Segment, { latest }: SegmentCount): boolean {
    if (!this.#behind) return true
    const begins = this.#behind[capture]
    return begins !== undefined && latest !== undefined && isBefore(begins, latest)
  }

  #job(segment: Segment, { frames, first, last }: SegmentCount): Promise<SegmentRows> {
    const framesBefore = this.#counted
    const previous = this.#previous
    this.#first ??= first
    const { settings } = this.target.rows
    this.#before.push(framesBefore)
    this.#counted += frames
    this.#previous = last ?? previous
    const begun = this.#first ?? NEVER
    this.#walker.view.firstSeconds = begun.seconds
    this.#walker.view.firstNanos = begun.nanos
    return this.workers.run({
      kind: "rows",
      segment,
      framesBefore,
      first: begun,
      previous,
      settings: {
        names: settings.names,
        format: settings.format,
        style: settings.style,
        filter: settings.filter,
        showKeys: settings.showKeys,
        ikePorts: this.flags.ikePort,
      },
      keys: this.#keys,
      opened: this.#openedIn(framesBefore, frames),
    })
  }

  /** Those of the frames behind `before` that have opened IKE messages. */
  #openedIn(before: number, frames: number): Float64Array | undefined {
    const all = this.#opened
    if (!all) return undefined
    while (all[this.#openedBefore] <= before) this.#openedBefore++
    let end = this.#openedBefore
    while (all[end] <= before + frames) end++
    return all.slice(this.#openedBefore, end)
  }

  /** Writes the rows of a segment, and draws those of the frames that were held back. */
  #write(made: SegmentRows, before: number): void {
    const { text, held, heldAt, lastFrame, lastSeconds, lastNanos } = made
    const walker = this.#walker
    let at = 0
    for (let i = 0; i < held.n; i++) {
      if (held.lastFrame[i] >= 0) {
        const moment = { seconds: held.lastSeconds[i], nanos: held.lastNanos[i] }
        this.#passed(text.subarray(at, heldAt[i]), before + held.lastFrame[i] + 1, moment)
        at = heldAt[i]
      }
      walker.frames = before + held.frame[i]
      walker.record(recordAt(held, i, this.#record))
    }
    if (lastFrame >= 0)
      this.#passed(text.subarray(at), before + lastFrame + 1, { seconds: lastSeconds, nanos: lastNanos })
  }

  /** Writes rows that others made, up to those of a frame. */
  #passed(text: Uint8Array, frame: number, moment: Moment): void {
    this.#frames.end()
    this.#frames.passed(frame)
    this.#dissector.passed(moment)
    if (text.length === 0) return
    const { rows, output } = this.target
    // Others put a comma in front of each object.
    if (rows.settings.format === "json" && !rows.any) text[0] = BRACKET
    rows.any = true
    output.writeBytes(text)
  }

  /** Reads the frames behind `frame` in this thread. */
  async #rest(frame: number): Promise<void> {
    const { rows, source, keys } = this.target
    const visitor: FrameVisitor = {
      needs: rows.needs,
      stop: rows.stop,
      wants: field => rows.wants(field),
      wantsFrame: n => n > frame,
      packet: (view, dissector) => rows.packet(view, dissector),
      frameEnd: dissector => rows.frameEnd(dissector),
    }
    const once: CaptureSource = {
      ...source,
      read: handler =>
        source.read({
          packet: view => handler.packet(view),
          diagnostic: d => {
            if (!this.#wasReported(d)) handler.diagnostic(d)
          },
        }),
    }
    const walk = { ikePorts: this.flags.ikePort }
    if (keys) await visitOpened(once, visitor, walk, keys)
    else await visitClosed(once, visitor, walk)
  }

  #report(diagnostic: Diagnostic): void {
    const key = keyOf(diagnostic)
    this.#times.set(key, (this.#times.get(key) ?? 0) + 1)
    printDiagnostic(diagnostic)
  }

  #wasReported(diagnostic: Diagnostic): boolean {
    const key = keyOf(diagnostic)
    const times = this.#times.get(key) ?? 0
    if (times > 0) this.#times.set(key, times - 1)
    return times > 0
  }
}

const keyOf = (d: Diagnostic): string => `${d.code} ${d.frame} ${findingText(d)}`

/** Of a capture without a frame. */
const NEVER: Moment = { seconds: 0, nanos: 0 }
const BRACKET = "[".charCodeAt(0)

/** Awaited in its turn; until then a failure is nobody's. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
