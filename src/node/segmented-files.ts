/**
 * Captures cut into segments for threads. A plain capture is cut by offsets, a compressed one is one segment. Where a cut was wrong the two
 * segments are scanned as one; where a file says something in its middle that matters for the rest, the rest is one segment.
 */

import { closeSync, fstatSync, openSync, readSync } from "node:fs"
import { present } from "../bytes/typed.ts"
import { compressionOf } from "../capture/compression.ts"
import { type CaptureHead, captureHead, findRecord } from "../capture/cut.ts"
import { isBefore } from "../capture/time-span.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { timeText } from "../net/time.ts"
import type { CaptureInfo } from "../report/types.ts"
import { InnerTable } from "../segment/inner-columns.ts"
import { NO_KEYLESS } from "../segment/keyless-columns.ts"
import type { Opened } from "../segment/open-segment.ts"
import { Scanner } from "../segment/scan.ts"
import { type Scan, scanBuffers } from "../segment/scan-types.ts"
import type { SegmentedCapture } from "../segment/segmented.ts"
import type { ReadOptions } from "./read-options.ts"
import type { Moment, OpenJob, ScanPart, Segment, SegmentScan, SegmentWorkers } from "./segment-jobs.ts"
import { doOverlap, timeSlices } from "./time-slices.ts"

/** Bytes of a segment: small enough that every thread gets several, large enough that none waits for orders. */
const MOST_BYTES = 64 << 20
const LEAST_BYTES = 8 << 20
/** Segments for each thread, if their size allows. */
const SEGMENTS_A_THREAD = 6
/** Segments are opened together until there are so many jobs for each thread. */
const OPENED_A_THREAD = 2
/** What is read to find a record, and a head. */
const WINDOW_BYTES = 1 << 20
/** Jobs that wait in front of each thread: more would only hold memory. */
const JOBS_A_THREAD = 2
/** Bytes of scans that are held until it is known that captures follow each other; those behind are asked for once more. */
const MOST_HELD = 128 << 20

export interface SegmentOptions extends Pick<ReadOptions, "ikePorts" | "blocks" | "progress"> {
  /** As in `ScanOptions`. */
  readonly samples: boolean
  readonly rates?: boolean
  /** What is inside ESP will be asked for: as much as the segment, so small ones are good. */
  readonly content?: boolean
  /** Bytes of a segment; by default what is good for the threads. */
  readonly segmentBytes?: number
  /** Ends the scanning: what was scanned until then is the capture. */
  readonly stop?: { readonly stopped: boolean }
  /** Bytes of scans that may be held; default `MOST_HELD`. */
  readonly mostHeld?: number
  /** Segments that were cut before (`cutFiles`), instead. */
  readonly segments?: readonly Segment[]
}

/** Cuts the captures. Undefined when one of them is no file that can be cut or inflated, or there is one segment only: then they are read plainly. */
export async function segmentFiles(
  paths: readonly string[],
  pool: SegmentWorkers,
  options: SegmentOptions,
): Promise<SegmentedFiles | undefined> {
  const { segments } = options
  const files = segments
    ? paths.map((_, capture) => segments.filter(s => s.capture === capture))
    : cutFiles(paths, options.segmentBytes ?? (options.content ? LEAST_BYTES : goodSize(paths, pool.threads)))
  if (!files || files.flat().length < 2) return undefined
  if (segments || paths.length === 1 || !doOverlap(files)) {
    const segmented = new SegmentedFiles(paths, files, pool, options)
    if (paths.length === 1 || (await segmented.follow())) return segmented
  }
  // A plan is for files that do not overlap.
  const slices = segments ? undefined : timeSlices(files)
  if (!slices || slices.length < 2) return undefined
  const together = new SegmentedFiles(paths, [slices], pool, options)
  return (await together.follow()) ? together : undefined
}

/** Bytes of a segment that are good for so many threads. */
function goodSize(paths: readonly string[], threads: number): number {
  const total = paths.reduce((sum, path) => sum + sizeOf(path), 0)
  return Math.max(LEAST_BYTES, Math.min(MOST_BYTES, total / (threads * SEGMENTS_A_THREAD)))
}

/** The segments of each capture, of about `size` bytes; undefined when one is no file that can be cut or inflated. */
function cutFiles(paths: readonly string[], size: number): Segment[][] | undefined {
  const files = paths.map((path, capture) => cutFile(path, capture, size))
  return files.every(segments => segments !== undefined) ? files : undefined
}

/** As `cutFiles`, in one list; a file that cannot be cut is one segment, which is read from its beginning to its end. */
export const planSegments = (paths: readonly string[], size: number): Segment[] =>
  paths.flatMap(
    (path, capture) =>
      cutFile(path, capture, size) ?? [{ path, capture, head: undefined, start: 0, end: sizeOf(path), last: true }],
  )

