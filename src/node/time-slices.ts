/**
 * Captures that overlap in time, cut at the same moments: a slice has what each of them saw from one moment to the next. A merge by time takes what is in a
 * capture in its order, so all before the first record that is not before a moment comes before all that is not. Whether the records in front of it really
 * are earlier is seen when they are scanned (`Segment.until`).
 */
import { closeSync, openSync, readSync } from "node:fs"
import { type CaptureHead, captureHead, findRecord } from "../capture/cut.ts"
import { u32 } from "../capture/format.ts"
import { BLOCK } from "../capture/pcapng.ts"
import { CaptureReader } from "../capture/reader.ts"
import { isBefore } from "../capture/time-span.ts"
import type { Moment, Segment } from "./segment-jobs.ts"

/** What is read to find a record: two dozen of any usual size. */
const WINDOW_BYTES = 128 * 1024
/** Bytes in which records are looked at one by one. */
const NEAR_BYTES = 256 * 1024
/** Captures that every thread can have open at once. */
const MOST_FILES = 64
/** Of an enhanced packet block, in front of the packet. */
const EPB_HEAD = 28

/** Whether a capture begins before the last segment of the one in front of it does: then nobody needs to scan them to see that they overlap. */
export function doOverlap(files: readonly (readonly Segment[])[]): boolean {
  let ends: Moment | undefined
  for (const segments of files) {
    const search = TimeSearch.of(segments.length > 1 ? [segments[0], segments[segments.length - 1]] : segments)
    const begins = search?.begins
    const overlaps = ends !== undefined && begins !== undefined && isBefore(begins, ends)
    ends = search?.cuts[0]?.time ?? begins
    search?.close()
    if (overlaps) return true
  }
  return false
}

/**
 * When the first of the captures behind each begins (undefined behind the last): a merge reads a capture whole before those, as long as nothing in it is
 * later. Undefined where the beginning of one cannot be seen.
 */
export function beginningsBehind(files: readonly (readonly Segment[])[]): (Moment | undefined)[] | undefined {
  const behind: (Moment | undefined)[] = []
  let earliest: Moment | undefined
  for (const [first] of files.toReversed()) {
    behind.unshift(earliest)
    const search = TimeSearch.of([first])
    search?.close()
    const begins = search?.begins
    if (!begins) return undefined
    if (!earliest || isBefore(begins, earliest)) earliest = begins
  }
  return behind
}

/** Slices out of the segments of each capture; undefined where one of them cannot be cut, or there are too many. */
export function timeSlices(files: readonly (readonly Segment[])[]): Segment[] | undefined {
  if (files.length > MOST_FILES) return undefined
  const searches: TimeSearch[] = []
  try {
    for (const segments of files) {
      const search = TimeSearch.of(segments)
      if (!search) return undefined
      searches.push(search)
    }
    return slicesOf(searches)
  } finally {
    for (const search of searches) search.close()
  }
}

function slicesOf(searches: readonly TimeSearch[]): Segment[] | undefined {
  const moments = searches
    .flatMap(search => search.cuts.map(cut => cut.time))
    .sort((a, b) => a.seconds - b.seconds || a.nanos - b.nanos)
    .filter((time, i, all) => i === 0 || isBefore(all[i - 1], time))
  const slices: Segment[] = []
  for (const until of [...moments, undefined]) {
    const parts: Segment[] = []
    for (const search of searches) {
      const part = search.upTo(until)
      if (!part) return undefined
      parts.push(part)
    }
    const [first, ...beside] = parts
    slices.push({ ...first, beside, until })
  }
  return slices
}

/** Where a segment begins, and the time of its first record. */
interface Cut {
  readonly offset: number
  readonly time: Moment
}

/** Finds records of one capture by time. */
class TimeSearch {
  readonly cuts: readonly Cut[]
  /** Time of the first record. */
  readonly begins: Moment | undefined
  readonly #window = new Uint8Array(WINDOW_BYTES)
  /** Where the next slice begins. */
  #from: number

