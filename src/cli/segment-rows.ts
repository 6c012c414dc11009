/**
 * Rows of fields of one segment, in any thread: those of frames that say all by themselves. A frame that only means something after those before it
 * (a fragment, a piece of a stream, a frame with a finding) is returned whole. `segmented-rows.ts`, which has the segments in order, draws it. So is one with
 * an IKE message that a key opened, and one with a data packet of which a packet before might say under which key it is.
 */

import { TextBuffer } from "../bytes/text-buffer.ts"
import type { CaptureRecord } from "../capture/record.ts"
import type { FrameDissector } from "../dissect/frame-dissector.ts"
import { HEADER_BYTES } from "../ike/shared/header.ts"
import { fragment } from "../ike/v1/fragment.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"
import { Walker } from "../net/walker.ts"
import { countSegment } from "../node/segment-count.ts"
import type { Answers, FrameJob, KeysMessage, RowSettings, RowsJob, SegmentRows } from "../node/segment-jobs.ts"
import { readSegment } from "../node/segment-read.ts"
import type { DataFlow } from "../open/data-flow.ts"
import type { DataPlane } from "../open/data-plane.ts"
import { DataSaTable } from "../open/data-table.ts"
import type { OpenedPacket } from "../open/opened-packet.ts"
import { numbersColumn } from "../segment/columns.ts"
import { WholeFrames } from "../segment/whole-frames.ts"
import { FieldRows } from "./field-rows.ts"
import { newDissector, newPlane } from "./frames.ts"

/** The work of one thread, a job at a time: counts records and makes rows. */
export class FrameWork {
  #maker: RowMaker | undefined
  #keys: readonly DataSaKeys[] = []

  /** Keys for the rows to come: all of a command have the same. */
  take({ keys }: KeysMessage): void {
    this.#keys = keys
  }

  run(job: FrameJob): Promise<Answers[FrameJob["kind"]]> {
    if (job.kind === "count") return countSegment(job)
    // All jobs of a command have the same settings.
    this.#maker ??= new RowMaker(job.settings, job.keys === undefined ? undefined : this.#keys)
    return this.#maker.run(job)
  }
}

/** Makes rows, job after job: what it remembers of values is of use for the next. */
export class RowMaker {
  readonly #text = new TextBuffer()
  readonly #rows: FieldRows
  /** Opens data packets, segment after segment. */
  readonly #plane: DataPlane | undefined

  /** Without keys, none is needed. */
  constructor(
    readonly settings: RowSettings,
    keys?: readonly DataSaKeys[],
  ) {
    this.#plane = keys && newPlane(new DataSaTable(keys), false)
    this.#rows = new FieldRows(settings, {
      closed: false,
      write: text => this.#text.text(text),
      flush() {},
    })
    // Where there is no row before, who puts the segments together sees to it.
    this.#rows.any = true
  }

  /** Throws what the system throws when the file cannot be opened. */
  async run({ segment, framesBefore, first, previous, opened }: RowsJob): Promise<SegmentRows> {
    const text = this.#text
    const rows = this.#rows
    text.clear()
    const { ikePorts } = this.settings
    const plane = this.#plane
    const openData = plane && ((view: PacketView) => openAlone(plane, view, walker))
    const dissector = newDissector(rows, { ikePorts, opened: NOTHING_OPENED, openData })
    if (previous) dissector.passed(previous)
    const walker = new LoneWalker(rows, dissector, { ikePorts, opened })
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

/**
 * Opens a data packet. It comes out as in one reading where its SA has one key, whatever failed before, which opened the packet before it in this
 * segment and has no high half to be guessed. Any other is handed back, so who draws those knows of each SA what one reading would.
 */
function openAlone(plane: DataPlane, view: PacketView, walker: LoneWalker): OpenedPacket | undefined {
  const flow = plane.flowOf(view)
  const packet = plane.openNow(view)
  if (!flow?.current) return packet
  const key = packet?.opened ? packet.sa : undefined
  if (!key || key.keys.esn || flow.states.length !== 1 || walker.openedBy.get(flow) !== key) walker.needOthers()
  walker.openedBy.set(flow, key)
  return packet
}

const NOTHING_OPENED = { take: () => undefined }

/** A walker without memory, which notices where it would need one. */
class LoneWalker extends Walker {
  #needsOthers = false
  /** The key that opened the last packet of each data SA; none where that was not opened. */
  readonly openedBy = new Map<DataFlow, DataSaKeys | undefined>()
  /** Frames with messages that keys opened, and which of them is next. */
  readonly #opened: Float64Array
  #next = 0

  constructor(
    rows: FieldRows,
    dissector: FrameDissector,
    { ikePorts, opened = NO_FRAMES }: Pick<RowSettings, "ikePorts"> & Pick<RowsJob, "opened">,
  ) {
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
    this.#opened = opened
  }

  /** The current frame means something after those before only. */
  needOthers(): void {
    this.#needsOthers = true
  }

  /** Draws a frame; false where its row needs the frames before. */
  draws(record: CaptureRecord): boolean {
    this.#needsOthers = this.#opened[this.#next] === this.frames + 1
    if (this.#needsOthers) this.#next++
    this.record(record)
    return !this.#needsOthers
  }

  override fragment(): void {
    this.#inPieces()
  }

  override segment(): void {
    this.#inPieces()
  }

  override finding(): void {
    this.#needsOthers = true
  }

  /** A packet of any data SA may become whole, which only others see. */
  #inPieces(): void {
    this.#needsOthers = true
    this.openedBy.clear()
  }
}

const NO_FRAMES = new Float64Array(0)

/** A piece of an IKEv1 message, which is put together in the clear. */
const isFragmentV1 = ({ kind, payloadBytes: b, payloadStart: at, payloadEnd: end }: PacketView): boolean =>
  kind === Kind.ISAKMP && end - at >= HEADER_BYTES && b[at + 16] === fragment.type && b[at + 17] >> 4 === 1
