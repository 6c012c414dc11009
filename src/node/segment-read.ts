/** Reads the records of one segment: its own bytes, at their offsets, into one buffer. */
import { closeSync, openSync, readSync } from "node:fs"
import { CaptureReader } from "../capture/reader.ts"
import type { RecordSink } from "../capture/record.ts"
import { openSource } from "./chunk-source.ts"
import type { Segment } from "./segment-jobs.ts"

const BUFFER_BYTES = 256 * 1024
let buffer: Uint8Array | undefined

export interface SegmentReading {
  readonly reader: CaptureReader
  readonly compression: string
  /** Every byte was used up, and no record was begun. */
  readonly ended: boolean
  /** Reading failed after so many bytes. */
  readonly failure?: { readonly error: unknown; readonly bytesRead: number }
}

/** Gives each record of a segment to the sink, which gets nothing of the head. */
export async function readSegment(segment: Segment, sink: RecordSink): Promise<SegmentReading> {
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

/** The sink without what the head has. */
const behind = (sink: RecordSink, inHead: () => boolean): RecordSink => ({
  record: r => sink.record(r),
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