  private constructor(
    readonly whole: Segment,
    readonly fd: number,
    readonly head: CaptureHead,
    readonly headBytes: Uint8Array,
    borders: readonly number[],
  ) {
    this.#from = whole.start
    this.begins = this.#timeAt(whole.start)
    this.cuts = borders.flatMap(offset => {
      const time = this.#timeAt(offset)
      return time ? [{ offset, time }] : []
    })
  }

  static of(segments: readonly Segment[]): TimeSearch | undefined {
    const [first] = segments
    const last = segments[segments.length - 1]
    if (!first.head) return undefined
    const fd = openSync(first.path, "r")
    const bytes = new Uint8Array(Math.min(last.end, first.head.length + WINDOW_BYTES))
    const head = captureHead(bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0)))
    if (head) {
      const borders = segments.slice(1).map(segment => segment.start)
      return new TimeSearch({ ...first, end: last.end, last: true }, fd, head, first.head, borders)
    }
    closeSync(fd)
    return undefined
  }

  close(): void {
    closeSync(this.fd)
  }

  /** What was not given yet, up to a moment, or all of it; undefined where no cut can be made. */
  upTo(until: Moment | undefined): Segment | undefined {
    const start = this.#from
    const end = until ? this.#firstNotBefore(until) : this.whole.end
    if (end === undefined) return undefined
    this.#from = Math.max(start, end)
    return { ...this.whole, start, end: this.#from, last: until === undefined }
  }

  /** The offset of the first record that is not before a moment; the end of the file without one. */
  #firstNotBefore(moment: Moment): number | undefined {
    const behind = this.cuts.findIndex(cut => !isBefore(cut.time, moment))
    const near = behind < 0 ? this.cuts.at(-1) : this.cuts[behind - 1]
    let low = Math.max(this.#from, near?.offset ?? 0)
    let high = behind < 0 ? this.whole.end : this.cuts[behind].offset
    while (high - low > NEAR_BYTES) {
      // Blocks of a pcapng begin at multiples of four.
      const middle = (low + (high - low) / 2) & ~3
      const found = findRecord(this.#read(middle), this.head)
      const time = found < 0 ? undefined : this.#timeAt(middle + found)
      if (time && isBefore(time, moment)) low = middle + found
      else high = middle
    }
    return this.#walk(low, moment)
  }

  /** The first record from a border on that is not before a moment. */
  #walk(from: number, moment: Moment): number | undefined {
    const reader = this.#readerAt(from)
    for (let at = from; at < this.whole.end; ) {
      const bytes = this.#read(at)
      if (bytes.length === 0) break
      at += bytes.length
      reader.feed(bytes)
      while (reader.next()) if (!isBefore(reader.record, moment)) return this.#borderOf(reader.record.offset)
      if (reader.stopped) break
    }
    return this.whole.end
  }

  /** Where the record begins whose packet stands at `offset`. */
  #borderOf(offset: number): number | undefined {
    const { format, headerBytes, littleEndian } = this.head
    if (format === "pcap") return offset - headerBytes
    const bytes = this.#read(offset - EPB_HEAD)
    return u32(bytes, 0, littleEndian) === BLOCK.ENHANCED_PACKET ? offset - EPB_HEAD : undefined
  }

  #timeAt(border: number): Moment | undefined {
    const reader = this.#readerAt(border)
    reader.feed(this.#read(border))
    return reader.next() ? { seconds: reader.record.seconds, nanos: reader.record.nanos } : undefined
  }

  #readerAt(border: number): CaptureReader {
    const reader = new CaptureReader({ record() {}, diagnostic() {} })
    reader.push(this.headBytes)
    reader.jump(border)
    return reader
  }

  /** A piece of the file, until the next call. */
  #read(at: number): Uint8Array {
    const length = Math.max(0, Math.min(WINDOW_BYTES, this.whole.end - at))
    return this.#window.subarray(0, readSync(this.fd, this.#window, 0, length, at))
  }
}