class SegmentedFiles implements SegmentedCapture {
  readonly ikePorts: readonly number[]
  /** What was scanned in the end, and what came of it. */
  readonly #segments: Segment[] = []
  readonly #scanned: SegmentScan[] = []
  #ahead: Scanned[] | undefined
  #done = 0
  readonly #total: number
  /** The capture that the fold reads samples of. */
  #sampled: { readonly capture: number; readonly fd: number } | undefined

  /** `files` are the segments of each file, or one list of slices through all of them. */
  constructor(
    readonly paths: readonly string[],
    readonly files: readonly (readonly Segment[])[],
    readonly pool: SegmentWorkers,
    readonly options: SegmentOptions,
  ) {
    this.ikePorts = options.ikePorts ?? []
    this.#total = files.flat().reduce((sum, s) => sum + lengthOf(s), 0)
  }

  /**
   * Scans everything; whether each capture begins when the one before is over, so that they follow each other in time too, and nothing in a slice is
   * behind its end.
   */
  async follow(): Promise<boolean> {
    const ahead: Scanned[] = []
    const { mostHeld = MOST_HELD } = this.options
    let held = 0
    for await (const one of this.#all()) {
      held += bytesOf(one.scan)
      ahead.push(held > mostHeld ? { segment: one.segment, scan: emptied(one.scan), again: true } : one)
    }
    this.#ahead = ahead
    let latest: SegmentScan["latest"]
    for (let i = 0; i < ahead.length; i++) {
      const { first, latest: until, parts = [] } = ahead[i].scan
      const border = ahead[i].segment.until
      if (border && parts.some(part => part.latest && !isBefore(part.latest, border))) return false
      const begins = i === 0 || ahead[i - 1].segment.capture !== ahead[i].segment.capture
      const start = begins ? this.#firstOf(ahead, i) : undefined
      if (latest && start && isBefore(start, latest)) return false
      if (first && until && (!latest || isBefore(latest, until))) latest = until
    }
    return true
  }

  async *scans(): AsyncGenerator<Scan> {
    try {
      for await (const { segment, scan } of this.#ahead ? this.#again(this.#ahead) : this.#all()) {
        this.#segments.push(segment)
        // The fold has what it needs: only the numbers of the segment are kept.
        this.#scanned.push(emptied(scan))
        for (const block of scan.blocks) this.#seen(block)
        yield scan.scan
      }
    } finally {
      this.#closeFile()
    }
    this.#ahead = undefined
  }

