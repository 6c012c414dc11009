/**
 * Frames at random: each is walked and drawn from its own bytes, those of the frames that complete its message, and what the index
 * noted when the capture was read in order. What is drawn equals what a reading in order draws.
 */
import { BoundedMap } from "../bytes/bounded-map.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { type DissectorOptions, FrameDissector } from "../dissect/frame-dissector.ts"
import type { KeptMessages } from "../dissect/kept-messages.ts"
import { Kind, PacketView } from "../net/packet-view.ts"
import { Walker, type WalkOptions } from "../net/walker.ts"
import { DataPlane, type DataPlaneOptions, NULL_TRIALS } from "../open/data-plane.ts"
import type { DataSaTable } from "../open/data-table.ts"
import type { OpenedPacket } from "../open/opened-packet.ts"
import type { Captures } from "./captures.ts"
import type { FrameIndex } from "./frame-index.ts"
import type { KeptControl } from "./kept-control.ts"

/** What opens packets: it changes when secrets come. */
export interface Keys {
  readonly table: DataSaTable
  readonly messages: KeptMessages
}

export interface FrameReaderOptions {
  readonly captures: Captures
  readonly index: FrameIndex
  readonly kept: KeptControl | undefined
  readonly walk: WalkOptions
  readonly plane: Omit<DataPlaneOptions, "table">
}

/** Draws one frame: `packet` for each of its messages, then `end`. */
export interface FrameDrawing extends Pick<DissectorOptions, "needs" | "wants" | "onMessage"> {
  packet(view: PacketView, dissector: FrameDissector): void
  end?(dissector: FrameDissector): void
}

/** What looking for ESP without encryption found: the frame that proves it. */
interface NullTrial {
  readonly plane: DataPlane
  readonly provenAt: number
}

/** Flows whose trials are kept. */
const MOST_TRIALS = 64

export class FrameReader {
  readonly #trials = new BoundedMap<number, Promise<NullTrial>>(MOST_TRIALS)
  #plane: DataPlane | undefined
  #keys: Keys

  constructor(
    private readonly options: FrameReaderOptions,
    keys: Keys,
  ) {
    this.#keys = keys
  }

  /** Other keys from now on. */
  setKeys(keys: Keys): void {
    this.#keys = keys
    this.#plane = undefined
    this.#trials.clear()
  }

  /** The captured bytes of a frame; undefined when they were not kept (see `Unpacked`). */
  bytes(frame: number): Promise<Uint8Array | undefined> {
    const { index, captures, kept } = this.options
    const own = kept?.bytes(frame)
    if (own) return Promise.resolve(own)
    const at = index.offset[frame - 1]
    return captures.files[index.placeOf(frame).capture].bytes(at, at + index.captured[frame - 1])
  }

  /** Draws a frame. False when its bytes are not there. */
  async draw(frame: number, drawing: FrameDrawing): Promise<boolean> {
    const { index, walk } = this.options
    const before = await this.#allBytes(index.companions(frame))
    const bytes = await this.bytes(frame)
    if (!before || !bytes) return false
    const openData = await this.#openerFor(frame)
    const dissector = this.#dissector(frame, drawing, openData)
    let current = 0
    const walker = new Walker(
      {
        packet: view => {
          if (current === frame && view.frame === frame) drawing.packet(view, dissector)
        },
        diagnostic: () => {},
      },
      { ...walk, all: true, resume: index.resumePoint(frame) },
    )
    walker.view.firstSeconds = index.seconds[0]
    walker.view.firstNanos = index.nanos[0]
    for (const [n, b] of [...before, [frame, bytes] as const]) {
      current = n
      walker.frames = n - 1
      walker.record(index.recordOf(n, b))
    }
    drawing.end?.(dissector)
    return true
  }

