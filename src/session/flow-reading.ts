/** Reads the frames of some ESP and AH flows only: a few long reads of the files, in the order of the frames. */
import { CaptureRecord } from "../capture/record.ts"
import type { PacketHandler } from "../net/packet-view.ts"
import { Walker, type WalkOptions } from "../net/walker.ts"
import type { Captures } from "./captures.ts"
import type { FrameIndex } from "./frame-index.ts"

/** Bytes read at once; what lies between two frames and is shorter than a gap is read with them. */
const WINDOW_BYTES = 1 << 20
const GAP_BYTES = 1 << 14

export interface FlowReading {
  readonly captures: Captures
  readonly index: FrameIndex
  readonly walk: WalkOptions
  /** By number of the flow. */
  readonly wanted: readonly boolean[]
  /** Waited for before each read of a file. */
  beforeRead(): Promise<void>
}

/** Calls the handler for the packets of the wanted flows, none of which may be scattered. */
export async function readFlows(reading: FlowReading, handler: PacketHandler): Promise<void> {
  const { index, captures, walk, wanted } = reading
  const walker = new Walker(handler, walk)
  walker.view.firstSeconds = index.seconds[0]
  walker.view.firstNanos = index.nanos[0]
  const record = new CaptureRecord()
  const windows: (Window | undefined)[] = captures.files.map(() => undefined)
  const flow = index.of(index.flow)
  for (let i = 0; i < flow.length; i++) {
    if (!wanted[flow[i]]) continue
    const { capture } = index.placeOf(i + 1)
    const at = index.offset[i]
    let window = windows[capture]
    if (!window || at + index.captured[i] > window.from + window.bytes.length) {
      await reading.beforeRead()
      const end = endOfWindow(reading, i, capture)
      const bytes = await captures.files[capture].range(at, end)
      if (!bytes) return
      window = windows[capture] = { from: at, bytes }
    }
    walker.frames = i
    walker.record(index.fill(record, i + 1, window.bytes, at - window.from))
  }
}

interface Window {
  readonly from: number
  readonly bytes: Uint8Array
}

/** How far to read from frame `first` (from 0) on. */
function endOfWindow({ index, wanted }: FlowReading, first: number, capture: number): number {
  const from = index.offset[first]
  const flow = index.of(index.flow)
  let end = from + index.captured[first]
  for (let i = first + 1; i < flow.length; i++) {
    if (index.placeOf(i + 1).capture !== capture) continue
    const at = index.offset[i]
    if (at - end > GAP_BYTES || at + index.captured[i] - from > WINDOW_BYTES) break
    if (wanted[flow[i]]) end = at + index.captured[i]
  }
  return end
}