  bytesAt(capture: number, offset: number, length: number): Uint8Array | undefined {
    const bytes = new Uint8Array(length)
    try {
      if (this.#sampled?.capture !== capture) {
        this.#closeFile()
        this.#sampled = { capture, fd: openSync(this.paths[capture], "r") }
      }
      return readSync(this.#sampled.fd, bytes, 0, length, offset) === length ? bytes : undefined
    } catch {
      // It was scanned a moment ago; without samples less can be proved.
      return undefined
    }
  }

  #closeFile(): void {
    if (this.#sampled) closeSync(this.#sampled.fd)
    this.#sampled = undefined
  }

  async *opened(keys: readonly DataSaKeys[], framesBefore: readonly number[], inner: boolean): AsyncGenerator<Opened> {
    const id = this.pool.share(keys)
    const planned = this.options.segments !== undefined
    // A run that plans segments, or takes content, asks for each by itself.
    const runs = runsOf(
      this.#segments,
      planned || inner ? 0 : this.#total / (this.pool.threads * OPENED_A_THREAD),
    ).filter(run => this.#hasData(run))
    const { ikePorts } = this
    const jobs = runs.map(({ segment, from }): OpenJob => {
      return { kind: "open", segment, ikePorts, keys: id, framesBefore: framesBefore[from], inner }
    })
    await this.pool.expect?.(jobs)
    // Numbers may wait until all is opened; content is large, and so is what stands in files.
    const ahead = planned || inner ? this.pool.threads + 1 : runs.length
    const answers: (Promise<Opened> | undefined)[] = []
    let next = 0
    for (let segment = 0; segment < this.#segments.length; segment++) {
      if (runs[next]?.from !== segment) {
        // A run of several is reported as one.
        if (inner) yield { flows: [], keyless: NO_KEYLESS, states: [], inner: NO_CONTENT }
        continue
      }
      while (answers.length < Math.min(jobs.length, next + ahead)) {
        const answer = this.pool.run(jobs[answers.length])
        // Awaited in its turn; until then a failure is nobody's.
        answer.catch(() => {})
        answers.push(answer)
      }
      const opened = await present(answers[next])
      answers[next++] = undefined
      yield opened
      const memory = opened.inner?.bytes.buffer
      if (memory instanceof ArrayBuffer) this.pool.reuse?.(memory)
    }
  }

  /** Whether a frame of the segments has anything of IPsec. */
  #hasData({ from, to }: SegmentRun): boolean {
    return this.#scanned.slice(from, to).some(({ scan }) => scan.lastFrame >= 0)
  }

  captures(): CaptureInfo[] {
    return this.paths.map((path, capture) => {
      const mine = this.#scanned.flatMap((scanned, i): (ScanPart & { readonly compression?: string })[] => {
        const { scan, parts } = scanned
        if (parts) return parts.filter(part => part.capture === capture)
        return this.#segments[i].capture === capture ? [{ ...scanned, capture, frames: scan.frames }] : []
      })
      const firsts = mine.flatMap(s => s.first ?? [])
      const latest = mine.flatMap(s => s.latest ?? [])
      const { format, compression } = mine[0] ?? { format: "not read" }
      const last = this.#segments.findLast(s => partsOf(s).some(part => part.capture === capture))
      const text = (list: typeof firsts, pick: (a: Moment, b: Moment) => Moment) => {
        const moment = list.length > 0 ? list.reduce(pick) : undefined
        return moment ? timeText(moment.seconds, moment.nanos) : null
      }
      return {
        path,
        format: compression ? `${format}, ${compression}` : format,
        frames: mine.reduce((n, s) => n + s.frames, 0),
        bytes: mine.reduce((n, s) => n + s.bytes, 0),
        first_time: text(firsts, (a, b) => (isBefore(b, a) ? b : a)),
        last_time: text(latest, (a, b) => (isBefore(a, b) ? b : a)),
        complete: mine.every(s => s.complete) && (last?.last ?? false),
      }
    })
  }

  /** Time of the first record of the capture that begins with segment `i`. */
  #firstOf(all: readonly Scanned[], i: number): Moment | undefined {
    const { scan } = all.slice(i).find(one => one.scan.scan.frames > 0) ?? {}
    return scan && { seconds: scan.scan.seconds, nanos: scan.scan.nanos }
  }

  /** What was scanned before, where it was held; the rest anew. */
  async *#again(all: Scanned[]): AsyncGenerator<Scanned> {
    const ahead = jobsAhead(this.pool)
    const jobs: (Promise<SegmentScan> | undefined)[] = []
    for (let i = 0; i < all.length; i++) {
      for (; jobs.length < Math.min(all.length, i + ahead); )
        jobs.push(all[jobs.length].again ? this.#scan(all[jobs.length].segment) : undefined)
      const { segment, scan } = all[i]
      yield { segment, scan: (await jobs[i]) ?? scan }
      // Neither list holds what was folded.
      jobs[i] = undefined
      all[i] = { segment, scan: emptied(scan) }
    }
  }

  async *#all(): AsyncGenerator<Scanned> {
    for (const [i, segments] of this.files.entries()) {
      if (this.options.stop?.stopped && i > 0) return
      yield* this.#file(segments)
    }
  }

  /** The scans of one file, in order, while threads scan what is behind. */
  async *#file(segments: readonly Segment[]): AsyncGenerator<Scanned> {
    const ahead = jobsAhead(this.pool)
    const jobs: (Promise<SegmentScan> | undefined)[] = []
    for (let i = 0; i < segments.length; i++) {
      while (jobs.length < Math.min(segments.length, i + ahead)) jobs.push(this.#scan(segments[jobs.length]))
      let segment = segments[i]
      let scan = await present(jobs[i])
      jobs[i] = undefined
      while (!scan.ended && !segment.last) {
        // The cut was wrong: a chain of bytes looked like records.
        segment = joined(segment, segments[++i])
        scan = await this.#scan(segment)
      }
      const interrupts = scan.scan.diagnostics.length > 0 || !scan.complete || scan.blocks.some(b => b.of === "other")
      if (interrupts && !segment.last) {
        // An interface, or damage: what follows is read as the reader goes on from there.
        segment = joined(segment, segments[segments.length - 1])
        scan = await this.#scan(segment)
        i = segments.length
      }
      if (this.options.stop?.stopped && i > 0) return
      this.#done += lengthOf(segment)
      this.options.progress?.(this.#done, this.#total)
      yield { segment, scan }
    }
  }

  #scan(segment: Segment): Promise<SegmentScan> {
    const { ikePorts } = this
    const { samples, rates = false } = this.options
    const job = this.pool.run({ kind: "scan", segment, ikePorts, samples, rates })
    // Awaited in its turn; until then a failure is nobody's.
    job.catch(() => {})
    return job
  }

  #seen(block: SegmentScan["blocks"][number]): void {
    const { blocks } = this.options
    if (block.of === "customBlock") blocks?.customBlock?.(block.number, block.bytes)
    else if (block.of === "secretsBlock") blocks?.secretsBlock?.(block.number, block.bytes)
  }
}

