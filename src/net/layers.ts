/**
 * What the headers of a frame have in common: a `Descent` walks from the link layer to IPsec, in numbers, with no object per layer. Each
 * header has a file in `link/`, `headers/` or `tunnels/`, which imports this one and calls the descent back for what is inside.
 * `descent.ts` dispatches. A `Layer` is how a header is drawn, for the few who want to see it.
 */
import type { Cursor } from "../bytes/cursor.ts"
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { Field } from "../bytes/field.ts"
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import type { Kind, PacketView } from "./packet-view.ts"
import type { Snapshot } from "./snapshot.ts"

/** A kind of header, and how it is drawn. */
export interface Layer {
  /** Dense number of the layer, for tables. */
  readonly id: number
  /** Every field that it may draw. */
  readonly fields: readonly Field[]
  /** Draws the header that fills the cursor's window; `detail` is what the walk said of it. Throws DecodeError when it is cut off. */
  readonly draw: (c: Cursor, detail: number) => void
  /** A faster way when only these fields are wanted. */
  readonly brief?: { readonly fields: readonly Field[]; readonly draw: (c: Cursor) => void }
}

let layers = 0

/** Declares a layer. */
export const layer = (fields: Readonly<Record<string, Field>>, draw: Layer["draw"], brief?: Layer["brief"]): Layer => ({
  id: layers++,
  fields: Object.values(fields),
  draw,
  brief,
})

/** Gets every header that the descent goes through, outermost first; `end` is where the header or, for ESP and AH, the packet ends. */
export interface LayerTap {
  layer(layer: Layer, bytes: Uint8Array, start: number, end: number, detail: number): void
}

/** EtherTypes that lead to IP. https://www.iana.org/assignments/ieee-802-numbers */
export const ETHERTYPE = {
  IPV4: 0x0800,
  IPV6: 0x86dd,
  VLAN: 0x8100,
  /** 802.1ad, and what came before it. */
  SERVICE_VLAN: 0x88a8,
  OLD_QINQ: 0x9100,
  OLD_QINQ_2: 0x9200,
  /** Provider Backbone Bridges. IEEE 802.1ah. */
  BACKBONE: 0x88e7,
  /** Cisco MetaData: a security group tag before the EtherType. */
  CISCO_METADATA: 0x8909,
  MPLS: 0x8847,
  MPLS_MULTICAST: 0x8848,
  PPPOE_SESSION: 0x8864,
  PPP: 0x880b,
  /** Transparent Ethernet Bridging. */
  ETHERNET: 0x6558,
  ERSPAN: 0x88be,
  ERSPAN_3: 0x22eb,
} as const

/** Walks bytes that begin with a header: `b[at, end)`. */
export type Walk = (l: Descent, b: Uint8Array, at: number, end: number) => void

/** A fragment of an IP datagram, `bytes[start, end)`, that stands at `offset` of it. */
export interface IpFragment {
  readonly id: number
  readonly protocol: number
  readonly offset: number
  /** Whether others follow. */
  readonly more: boolean
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** The capture has not all of it: a short snap length. */
  readonly cut: boolean
}

export interface Descent {
  /** Filled as the descent goes; complete only when a handler gets it. */
  readonly view: PacketView
  readonly tap: LayerTap | undefined
  /** What the ports of UDP and TCP mean; see `ports.ts`. */
  readonly ports: Uint8Array
  /** Take messages that look like IKE on any port. */
  readonly heuristicIke: boolean
  /** Keep the ranges of payloads that are not IPsec too. */
  readonly all: boolean
  /** Inside a packet that an ICMP error quotes. */
  quoting: boolean
  /** Layers left before the descent gives up. */
  layersLeft: number

  /** Counts one layer; false when there are too many. */
  enter(): boolean
  /** A frame of a link type. An unknown link type is a frame of which nothing is known. */
  link(linkType: number, b: Uint8Array, at: number, end: number): void
  /** What an EtherType announces, at `at`. */
  etherType(type: number, b: Uint8Array, at: number, end: number): void
  /** An IP header of the version that its first four bits say. */
  ip(b: Uint8Array, at: number, end: number): void
  /** What an IP protocol number announces, in `b[at, end)`; the wire had it to `wireEnd`. */
  protocol(protocol: number, b: Uint8Array, at: number, end: number, wireEnd: number): void

  /** An IPsec message was found in `b[start, end)`; the wire had `wireBytes` of it. The view has its encapsulation, SPI and sequence number. */
  found(kind: Kind, b: Uint8Array, start: number, end: number, wireBytes: number): void
  fragment(fragment: IpFragment): void
  /** A TCP segment whose header is at `at` and payload `b[start, end)`. */
  segment(b: Uint8Array, at: number, start: number, end: number, wireEnd: number): void
  /** Something that cannot be, or was too much; the descent went on without it. What repeats is said `once` for each of its keys. */
  finding(
    code: DiagnosticCode,
    message: string,
    once?: string,
    of?: Pick<Diagnostic, "between" | "agreed"> & Partial<Pick<Diagnostic, "severity">>,
  ): void
  /** Keeps the current frame, and makes it the current one again. */
  snapshot(): Snapshot
  resume(snapshot: Snapshot): void
}
