/** ESP, AH and WESP of a frame drawn, with what is inside of those that a key opens. */

import type { ByteSource } from "../bytes/byte-source.ts"
import { u32At } from "../bytes/bytes.ts"
import type { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { present } from "../bytes/typed.ts"
import { dissectEsp, dissectWesp, icvHolds, type SequenceRemark } from "../ipsec/esp.ts"
import { decodeInner, type InnerOptions } from "../ipsec/inner.ts"
import type { Inner } from "../ipsec/inner-line.ts"
import type { Inflate } from "../ipsec/ipcomp.ts"
import { SequenceRemarks } from "../ipsec/sequence-remarks.ts"
import { destinationAddress, sourceAddress } from "../net/address.ts"
import type { FrameSources, Surroundings } from "../net/dissect.ts"
import { AH, decodeAh } from "../net/headers/ah.ts"
import { ESP } from "../net/headers/esp.ts"
import { WESP } from "../net/headers/wesp.ts"
import type { Layer } from "../net/layers.ts"
import { Kind, PacketView } from "../net/packet-view.ts"
import { type OpenedPacket, openedEsp } from "../open/opened-packet.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"

export interface DataDrawerOptions {
  /** Opens an ESP, AH or WESP packet for which there is a key. */
  openData?(view: PacketView): OpenedPacket | undefined
  readonly inflate?: Inflate
}

const KIND: ReadonlyMap<Layer, Kind> = new Map<Layer, Kind>([
  [ESP, Kind.ESP],
  [AH, Kind.AH],
  [WESP, Kind.WESP],
])

export class DataDrawer {
  readonly #remarks = new SequenceRemarks()
  readonly #view = new PacketView()
  #packet: PacketView | undefined
  #sources: FrameSources | undefined
  #inner: Inner | undefined
  constructor(private readonly options: DataDrawerOptions) {}

  /** A new frame. */
  begin(): void {
    this.#inner = undefined
  }

  /** The packet whose layers are drawn next. */
  packet(view: PacketView, sources: FrameSources): void {
    this.#packet = view
    this.#sources = sources
  }

  /** What the packet drawn last had inside; once. */
  takeInner(): Inner | undefined {
    const inner = this.#inner
    this.#inner = undefined
    return inner
  }

  /** Follows the sequence numbers of a packet that is not drawn. */
  pass(view: PacketView): void {
    if (view.kind !== Kind.ESP && view.kind !== Kind.WESP && view.kind !== Kind.AH) return
    if (view.kind !== Kind.AH) this.#remarks.add(view.spi, view.sequence, view.frame)
    this.options.openData?.(view)
  }

  /** Draws a packet and returns to where it drew; `start` when it left the packet to the plain headers' drawer. */
  draw(layer: Layer, c: Cursor, sink: FieldSink, around: Surroundings): number {
    const { src, pos: start, end } = c
    if (layer === AH) return this.#drawAh(c, sink, around)
    const esp = layer === WESP ? dissectWesp(src, start, end, sink) : start
    if (esp === undefined) return end
    const opened = end - esp < 8 ? undefined : this.#open(layer, c, esp, around)
    const remark = end - esp < 8 ? undefined : this.#remark(src, esp)
    const within = opened && { ...this.#addresses(around), esp: this.#nested(sink, around) }
    this.#inner = dissectEsp(src, esp, end, opened && openedEsp(opened), { ...within, sink, remark })
    return end
  }

  /** Draws ESP in ESP, each layer opened under its own key; in transport mode the inner one has the outer addresses. RFC 4301 §4.3. */
  #nested(sink: FieldSink, around: Surroundings): NonNullable<InnerOptions["esp"]> {
    const esp: NonNullable<InnerOptions["esp"]> = (c, { ip, source, destination }) => {
      const { src, pos: start, end } = c
      const view = Object.assign(this.#view, around.view, this.#fieldsOf(Kind.ESP, src, start, start, end))
      if (ip) {
        const { version, src: header, sourceAt, destinationAt } = ip
        Object.assign(view, { ipVersion: version, ipBytes: header.bytes, ipStart: ip.start, sourceAt, destinationAt })
      }
      const opened = this.options.openData?.(view)
      const remark = this.#remark(src, start)
      const within = { source, destination, inflate: this.options.inflate, esp, remark, sink }
      return dissectEsp(src, start, end, opened && openedEsp(opened), within)
    }
    return esp
  }

  /** What a packet in transport mode is shown under. */
  #addresses({ view }: Surroundings): InnerOptions {
    const outer = view.ipVersion === 0 ? present(this.#packet) : view
    return { source: sourceAddress(outer), destination: destinationAddress(outer), inflate: this.options.inflate }
  }

  #remark(src: ByteSource, at: number): SequenceRemark | undefined {
    return this.#remarks.add(u32At(src.bytes, at), u32At(src.bytes, at + 4), this.#packet?.frame ?? 0)
  }

  /** What AH protects is not hidden: only the header is drawn here, the descent goes on behind it. */
  #drawAh(c: Cursor, sink: FieldSink, around: Surroundings): number {
    const { src, pos: start, end } = c
    const opened = end - start < 12 ? undefined : this.#open(AH, c, start, around)
    try {
      const { nextHeader } = decodeAh(c, icvHolds(opened?.icv))
      if (nextHeader !== IP_PROTOCOL.ESP)
        this.#inner = decodeInner(src, c.pos, end, nextHeader, this.#addresses(around))
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      sink.fault(error)
    }
    return Math.max(c.pos, start + 1)
  }

  /** Opens the packet at the cursor whose SPI stands in the ESP or AH header at `header`. */
  #open(layer: Layer, c: Cursor, header: number, around: Surroundings): OpenedPacket | undefined {
    const { openData } = this.options
    if (!openData || around.quoting) return undefined
    return openData.call(this.options, this.#viewOf(layer, c, header, around))
  }

  /** The packet as the walker would hand it on. The current one may be another of the same frame, such as the AH around this ESP. */
  #viewOf(layer: Layer, { src, pos: start, end }: Cursor, header: number, around: Surroundings): PacketView {
    const packet = present(this.#packet)
    const kind = KIND.get(layer) ?? Kind.OTHER
    const { payload, payloadStart } = present(this.#sources)
    if (packet.kind === kind && payload === src && payloadStart === start) return packet
    return Object.assign(this.#view, around.view, this.#fieldsOf(kind, src, start, header, end))
  }

  #fieldsOf(kind: Kind, { bytes }: ByteSource, start: number, header: number, end: number): Partial<PacketView> {
    const { frame, seconds, nanos } = present(this.#packet)
    const spi = kind === Kind.AH ? header + 4 : header
    return {
      kind,
      frame,
      seconds,
      nanos,
      payloadBytes: bytes,
      payloadStart: start,
      payloadEnd: end,
      payloadWireBytes: end - start,
      spi: u32At(bytes, spi),
      sequence: u32At(bytes, spi + 4),
    }
  }
}