/** Segments `[from, to)`, which follow each other in one file, as one. */
interface SegmentRun {
  readonly segment: Segment
  readonly from: number
  readonly to: number
}

/**
 * Segments that are opened together: `bytes` at most, and no more than `MOST_BYTES`. The fewer they are, the fewer times is an SA begun and joined, which with a
 * thousand SAs is half of the work.
 */
function runsOf(segments: readonly Segment[], bytes: number): SegmentRun[] {
  const runs: SegmentRun[] = []
  for (const [at, segment] of segments.entries()) {
    const run = runs.at(-1)
    const follows = run && run.segment.capture === segment.capture && run.segment.end === segment.start
    if (follows && lengthOf(run.segment) + lengthOf(segment) <= Math.min(bytes, MOST_BYTES))
      runs[runs.length - 1] = { ...run, segment: joined(run.segment, segment), to: at + 1 }
    else runs.push({ segment, from: at, to: at + 1 })
  }
  return runs
}

const jobsAhead = ({ jobsAhead: ahead, threads }: SegmentWorkers): number => ahead ?? threads * JOBS_A_THREAD

const partsOf = (segment: Segment): readonly Segment[] => [segment, ...(segment.beside ?? [])]

/** Bytes of a segment. */
const lengthOf = (segment: Segment): number => partsOf(segment).reduce((n, { start, end }) => n + end - start, 0)

/** A segment and one behind it, with all that is between, as one. */
const joined = (segment: Segment, { end, last, until, beside }: Segment): Segment => ({
  ...segment,
  ...{ end, last, until },
  beside: segment.beside?.map((part, i) => joined(part, beside?.[i] ?? part)),
})

/** A segment as it was scanned in the end. */
interface Scanned {
  readonly segment: Segment
  readonly scan: SegmentScan
  /** Only the numbers of the scan were kept. */
  readonly again?: boolean
}

const bytesOf = ({ scan }: SegmentScan): number => scanBuffers(scan).reduce((n, buffer) => n + buffer.byteLength, 0)

/** The scan without its columns. */
function emptied(of: SegmentScan): SegmentScan {
  nothing ??= new Scanner().end()
  const { frames, seconds, nanos, diagnostics } = of.scan
  return { ...of, scan: { ...nothing, frames, seconds, nanos, diagnostics, lastFrame: isEmpty(of.scan) ? -1 : 0 } }
}

/** Whether no frame of the segment has anything of IPsec. */
const isEmpty = ({ whole, pieces, lastFrame }: Scan): boolean => whole.n === 0 && pieces.n === 0 && lastFrame < 0

const NO_CONTENT = new InnerTable(() => 0).take([])
/** A scan without frames: its columns stand in place of those of a scan that was folded. */
let nothing: Scan | undefined

function sizeOf(path: string): number {
  const fd = openSync(path, "r")
  try {
    return fstatSync(fd).size
  } finally {
    closeSync(fd)
  }
}

/** The segments of a file of about `size` bytes each; undefined when it is none that can be cut or inflated. */
function cutFile(path: string, capture: number, size: number): Segment[] | undefined {
  const fd = openSync(path, "r")
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) return undefined
    const window = new Uint8Array(WINDOW_BYTES)
    const read = (at: number) => window.subarray(0, readSync(fd, window, 0, window.length, at))
    const start = read(0)
    if (compressionOf(start)) return [{ path, capture, head: undefined, start: 0, end: stat.size, last: true }]
    const head = captureHead(start)
    if (!head) return undefined
    const first = start.slice(0, head.length)
    const borders = [head.length, ...cutsOf(stat.size, size, head, read), stat.size]
    return borders
      .slice(1)
      .map((end, i) => ({ path, capture, head: first, start: borders[i], end, last: i === borders.length - 2 }))
  } finally {
    closeSync(fd)
  }
}

/** Offsets of records about every `size` bytes. */
function cutsOf(end: number, size: number, head: CaptureHead, read: (at: number) => Uint8Array): number[] {
  const cuts: number[] = []
  // Blocks of a pcapng begin at multiples of four.
  for (let at = size & ~3; at < end - size / 2; at += size & ~3) {
    const found = findRecord(read(at), head)
    if (found >= 0 && at + found > (cuts.at(-1) ?? head.length)) cuts.push(at + found)
  }
  return cuts
}
