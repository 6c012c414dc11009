/**
 * The descent from the link layer to IPsec, in numbers: offsets into the captured bytes, no object per layer. `link.ts`, `wlan.ts`,
 * `ip.ts`, `transport.ts`, `tunnels.ts` and `ipsec-split.ts` each know one group of headers and call back here for
 * what is inside. The walker reassembles and reports; the dissector taps the layers to draw them.
 */
import type { DiagnosticCode } from "../diagnostics/codes.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { ipv4, ipv6 } from "./ip.ts"
import { authenticationHeader, encapsulatingPayload, wrappedEsp } from "./ipsec-split.ts"
import { ethernet, vlan } from "./link.ts"
import { mpls, ppp, pppoe } from "./link-tags.ts"
import { type Encapsulation, type Kind, PacketView } from "./packet-view.ts"
import type { Snapshot } from "./snapshot.ts"
import { icmp, tcp, udp } from "./transport.ts"
import { etherIp, gre } from "./tunnels.ts"

/** A layer that the descent went through. */
export const Layer = {
  ETHERNET: 0,
  VLAN: 1,
  MPLS: 2,
  PPPOE: 3,
  PPP: 4,
  SLL: 5,
  SLL2: 6,
  NULL: 7,
  LLC: 8,
  RADIOTAP: 9,
  WLAN: 10,
  NFLOG: 11,
  IPV4: 12,
  IPV6: 13,
  /** An IPv6 extension header; `detail` is its number. */
  IPV6_EXTENSION: 14,
  UDP: 15,
  TCP: 16,
  ICMP: 17,
  ICMPV6: 18,
  GRE: 19,
  GTP: 20,
  VXLAN: 21,
  GENEVE: 22,
  ESP: 23,
  AH: 24,
  WESP: 25,
  /** What RFC 3948 puts between UDP and IPsec: a marker of 4 octets or a keepalive of 1. */
  UDP_ENCAPSULATION: 26,
} as const
export type Layer = (typeof Layer)[keyof typeof Layer]

/** Is told every header that the descent goes through, outermost first; `end` is where the header or, for ESP and AH, the packet ends. */
export interface LayerTap {
  layer(layer: Layer, bytes: Uint8Array, start: number, end: number, detail: number): void
}

export const ETHERTYPE = {
  IPV4: 0x0800,
  IPV6: 0x86dd,
  VLAN: 0x8100,
  /** 802.1ad, and what came before it. */
  SERVICE_VLAN: 0x88a8,
  OLD_QINQ: 0x9100,
  OLD_QINQ_2: 0x9200,
  MPLS: 0x8847,
  MPLS_MULTICAST: 0x8848,
  PPPOE_SESSION: 0x8864,
  PPP: 0x880b,
  /** Transparent Ethernet Bridging. */
  ETHERNET: 0x6558,
  ERSPAN: 0x88be,
  ERSPAN_3: 0x22eb,
} as const

export abstract class Layers {
  /** Filled as the descent goes; complete only when a handler gets it. */
  readonly view = new PacketView()
  tap: LayerTap | undefined
  /** Inside a packet that an ICMP error quotes. */
  quoting = false
  /** Layers left before the descent gives up. */
  layersLeft = 0

  constructor(
    readonly ports: Uint8Array,
    /** Take messages that look like IKE on any port. */
    readonly heuristicIke: boolean,
    /** Keep the ranges of payloads that are not IPsec too. */
    readonly all: boolean,
  ) {}

  /** An IPsec message was found in `b[start, end)`; the wire had `wireBytes` of it. */
  abstract found(
    kind: Kind,
    encapsulation: Encapsulation,
    b: Uint8Array,
    start: number,
    end: number,
    wireBytes: number,
    spi: number,
    sequence: number,
  ): void

  /** A fragment of an IP datagram, `b[at, end)`, whole, that stands at `offset` of it. */
  abstract fragment(
    id: number,
    protocol: number,
    offset: number,
    more: boolean,
    b: Uint8Array,
    at: number,
    end: number,
  ): void

