/**
 * The layers of a frame drawn into a FieldSink, from the link down to IPsec. The same descent as the walker's says where
 * each header is; here each is read with names. IKE messages, and ESP and AH beyond their plain headers, are drawn by others.
 */

import { type ByteSource, byteSource } from "../bytes/byte-source.ts"
import { u32At } from "../bytes/bytes.ts"
import { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import type { Field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { Descending } from "./descent.ts"
import { AH } from "./headers/ah.ts"
import { ESP } from "./headers/esp.ts"
import { afterFragments } from "./headers/ipv6.ts"
import { tcpEncapsulated } from "./headers/udp-encapsulation.ts"
import { WESP } from "./headers/wesp.ts"
import type { Descent, IpFragment, Layer, LayerTap } from "./layers.ts"
import { NET_LIMITS } from "./limits.ts"
import { Encapsulation, Kind, type PacketView } from "./packet-view.ts"
import { portTable } from "./ports.ts"
import type { WalkOptions } from "./walker.ts"

/** What fields of a frame point into. The payload's source is the frame's unless it was put together from several. */
export interface FrameSources {
  readonly frame: ByteSource
  /** Range of the frame in `frame`. */
  readonly frameStart: number
  readonly frameEnd: number
  readonly payload: ByteSource
  /** Range of `view.payload…` in `payload`. */
  readonly payloadStart: number
  readonly payloadEnd: number
}

export interface DissectFrameOptions extends Pick<WalkOptions, "ikePorts" | "heuristicIke"> {
  /** Layers without a wanted field are passed over; all are drawn by default. */
  wants?(field: Field): boolean
  /**
   * Draws an ESP, AH or WESP packet (`layer`) in place of the plain header. Returns the offset up to which it drew: layers that
   * start before it are not drawn again. `start` itself means that it drew nothing. `around` knows the IP header around the packet.
   */
  ipsec?(layer: Layer, c: Cursor, sink: FieldSink, around: Surroundings): number
}

/** What the descent went through before a packet: its view's IP header and ports, and whether an ICMP error quotes it. */
export type Surroundings = Pick<Descent, "view" | "quoting">

/** The sources of the current packet; offset 0 of `frame` is the frame's first byte. They look into the view's bytes: valid during the call. */
export function frameSources(view: PacketView): FrameSources {
  const { frame, frameBytes, frameStart, frameEnd, payloadBytes, payloadStart, payloadEnd } = view
  const bytes = frameEnd - frameStart
  const own = byteSource(frameBytes.subarray(frameStart, frameEnd), `frame ${frame}`, true)
  if (payloadBytes === frameBytes)
    return {
      frame: own,
      frameStart: 0,
      frameEnd: bytes,
      payload: own,
      payloadStart: payloadStart - frameStart,
      payloadEnd: payloadEnd - frameStart,
    }
  if (view.reassembled)
    return {
      frame: own,
      frameStart: 0,
      frameEnd: bytes,
      payload: byteSource(payloadBytes, `IP datagram reassembled in frame ${frame}`),
      payloadStart,
      payloadEnd,
    }
  const message = byteSource(payloadBytes.subarray(payloadStart, payloadEnd), `TCP message of frame ${frame}`)
  return {
    frame: own,
    frameStart: 0,
    frameEnd: bytes,
    payload: message,
    payloadStart: 0,
    payloadEnd: payloadEnd - payloadStart,
  }
}

/** Copies of the sources: the tree outlives the packet. Messages of one frame share the frame's. */
export function keptSources(view: PacketView, before: FrameSources | undefined): FrameSources {
  const now = frameSources(view)
  const frame = before?.frame ?? byteSource(now.frame.bytes.slice(), now.frame.label, true)
  const payload = now.payload === now.frame ? frame : byteSource(now.payload.bytes.slice(), now.payload.label)
  return { ...now, frame, payload }
}

/**
 * Sources without copies, labels or objects of their own, filled again for each packet: for sinks that keep values and not
 * places. Offsets are those of the view.
 */
export class PassingSources implements FrameSources {
  readonly #frame = { bytes: NO_BYTES, label: "frame" }
  readonly #payload = { bytes: NO_BYTES, label: "payload" }
  readonly frame: ByteSource = this.#frame
  payload: ByteSource = this.#frame
  frameStart = 0
  frameEnd = 0
  payloadStart = 0
  payloadEnd = 0

  of(view: PacketView): this {
    this.#frame.bytes = view.frameBytes
    this.frameStart = view.frameStart
    this.frameEnd = view.frameEnd
    this.#payload.bytes = view.payloadBytes
    this.payload = view.payloadBytes === view.frameBytes ? this.#frame : this.#payload
    this.payloadStart = view.payloadStart
    this.payloadEnd = view.payloadEnd
    return this
  }
}

const NO_BYTES: Uint8Array = new Uint8Array(0)

/** Draws frames, one after another; keeps nothing of them. */
export class FrameDrawer {
  readonly #descent: Tapped

  constructor(options: DissectFrameOptions = {}) {
    this.#descent = new Tapped(options)
  }

  /**
   * Draws every header of the frame, tunnels and quoted packets included, outermost first, one subtree each. Of a frame with
   * several messages call it once, and `message` for those that follow. Never throws on what it reads.
   */
  frame(view: PacketView, sink: FieldSink, sources: FrameSources = frameSources(view)): void {
    const { frame, frameStart, frameEnd } = sources
    const descent = this.#descent.begin(view, sink, sources)
    descent.link(view.linkType, frame.bytes, frameStart, frameEnd)
    this.message(view, sink, sources)
  }

  /** Draws what stands between the TCP stream and the current message; nothing for messages that are not in TCP. */
  message(view: PacketView, sink: FieldSink, sources: FrameSources = frameSources(view)): void {
    if (view.encapsulation !== Encapsulation.TCP) return
    const { payload, payloadStart, payloadEnd } = sources
    const ike = view.kind === Kind.ISAKMP
    // What vendors put in front is no marker.
    const marker = ike && payloadStart >= 4 && u32At(payload.bytes, payloadStart - 4) === 0 ? 4 : 0
    const descent = this.#descent.begin(view, sink, sources)
    tcpEncapsulated(descent, payload.bytes, payloadStart - marker, payloadEnd, ike && marker === 0 ? "ike" : undefined)
  }
}

/** Draws the headers of one frame, as a `FrameDrawer` does. */
export function dissectFrame(
  view: PacketView,
  sink: FieldSink,
  sources: FrameSources = frameSources(view),
  options: DissectFrameOptions = {},
): void {
  new FrameDrawer(options).frame(view, sink, sources)
}

/** The descent through a frame with a tap that draws. */
class Tapped extends Descending implements LayerTap {
  #packet!: PacketView
  #sink!: FieldSink
  #sources!: FrameSources
  /** Layers from here on, in the same bytes, were drawn by somebody else. */
  #drawnBytes: Uint8Array | undefined
  #drawnFrom = 0
  #drawnTo = 0
  #reassembled = false
  readonly #drawers: Drawers

  constructor(private readonly options: DissectFrameOptions) {
    super(portTable(options.ikePorts ?? []), options.heuristicIke ?? false, false)
    this.tap = this
    this.#drawers = new Drawers(options.wants?.bind(options))
  }

  /** Sets out on another frame. */
  begin(packet: PacketView, sink: FieldSink, sources: FrameSources): this {
    this.#packet = packet
    this.#sink = sink
    this.#sources = sources
    this.#drawnBytes = undefined
    this.#reassembled = false
    this.quoting = false
    this.layersLeft = NET_LIMITS.layers
    this.view.littleEndian = packet.littleEndian
    this.view.ipVersion = 0
    return this
  }

  layer(layer: Layer, bytes: Uint8Array, start: number, end: number, detail: number): void {
    if (bytes === this.#drawnBytes && start >= this.#drawnFrom && start < this.#drawnTo) return
    const src = bytes === this.#sources.frame.bytes ? this.#sources.frame : this.#sources.payload
    const isIpsec = layer === ESP || layer === AH || layer === WESP
    const at = isIpsec && this.options.ipsec ? new Cursor(src, start, end, "datagram", this.#sink) : undefined
    const drawnTo = (at && this.options.ipsec?.(layer, at, this.#sink, this)) ?? start
    if (drawnTo > start) {
      this.#drawnBytes = bytes
      this.#drawnFrom = start
      this.#drawnTo = drawnTo
      return
    }
    const drawer = this.#drawers.of(layer)
    if (!drawer) return
    const c = new Cursor(src, start, end, "captured length", this.#sink)
    try {
      drawer(c, detail)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#sink.fault(error)
    }
  }

  /** The fragment that completed a datagram goes on with it. */
  override fragment({ protocol, cut }: IpFragment): void {
    if (cut || !this.#packet.reassembled || this.#reassembled) return
    this.#reassembled = true
    const { bytes } = this.#sources.payload
    afterFragments(this, protocol, bytes, bytes.length)
  }

  override found(): void {}
  override packet(): void {}
  override segment(): void {}
  override finding(): void {}
  override resume(): void {}
  override snapshot(): never {
    throw new TypeError("a dissection keeps no frames")
  }
}

/** How each layer is drawn when only some fields are wanted. */
class Drawers {
  readonly #known: (Layer["draw"] | undefined)[] = []
  constructor(private readonly wants?: (field: Field) => boolean) {}

  /** Undefined when no field of the layer is wanted. */
  of(layer: Layer): Layer["draw"] | undefined {
    if (layer.id in this.#known) return this.#known[layer.id]
    return (this.#known[layer.id] = this.#choose(layer))
  }

  #choose({ fields, draw, brief }: Layer): Layer["draw"] | undefined {
    const { wants } = this
    if (!wants) return draw
    const wanted = fields.filter(wants)
    if (wanted.length === 0) return undefined
    return brief && wanted.every(f => brief.fields.includes(f)) ? brief.draw : draw
  }
}