  async #allBytes(frames: readonly number[]): Promise<(readonly [number, Uint8Array])[] | undefined> {
    const out: (readonly [number, Uint8Array])[] = []
    for (const frame of frames) {
      const bytes = await this.bytes(frame)
      if (!bytes) return undefined
      out.push([frame, bytes])
    }
    return out
  }

  /** A dissector that knows what went before the frame: the time of the frame before, and sequence numbers that do not follow. */
  #dissector(frame: number, drawing: FrameDrawing, open: DissectorOptions["openData"]): FrameDissector {
    const { index, walk, plane } = this.options
    let drawn = false
    const dissector = new FrameDissector({
      ikePorts: walk.ikePorts,
      heuristicIke: walk.heuristicIke,
      inflate: plane.inflate,
      needs: drawing.needs,
      wants: drawing.wants?.bind(drawing),
      onMessage: drawing.onMessage?.bind(drawing),
      opened: this.#keys.messages,
      openData: view => (drawn ? open?.(view) : undefined),
    })
    if (frame > 1) dissector.pass(viewBefore(index, frame - 1))
    for (const { spi, expected, previousFrame } of index.remarks(frame)) {
      // What the frame itself has before is drawn with it.
      if (previousFrame === frame) continue
      const sequence = (expected - 1) >>> 0
      dissector.pass(
        Object.assign(viewBefore(index, frame - 1), { kind: Kind.ESP, spi, sequence, frame: previousFrame }),
      )
    }
    drawn = true
    return dissector
  }

  /** Opens ESP and AH: under keys at once; without one, ESP that earlier packets of its SA prove to be unencrypted. RFC 5879. */
  async #openerFor(frame: number): Promise<(view: PacketView) => OpenedPacket | undefined> {
    const { index } = this.options
    const { table } = this.#keys
    const flow = index.flowOf(frame)
    const known = flow === undefined ? undefined : index.flows[flow]
    const keyed = table.size > 0 && (!known || table.find(known).length > 0)
    if (keyed) {
      this.#plane ??= this.#newPlane()
      const plane = this.#plane
      return view => plane.openNow(view)
    }
    if (flow === undefined) {
      let plane: DataPlane | undefined
      return view => (plane ??= this.#newPlane()).openNow(view)
    }
    const trial = await this.#trialOf(flow)
    return view => (trial.provenAt <= frame ? trial.plane.openNow(view) : undefined)
  }

  /** Whether the first packets of a flow prove that it is not encrypted, and which of them does; found once for each flow. */
  #trialOf(flow: number): Promise<NullTrial> {
    let trial = this.#trials.get(flow)
    if (!trial) {
      trial = this.#tryNull(flow)
      this.#trials.set(flow, trial)
    }
    return trial
  }

  async #tryNull(flow: number): Promise<NullTrial> {
    const { index, walk } = this.options
    const plane = this.#newPlane()
    let current = 0
    const walker = new Walker(
      {
        packet: view => {
          if (view.frame === current) plane.packet(view)
        },
        diagnostic: () => {},
      },
      walk,
    )
    const trial = { plane, provenAt: Number.POSITIVE_INFINITY }
    const frames = index.flows[flow].protocol === "ESP" ? index.framesOfFlow(flow, index.frames + 1, NULL_TRIALS) : []
    for (const n of frames) {
      const bytes = await this.bytes(n)
      if (!bytes) continue
      current = n
      walker.frames = n - 1
      walker.record(index.recordOf(n, bytes))
      if (plane.results().some(r => r.nullEncrypted)) return { ...trial, provenAt: n }
    }
    return trial
  }

  #newPlane(): DataPlane {
    return new DataPlane({ ...this.options.plane, table: this.#keys.table, nullHeuristic: true })
  }
}

function viewBefore(index: FrameIndex, frame: number): PacketView {
  return Object.assign(new PacketView(), {
    frame,
    seconds: index.seconds[frame - 1],
    nanos: index.nanos[frame - 1],
  })
}

/** Draws into nothing. */
export const NOWHERE: FieldSink = { leaf() {}, open() {}, close() {}, fault() {} }
