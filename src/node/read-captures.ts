/** Captures from the command line: opened, decompressed, merged by time, walked. */
import type { CaptureRecord, RecordSink } from "../capture/record.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import { Walker } from "../net/walker.ts"
import type { CaptureInfo } from "../report/types.ts"
import { OpenCapture } from "./open-capture.ts"
import type { ReadOptions } from "./read-options.ts"
import { TimeHeap } from "./time-heap.ts"

export type { ReadOptions } from "./read-options.ts"

/** Memory for reading, shared by all captures. */
const BUFFER_BYTES = 16 * 1024 * 1024
const MOST_BUFFER_BYTES = 256 * 1024
const LEAST_BUFFER_BYTES = 16 * 1024

/**
 * Reads captures (`-` is standard input; pcap or pcapng; plain, gzip or zstd), merges them by time, and calls the handler for each
 * packet; frames count in merged order from 1. Each problem of reading is a diagnostic and makes that capture's `complete` false.
 * Throws a CaptureOpenError when one cannot be opened.
 */
export async function readCaptures(
  paths: readonly string[],
  handler: PacketHandler,
  options: ReadOptions = {},
): Promise<CaptureInfo[]> {
  const walker = new Walker(handler, options)
  const captures: OpenCapture[] = []
  const bufferBytes = Math.max(LEAST_BUFFER_BYTES, Math.min(MOST_BUFFER_BYTES, BUFFER_BYTES / paths.length))
  try {
    for (const [i, path] of paths.entries())
      captures.push(await OpenCapture.open(path, i, bufferBytes & ~4095, handler, options))
    const taker = options.onRecord ? tapped(walker, options.onRecord.bind(options)) : walker
    if (captures.length === 1) await readOne(captures[0], walker, taker, options)
    else await merge(captures, taker, options)
    walker.end()
  } finally {
    for (const capture of captures) capture.close()
  }
  return captures.map(capture => capture.info())
}

type RecordTaker = Pick<RecordSink, "record">

const tapped = (walker: Walker, onRecord: (record: CaptureRecord) => void): RecordTaker => ({
  record(record) {
    onRecord(record)
    walker.record(record)
  },
})

async function readOne(capture: OpenCapture, walker: Walker, taker: RecordTaker, options: ReadOptions): Promise<void> {
  const { record } = capture.reader
  const stop = options.stop ?? { stopped: false }
  const passes = options.onPassed !== undefined || !options.onRecord
  while (!stop.stopped) {
    for (;;) {
      const idle = passes && walker.idle
      if (idle) {
        const n = capture.pass(idle)
        walker.skip(n)
        options.onPassed?.(n)
      }
      if (!capture.nextInChunk()) break
      taker.record(record)
      if (stop.stopped) return
    }
    const more = capture.more()
    if (!(typeof more === "boolean" ? more : await more)) return
    reportProgress([capture], options)
  }
}

async function merge(captures: readonly OpenCapture[], taker: RecordTaker, options: ReadOptions): Promise<void> {
  const stop = options.stop ?? { stopped: false }
  const heap = new TimeHeap<OpenCapture>()
  const advance = async (capture: OpenCapture): Promise<boolean> => {
    for (;;) {
      if (capture.nextInChunk()) return true
      if (!(await capture.more())) return false
      reportProgress(captures, options)
    }
  }
  for (const capture of captures) if (await advance(capture)) heap.push(capture)
  while (!stop.stopped) {
    const first = heap.first
    if (!first) return
    taker.record(first.reader.record)
    // Awaiting only at the end of a chunk keeps a turn of the event loop from being the price of each record.
    if (first.nextInChunk() || (await advance(first))) heap.firstChanged()
    else heap.removeFirst()
  }
}

function reportProgress(captures: readonly OpenCapture[], options: ReadOptions): void {
  if (!options.progress) return
  let done = 0
  let total: number | undefined = 0
  for (const { source } of captures) {
    done += source.bytesRead
    total = total === undefined || source.totalBytes === undefined ? undefined : total + source.totalBytes
  }
  options.progress(done, total)
}
