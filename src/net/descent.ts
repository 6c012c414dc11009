/** The dispatcher of the descent: which header a link type, an EtherType or an IP protocol number announces. */
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { LINK_TYPE } from "../registry/link-types.ts"
import { authenticationHeader } from "./headers/ah.ts"
import { encapsulatingPayload } from "./headers/esp.ts"
import { icmp } from "./headers/icmp.ts"
import { ipv4 } from "./headers/ipv4.ts"
import { ipv6 } from "./headers/ipv6.ts"
import { tcp } from "./headers/tcp.ts"
import { udp } from "./headers/udp.ts"
import { wrappedEsp } from "./headers/wesp.ts"
import { type Descent, ETHERTYPE, type IpFragment, type LayerTap } from "./layers.ts"
import { backbone, ciscoMetadata, ethernet, vlan } from "./link/ethernet.ts"
import { LINK_WALKS } from "./link/index.ts"
import { mpls } from "./link/mpls.ts"
import { ppp, pppoe } from "./link/ppp.ts"
import { Encapsulation, type Kind, PacketView } from "./packet-view.ts"
import type { Snapshot } from "./snapshot.ts"
import { etherIp, gre } from "./tunnels/gre.ts"

/** Constants of this module: what is asked of every packet must not be looked up in a table of names. */
const { AH, ESP, ETHERIP, GRE, ICMP, ICMPV6, IPV4, IPV6, MPLS_IN_IP, TCP, UDP, WESP } = IP_PROTOCOL
const ETHERNET_LINK: number = LINK_TYPE.ETHERNET

export abstract class Descending implements Descent {
  readonly view = new PacketView()
  tap: LayerTap | undefined
  quoting = false
  layersLeft = 0

  constructor(
    readonly ports: Uint8Array,
    readonly heuristicIke: boolean,
    readonly all: boolean,
  ) {}

  /** The view shows an IPsec message of the kind. */
  abstract packet(kind: Kind): void
  abstract fragment(fragment: IpFragment): void
  abstract segment(b: Uint8Array, at: number, start: number, end: number, wireEnd: number): void
  abstract finding(...of: Parameters<Descent["finding"]>): void
  abstract snapshot(): Snapshot
  abstract resume(snapshot: Snapshot): void

  found(kind: Kind, b: Uint8Array, start: number, end: number, wireBytes: number): void {
    this.#show(b, start, end, wireBytes)
    this.packet(kind)
  }

  #show(b: Uint8Array, start: number, end: number, wireBytes: number): void {
    const { view } = this
    view.payloadBytes = b
    view.payloadStart = start
    view.payloadEnd = end
    view.payloadWireBytes = wireBytes
  }

  enter(): boolean {
    if (--this.layersLeft >= 0) return true
    if (this.layersLeft === -1) this.finding("too-many-layers", "the frame nests more layers than are looked into")
    return false
  }

  link(linkType: number, b: Uint8Array, at: number, end: number): void {
    // Most frames there are: called by name, so that it can be inlined.
    if (linkType === ETHERNET_LINK) ethernet(this, b, at, end)
    else LINK_WALKS.get(linkType)?.(this, b, at, end)
  }

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
      case ETHERTYPE.BACKBONE:
        backbone(this, b, at, end)
        break
      case ETHERTYPE.CISCO_METADATA:
        ciscoMetadata(this, b, at, end)
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

  ip(b: Uint8Array, at: number, end: number): void {
    if (at >= end || !this.enter()) return
    const version = b[at] >> 4
    if (version === 4) ipv4(this, b, at, end)
    else if (version === 6) ipv6(this, b, at, end)
  }

  protocol(protocol: number, b: Uint8Array, at: number, end: number, wireEnd: number): void {
    const { view } = this
    view.ipProtocol = protocol
    view.encapsulation = Encapsulation.NONE
    if (this.all) this.#show(b, at, end, wireEnd - at)
    if (!this.enter()) return
    switch (protocol) {
      case TCP:
        tcp(this, b, at, end, wireEnd)
        break
      case UDP:
        udp(this, b, at, end, wireEnd)
        break
      case ESP:
        encapsulatingPayload(this, b, at, end, wireEnd)
        break
      case AH:
        authenticationHeader(this, b, at, end, wireEnd)
        break
      case WESP:
        wrappedEsp(this, b, at, end, wireEnd)
        break
      case ICMP:
      case ICMPV6:
        icmp(this, protocol, b, at, end)
        break
      case IPV4:
        if (this.enter()) ipv4(this, b, at, end)
        break
      case IPV6:
        if (this.enter()) ipv6(this, b, at, end)
        break
      case GRE:
        gre(this, b, at, end)
        break
      case ETHERIP:
        etherIp(this, b, at, end)
        break
      case MPLS_IN_IP:
        mpls(this, b, at, end)
        break
    }
  }
}