  /** A TCP segment whose header is at `at` and payload `b[start, end)`. */
  abstract segment(b: Uint8Array, at: number, start: number, end: number, wireEnd: number): void

  /** Something that cannot be, or was too much; the descent went on without it. */
  abstract finding(code: DiagnosticCode, message: string): void

  /** Keeps the frame in hand, and brings it back as the frame in hand. */
  abstract snapshot(): Snapshot
  abstract resume(snapshot: Snapshot): void

  /** Counts one layer; false when there are too many. */
  enter(): boolean {
    if (--this.layersLeft >= 0) return true
    if (this.layersLeft === -1) this.finding("too-many-layers", "the frame nests more layers than are looked into")
    return false
  }

  /** What an EtherType announces, at `at`. */
  etherType(type: number, b: Uint8Array, at: number, end: number): void {
    this.view.etherType = type
    if (!this.enter()) return
    switch (type) {
      case ETHERTYPE.IPV4:
        ipv4(this, b, at, end)
        break
      case ETHERTYPE.IPV6:
        ipv6(this, b, at, end)
        break
      case ETHERTYPE.VLAN:
      case ETHERTYPE.SERVICE_VLAN:
      case ETHERTYPE.OLD_QINQ:
      case ETHERTYPE.OLD_QINQ_2:
        vlan(this, b, at, end)
        break
      case ETHERTYPE.MPLS:
      case ETHERTYPE.MPLS_MULTICAST:
        mpls(this, b, at, end)
        break
      case ETHERTYPE.PPPOE_SESSION:
        pppoe(this, b, at, end)
        break
      case ETHERTYPE.PPP:
        ppp(this, b, at, end)
        break
      case ETHERTYPE.ETHERNET:
        ethernet(this, b, at, end)
        break
    }
  }

  /** An IP header of the version that its first four bits say. */
  ip(b: Uint8Array, at: number, end: number): void {
    if (at >= end || !this.enter()) return
    const version = b[at] >> 4
    if (version === 4) ipv4(this, b, at, end)
    else if (version === 6) ipv6(this, b, at, end)
  }

  /** What an IP protocol number announces, in `b[at, end)`; the wire had it to `wireEnd`. */
  protocol(protocol: number, b: Uint8Array, at: number, end: number, wireEnd: number): void {
    const { view } = this
    view.ipProtocol = protocol
    if (this.all) {
      view.payloadBytes = b
      view.payloadStart = at
      view.payloadEnd = end
      view.payloadWireBytes = wireEnd - at
    }
    if (!this.enter()) return
    switch (protocol) {
      case IP_PROTOCOL.TCP:
        tcp(this, b, at, end, wireEnd)
        break
      case IP_PROTOCOL.UDP:
        udp(this, b, at, end, wireEnd)
        break
      case IP_PROTOCOL.ESP:
        encapsulatingPayload(this, 0, b, at, end, wireEnd)
        break
      case IP_PROTOCOL.AH:
        authenticationHeader(this, b, at, end, wireEnd)
        break
      case IP_PROTOCOL.WESP:
        wrappedEsp(this, 0, b, at, end, wireEnd)
        break
      case IP_PROTOCOL.ICMP:
      case IP_PROTOCOL.ICMPV6:
        icmp(this, protocol, b, at, end)
        break
      case IP_PROTOCOL.IPV4:
        if (this.enter()) ipv4(this, b, at, end)
        break
      case IP_PROTOCOL.IPV6:
        if (this.enter()) ipv6(this, b, at, end)
        break
      case IP_PROTOCOL.GRE:
        gre(this, b, at, end)
        break
      case IP_PROTOCOL.ETHERIP:
        etherIp(this, b, at, end)
        break
      case IP_PROTOCOL.MPLS_IN_IP:
        mpls(this, b, at, end)
        break
    }
  }
}
