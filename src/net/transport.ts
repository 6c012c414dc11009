/** UDP, TCP and ICMP headers, as far as they lead to IPsec. RFC 768, RFC 9293, RFC 792, RFC 4443. */

import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { ikePort, isUserMessage, udpEncapsulated } from "./ipsec-split.ts"
import { Layer, type Layers } from "./layers.ts"
import { Encapsulation } from "./packet-view.ts"
import { Port, portOf } from "./ports.ts"
import { geneve, gtpU, vxlan, vxlanGpe } from "./tunnels.ts"

/** A UDP header at `at`. A Length of 0 (a jumbogram) means to the end of the IP packet. */
export function udp(l: Layers, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  if (end - at < 8) return
  const source = (b[at] << 8) | b[at + 1]
  const destination = (b[at + 2] << 8) | b[at + 3]
  const { view } = l
  view.sourcePort = source
  view.destinationPort = destination
  view.transportStart = at
  l.tap?.layer(Layer.UDP, b, at, at + 8, 0)
  const kind = portOf(l.ports, source, destination)
  if (kind === Port.NONE && !l.heuristicIke && !l.all) return
  const length = (b[at + 4] << 8) | b[at + 5]
  if (length >= 8 && at + length < wireEnd) wireEnd = at + length
  if (wireEnd < end) end = wireEnd
  udpPayload(l, kind, b, at + 8, end, wireEnd)
}

function udpPayload(l: Layers, kind: number, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  if (l.all) {
    const { view } = l
    view.payloadStart = at
    view.payloadEnd = end
    view.payloadWireBytes = wireEnd - at
  }
  if (at >= end) {
    if (at < wireEnd && kind !== Port.NONE && !l.quoting)
      l.finding("packet-cut", "the capture cut the packet off before what its UDP port announces")
    return
  }
  switch (kind) {
    case Port.NONE:
      if (l.heuristicIke && isUserMessage(b, at, end, wireEnd)) ikePort(l, b, at, end, wireEnd)
      break
    case Port.NAT_T:
      udpEncapsulated(l, Encapsulation.UDP, b, at, end, wireEnd)
      break
    case Port.IKE:
    case Port.EITHER:
      ikePort(l, b, at, end, wireEnd, kind === Port.EITHER)
      break
    case Port.GTP_U:
      gtpU(l, b, at, end)
      break
    case Port.VXLAN:
      vxlan(l, b, at, end)
      break
    case Port.VXLAN_GPE:
      vxlanGpe(l, b, at, end)
      break
    case Port.GENEVE:
      geneve(l, b, at, end)
      break
  }
}

/** A TCP header at `at`. Only segments of streams that may carry IKE (RFC 9329) go further. */
export function tcp(l: Layers, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  if (end - at < 14) return
  const source = (b[at] << 8) | b[at + 1]
  const destination = (b[at + 2] << 8) | b[at + 3]
  const { view } = l
  view.sourcePort = source
  view.destinationPort = destination
  view.transportStart = at
  const headerBytes = (b[at + 12] >> 4) << 2
  if (headerBytes < 20 || at + headerBytes > end) return
  l.tap?.layer(Layer.TCP, b, at, at + headerBytes, 0)
  if (l.all) {
    view.payloadStart = at + headerBytes
    view.payloadEnd = end
    view.payloadWireBytes = wireEnd - at - headerBytes
  }
  const kind = portOf(l.ports, source, destination)
  if (kind === Port.NAT_T || kind === Port.EITHER || l.heuristicIke)
    if (!l.quoting) l.segment(b, at, at + headerBytes, end, wireEnd)
}

const isError = (protocol: number, type: number): boolean =>
  protocol === IP_PROTOCOL.ICMPV6
    ? type >= 1 && type <= 4
    : type === 3 || type === 4 || type === 5 || type === 11 || type === 12

/** An ICMP or ICMPv6 message: an error quotes the packet that it is about. RFC 792, RFC 4443, RFC 4884. */
export function icmp(l: Layers, protocol: number, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8) return
  const v6 = protocol === IP_PROTOCOL.ICMPV6
  l.tap?.layer(v6 ? Layer.ICMPV6 : Layer.ICMP, b, at, at + 8, 0)
  if (!isError(protocol, b[at]) || l.quoting) return
  // RFC 4884 §3: behind this many words stand extensions, not the quoted packet.
  const quoted = v6 ? b[at + 4] << 3 : b[at] === 5 ? 0 : b[at + 5] << 2
  if (quoted >= 20 && b[at] !== 4 && at + 8 + quoted < end && !(v6 && b[at] === 2)) end = at + 8 + quoted
  const { view } = l
  const { ipVersion, ipBytes, ipStart, sourceAt, destinationAt, payloadStart, payloadEnd, payloadWireBytes } = view
  view.outerVersion = ipVersion
  view.outerBytes = b
  view.outerIpStart = ipStart
  view.icmpStart = at
  l.quoting = true
  l.ip(b, at + 8, end)
  l.quoting = false
  Object.assign(view, {
    ipVersion,
    ipBytes,
    ipStart,
    sourceAt,
    destinationAt,
    payloadStart,
    payloadEnd,
    payloadWireBytes,
  })
  view.ipProtocol = protocol
  view.sourcePort = 0
  view.destinationPort = 0
}
