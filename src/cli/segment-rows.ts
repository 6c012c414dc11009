/**
 * Rows of fields of one segment, in any thread: those of frames that say all by themselves. A frame that only means something after those before it
 * (a fragment, a piece of a stream, a frame with a finding) is returned whole. `segmented-rows.ts`, which has the segments in order, draws it.
 */

import { TextBuffer } from "../bytes/text-buffer.ts"
import type { CaptureRecord } from "../capture/record.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import { HEADER_BYTES } from "../ike/shared/header.ts"
import { fragment } from "../ike/v1/fragment.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import { Walker } from "../net/walker.ts"
import type { RowSettings, RowsJob, SegmentRows } from "../node/segment-jobs.ts"
import { readSegment } from "../node/segment-read.ts"
import { numbersColumn } from "../segment/columns.ts"
import { WholeFrames } from "../segment/whole-frames.ts"
import { FieldRows } from "./field-rows.ts"
import { newDissector } from "./frames.ts"

/** Makes rows, job after job: what it remembers of values is of use for the next. */
export class RowMaker {
  readonly #text = new TextBuffer()
  readonly #rows: FieldRows

  constructor(readonly settings: RowSettings) {
    this.#rows = new FieldRows(settings, {
      closed: false,
      write: text => this.#text.text(text),
      flush() {},
    })
    // Where there is no row before, who puts the segments together sees to it.
    this.#rows.any = true
  }

  /** Throws what the system throws when the file cannot be opened. */
  async run({ segment, framesBefore, first, previous }: RowsJob): Promise<SegmentRows> {
    const text = this.#text
    const rows = this.#rows
    text.clear()
    const { ikePorts } = this.settings
    const dissector = newDissector(rows, { ikePorts, opened: NOTHING_OPENED })
    if (previous) dissector.passed(previous)
    const walker = new LoneWalker(rows, dissector, ikePorts)
    walker.frames = framesBefore
    walker.view.firstSeconds = first.seconds
    walker.view.firstNanos = first.nanos
    const whole = new WholeFrames()
    const heldAt = numbersColumn()
    await readSegment(segment, {
      record(record) {
        const frame = walker.frames - framesBefore
        if (walker.draws(record)) {
          rows.frameEnd(dissector)
          whole.summed(frame, record.seconds, record.nanos)
        } else {
          rows.drop(dissector)
          whole.add(record, frame)
          heldAt.push(text.length)
        }
      },
      diagnostic() {},
    })
    const { lastFrame, lastSeconds, lastNanos } = whole
    return { text: text.bytes.slice(), held: whole.take(), heldAt: heldAt.take(), lastFrame, lastSeconds, lastNanos }
  }
}

const NOTHING_OPENED = { take: () => undefined }

/** A walker without memory, which notices where it would need one. */
class LoneWalker extends Walker {
  #needsOthers = false

  constructor(rows: FieldRows, dissector: FrameDissector, ikePorts?: readonly number[]) {
    super(
      {
        packet: view => {
          if (isFragmentV1(view)) this.#needsOthers = true
          rows.packet(view, dissector)
        },
        diagnostic: () => {},
      },
      { ikePorts, all: true },
    )
  }

  /** Draws a frame; false where its row needs the frames before. */
  draws(record: CaptureRecord): boolean {
    this.#needsOthers = false
    this.record(record)
    return !this.#needsOthers
  }

  override fragment(): void {
    this.#needsOthers = true
  }

  override segment(): void {
    this.#needsOthers = true
  }

  override finding(): void {
    this.#needsOthers = true
  }
}

/** A piece of an IKEv1 message, which is put together in the clear. */
const isFragmentV1 = ({ kind, payloadBytes: b, payloadStart: at, payloadEnd: end }: PacketView): boolean =>
  kind === Kind.ISAKMP && end - at >= HEADER_BYTES && b[at + 16] === fragment.type && b[at + 17] >> 4 === 1
