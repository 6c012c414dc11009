/** Reads the records of one segment: its own bytes, at their offsets, into one buffer. */
import { closeSync, openSync, readSync } from "node:fs"
import { CaptureReader } from "../capture/reader.ts"
import type { RecordSink } from "../capture/record.ts"
import { openSource } from "./chunk-source.ts"
import type { Segment } from "./segment-jobs.ts"
import { TimeHeap } from "./time-heap.ts"

const BUFFER_BYTES = 256 * 1024
let buffer: Uint8Array | undefined

export interface SegmentReading {
  readonly reader: CaptureReader
  readonly compression: string
  /** Every byte was used up, and no record was begun. */
  readonly ended: boolean
  /** Reading failed after so many bytes. */
  readonly failure?: { readonly error: unknown; readonly bytesRead: number }
  /** Readers of the captures beside. */
  readonly beside?: readonly CaptureReader[]
}

/** Gives each record of a segment to the sink, which gets nothing of the head. */
export async function readSegment(segment: Segment, sink: RecordSink): Promise<SegmentReading> {
  if (segment.beside) return readTogether([segment, ...segment.beside], sink)
  return segment.head ? readRange(segment, segment.head, sink) : readCompressed(segment, sink)
}

function readRange({ path, capture, start, end, last }: Segment, head: Uint8Array, sink: RecordSink): SegmentReading {
  let inHead = true
  const reader = new CaptureReader(
    behind(sink, () => inHead),
    { capture },
  )
  reader.push(head)
  reader.jump(start)
  inHead = false
  buffer ??= new Uint8Array(BUFFER_BYTES)
  const fd = openSync(path, "r")
  try {
    for (let at = start; at < end && !reader.stopped; ) {
      const n = readSync(fd, buffer, 0, Math.min(buffer.length, end - at), at)
      if (n === 0) break
      at += n
      reader.push(buffer.subarray(0, n))
    }
  } catch (error) {
    return failed(reader, "", error, end)
  } finally {
    closeSync(fd)
  }
  const ended = reader.isBetweenRecords && !reader.stopped
  if (last) reader.end()
  return { reader, compression: "", ended }
}

/** Several captures, their records in the order of time. */
function readTogether(segments: readonly Segment[], sink: RecordSink): SegmentReading {
  const ranges = segments.map(segment => new Range(segment, sink))
  const [first, ...beside] = ranges.map(range => range.reader)
  try {
    const heap = new TimeHeap<Range>()
    for (const range of ranges) if (range.next()) heap.push(range)
    for (let range = heap.first; range; range = heap.first) {
      sink.record(range.reader.record)
      if (range.next()) heap.firstChanged()
      else heap.removeFirst()
    }
    return { reader: first, beside, compression: "", ended: ranges.every(range => range.ended) }
  } catch (error) {
    return { ...failed(first, "", error, segments[0].end), beside }
  } finally {
    for (const range of ranges) range.close()
  }
}

/** The records of one range of a file, one by one. */
class Range {
  readonly reader: CaptureReader
  readonly #buffer: Uint8Array
  readonly #fd: number
  #at: number
  #inHead = true

  constructor(
    readonly segment: Segment,
    sink: RecordSink,
  ) {
    const { path, capture, head, start, end } = segment
    const named: RecordSink = {
      ...behind(sink, () => this.#inHead),
      diagnostic: d => {
        if (!this.#inHead) sink.diagnostic({ ...d, path })
      },
    }
    this.reader = new CaptureReader(named, { capture })
    if (head) this.reader.push(head)
    this.reader.jump(start)
    this.#inHead = false
    this.#at = start
    this.#buffer = new Uint8Array(Math.min(BUFFER_BYTES, end - start))
    this.#fd = openSync(path, "r")
  }

  /** Fills the reader's record; false at the end. */
  next(): boolean {
    const { reader, segment } = this
    const { end, last } = segment
    while (!reader.next()) {
      const n = reader.stopped
        ? 0
        : readSync(this.#fd, this.#buffer, 0, Math.min(this.#buffer.length, end - this.#at), this.#at)
      if (n === 0) {
        if (last) reader.end()
        return false
      }
      this.#at += n
      reader.feed(this.#buffer.subarray(0, n))
    }
    return true
  }

  get ended(): boolean {
    return this.reader.isBetweenRecords && !this.reader.stopped
  }

  close(): void {
    closeSync(this.#fd)
  }
}

/** The sink without what the head has. */
const behind = (sink: RecordSink, inHead: () => boolean): RecordSink => ({
  record: r => sink.record(r),
  get idle() {
    return inHead() ? undefined : sink.idle
  },
  passed: records => sink.passed?.(records),
  diagnostic: d => {
    if (!inHead()) sink.diagnostic(d)
  },
  interface: i => {
    if (!inHead()) sink.interface?.(i)
  },
  secretsBlock: (type, bytes) => {
    if (!inHead()) sink.secretsBlock?.(type, bytes)
  },
  customBlock: (pen, bytes) => {
    if (!inHead()) sink.customBlock?.(pen, bytes)
  },
})

async function readCompressed({ path, capture }: Segment, sink: RecordSink): Promise<SegmentReading> {
  const reader = new CaptureReader(sink, { capture })
  const source = await openSource(path, BUFFER_BYTES)
  const { compression } = source
  try {
    while (!reader.stopped) {
      const chunk = await source.next()
      if (!chunk) break
      reader.push(chunk)
    }
    reader.end()
    return { reader, compression, ended: true }
  } catch (error) {
    return failed(reader, compression, error, source.bytesRead)
  } finally {
    source.close()
  }
}

const failed = (reader: CaptureReader, compression: string, error: unknown, bytesRead: number): SegmentReading => ({
  reader,
  compression,
  ended: false,
  failure: { error, bytesRead },
})
