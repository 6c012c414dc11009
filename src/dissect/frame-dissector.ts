/** Draws whole frames: the frame's own fields, every layer, ESP and AH with what keys opened of them, and IKE messages. */
import { type ByteSource, byteSource } from "../bytes/byte-source.ts"
import { DecodeError } from "../bytes/errors.ts"
import type { Field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { decodeMessage, type Message } from "../ike/message.ts"
import { isakmp } from "../ike/shared/fields.ts"
import { drawHeader, HEADER_BYTES } from "../ike/shared/header.ts"
import type { Opened } from "../ike/shared/payload.ts"
import { FrameDrawer, type FrameSources, PassingSources } from "../net/dissect.ts"
import { Encapsulation, Kind, type PacketView } from "../net/packet-view.ts"
import { summarize } from "../report/packet-summary.ts"
import { ClearFragments } from "./clear-fragments.ts"
import { DataDrawer, type DataDrawerOptions } from "./data-drawer.ts"
import {
  COLUMNS,
  FRAME_FIELDS,
  type FrameLine,
  frameComment,
  frameHeading,
  frameProtocols,
  lineOf,
  type Moment,
} from "./frame-fields.ts"
import type { KeptMessages } from "./kept-messages.ts"
import { EVERYTHING, type Needs } from "./needs.ts"
import { ProtocolSink } from "./protocol-sink.ts"

export interface DissectorOptions extends DataDrawerOptions {
  readonly ikePorts?: readonly number[]
  readonly heuristicIke?: boolean
  /** Cleartexts of IKE messages. */
  readonly opened?: Pick<KeptMessages, "take">
  /** What to decode at all; everything by default. */
  readonly needs?: Needs
  /** Says of frame fields and columns whether they are drawn; by default all frame fields and no column. */
  wants?(field: Field): boolean
  /** Gets each IKE message that is decoded with its payloads, opened where keys do. */
  onMessage?(message: Message): void
}

/**
 * Give it every packet that a walker with `all` has, in order. A frame may hold several messages: `draw` them one by one into the
 * same sink, then call `endFrame`.
 */
export class FrameDissector {
  readonly #opened: Pick<KeptMessages, "take"> | undefined
  readonly #fragments = new ClearFragments()
  readonly #needs: Needs
  readonly #frameFields: typeof FRAME_FIELDS
  readonly #columns: typeof COLUMNS
  readonly #data: DataDrawer
  readonly #layers: FrameDrawer
  readonly #protocols: ProtocolSink | undefined
  readonly #passing = new PassingSources()
  /** The current frame, its IKE messages so far, and its line in the packet list. */
  #frame = 0
  #place = 0
  #line: FrameLine | undefined
  #lineKind: Kind = Kind.OTHER
  #time: Moment | undefined
  #previous: Moment | undefined
  #displayed: Moment | undefined

  constructor(private readonly options: DissectorOptions = {}) {
    const wants = options.wants?.bind(options)
    this.#opened = options.opened
    this.#needs = options.needs ?? EVERYTHING
    this.#frameFields = wants ? FRAME_FIELDS.filter(f => wants(f.field)) : FRAME_FIELDS
    this.#columns = wants ? COLUMNS.filter(c => wants(c.field)) : []
    this.#data = new DataDrawer(options)
    const { ikePorts, heuristicIke } = options
    const ipsec = this.#data.draw.bind(this.#data)
    this.#protocols = wants?.(frameProtocols) ? new ProtocolSink() : undefined
    this.#layers = new FrameDrawer({ ikePorts, heuristicIke, ipsec, wants: this.#protocols ? undefined : wants })
  }

  /**
   * Draws the current packet. Without `sources` places mean nothing and values are valid during the call; give `frameSources`, or
   * copies of them, when a tree is kept.
   */
  draw(view: PacketView, into: FieldSink, sources?: FrameSources): void {
    const sink = this.#protocols?.into(into) ?? into
    const first = view.frame !== this.#frame
    if (first) this.#begin(view)
    else if (view.kind === Kind.ISAKMP) this.#place++
    const { layers, ike, summary } = this.#needs
    const isIke =
      ike !== "none" &&
      (view.kind === Kind.ISAKMP || (view.kind === Kind.QUOTED_ISAKMP && view.payloadEnd > view.payloadStart))
    const drawsLayers = layers && (first || view.encapsulation === Encapsulation.TCP)
    const drawsFrame = first && this.#frameFields.length > 0
    if (drawsLayers || isIke || drawsFrame) {
      const from = sources ?? this.#passing.of(view)
      if (drawsFrame) this.#drawFrame(view, sink, from)
      if (drawsLayers) this.#drawLayers(view, first, sink, from)
      if (isIke) this.#drawIke(view, sink, from)
    }
    if (summary) this.#summarize(view)
  }

  /** After the last packet of a frame: draws what is known only now, its protocols and its line of the packet list. */
  endFrame(sink: FieldSink): void {
    if (this.#protocols) sink.leaf(frameProtocols, NO_BYTES, 0, 0, this.#protocols.take())
    const line = this.#line
    if (line) for (const { field, part } of this.#columns) sink.leaf(field, NO_BYTES, 0, 0, line[part])
    this.#line = undefined
  }

  /** The packet list's line of the current frame, until `endFrame`. */
  get line(): FrameLine | undefined {
    return this.#line
  }

  /** The frame drawn last was shown: a display filter let it through. */
  displayed(): void {
    this.#displayed = this.#time
  }

  /** Takes in a packet of a frame that is not drawn, for what later frames say of it. */
  pass(view: PacketView): void {
    if (view.frame !== this.#frame) this.#begin(view)
    if (view.kind === Kind.ISAKMP && !this.#opened) this.#fragments.add(view)
    this.#data.pass(view)
  }

  /** The frame before the next one was drawn elsewhere. */
  passed(frame: Moment): void {
    this.#time = frame
  }

  #begin(view: PacketView): void {
    this.#frame = view.frame
    this.#place = 0
    this.#line = undefined
    this.#previous = this.#time
    this.#time = { seconds: view.seconds, nanos: view.nanos }
    this.#data.begin()
  }

  #drawFrame(view: PacketView, sink: FieldSink, { frame: src, frameStart: at, frameEnd }: FrameSources): void {
    const times = { previous: this.#previous, displayed: this.#displayed }
    sink.open(frameHeading, src, at, frameEnd)
    for (const comment of view.comments) sink.leaf(frameComment, src, at, at, comment)
    for (const f of this.#frameFields) sink.leaf(f.field, src, at, at, f.value(view, times))
    sink.close()
  }

  #drawLayers(view: PacketView, first: boolean, sink: FieldSink, sources: FrameSources): void {
    this.#data.packet(view, sources)
    if (first) this.#layers.frame(view, sink, sources)
    else this.#layers.message(view, sink, sources)
  }

  #drawIke(view: PacketView, sink: FieldSink, { payload, payloadStart, payloadEnd }: FrameSources): void {
    const opened = view.kind === Kind.ISAKMP ? this.#openedOf(view) : undefined
    const headerOnly = this.#needs.ike === "header" && !opened?.reassembled
    const message = headerOnly
      ? undefined
      : decodeMessage(payload, payloadStart, payloadEnd, { opened, sink, wanted: this.#needs.payloads })
    if (message && view.kind === Kind.ISAKMP) this.options.onMessage?.(message)
    const drawn = headerOnly ? drawHeader(payload, payloadStart, payloadEnd, sink) : message
    if (!drawn) drawShort(payload, payloadStart, payloadEnd, sink)
  }

  #openedOf(view: PacketView): Opened | undefined {
    return this.#opened ? this.#opened.take(view.frame, this.#place) : this.#fragments.add(view)
  }

  /** Another message of the same frame: what AH protects takes the line over, messages of a stream stand side by side. */
  #summarize(view: PacketView): void {
    const inner = this.#data.takeInner()
    const summary = { ...summarize(view) }
    if (inner) {
      summary.source = inner.source ?? summary.source
      summary.destination = inner.destination ?? summary.destination
      summary.protocol = inner.protocol
      summary.info = inner.info
    }
    const line = this.#line
    if (line && this.#lineKind !== Kind.AH) summary.info = `${line.info}, ${summary.info}`
    this.#line = lineOf(view, summary)
    this.#lineKind = view.kind
  }
}

function drawShort(src: ByteSource, start: number, end: number, sink: FieldSink): void {
  sink.open(isakmp, src, start, end)
  sink.fault(
    new DecodeError({
      code: "truncated",
      field: isakmp,
      at: start,
      need: HEADER_BYTES,
      have: end - start,
      limit: "datagram",
    }),
  )
  sink.close()
}

const NO_BYTES: ByteSource = byteSource(new Uint8Array(0), "")
