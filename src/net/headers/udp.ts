/** The UDP header: walked to what its ports announce, and drawn wherever it stands. RFC 768. */
import type { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"
import { Encapsulation, Kind } from "../packet-view.ts"
import { isIpsecPort, Port, portOf } from "../ports.ts"
import { capwap } from "../tunnels/capwap.ts"
import { geneve } from "../tunnels/geneve.ts"
import { gtpU } from "../tunnels/gtp.ts"
import { l2tp } from "../tunnels/l2tp.ts"
import { lisp } from "../tunnels/lisp.ts"
import { teredo } from "../tunnels/teredo.ts"
import { tzsp } from "../tunnels/tzsp.ts"
import { vxlan, vxlanGpe } from "../tunnels/vxlan.ts"
import { drawPorts } from "./addresses.ts"
import { sip } from "./sip.ts"
import { eitherPort, ikePort, isUserMessage, udpEncapsulated } from "./udp-encapsulation.ts"

const datagram = {
  heading: field("udp", "User Datagram Protocol", { kind: "none" }),
  src: field("udp.srcport", "Source Port"),
  dst: field("udp.dstport", "Destination Port"),
  port: field("udp.port", "Source or Destination Port", { hidden: true }),
  length: field("udp.length", "Length"),
  checksum: field("udp.checksum", "Checksum", { kind: "hex" }),
}

export interface UdpHeader {
  readonly source: number
  readonly destination: number
  /** Header and data as the header says, bytes. */
  readonly length: number
}

/** Reads the header at the position. */
export const decodeUdp = (c: Cursor): UdpHeader => c.group(datagram.heading, 8, readUdp)

function readUdp(c: Cursor): UdpHeader {
  const ports = drawPorts(c, datagram)
  const length = c.u16(datagram.length)
  c.u16(datagram.checksum)
  return { ...ports, length }
}

const UDP = layer(datagram, decodeUdp)

/** A UDP header at `at`. A Length of 0 (a jumbogram) means to the end of the IP packet. */
export function udp(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  if (end - at < 8) return
  const source = (b[at] << 8) | b[at + 1]
  const destination = (b[at + 2] << 8) | b[at + 3]
  const { view } = l
  view.sourcePort = source
  view.destinationPort = destination
  view.transportStart = at
  l.tap?.layer(UDP, b, at, at + 8, 0)
  const kind = portOf(l.ports, source, destination)
  if (kind === Port.NONE && !l.heuristicIke && !l.all) return
  const length = (b[at + 4] << 8) | b[at + 5]
  if (length >= 8 && at + length < wireEnd) wireEnd = at + length
  if (wireEnd < end) end = wireEnd
  const body = at + 8
  if (l.all) {
    view.payloadStart = body
    view.payloadEnd = end
    view.payloadWireBytes = wireEnd - body
  }
  if (body >= end) nothingBehind(l, kind, b, end, wireEnd - body)
  else if (kind === Port.NONE) {
    if (l.heuristicIke && isUserMessage(b, body, end, wireEnd)) eitherPort(l, b, body, end, wireEnd)
  } else if (kind === Port.NAT_T) udpEncapsulated(l, b, body, end, wireEnd)
  else if (kind === Port.IKE) ikePort(l, b, body, end, wireEnd)
  else if (kind === Port.EITHER) eitherPort(l, b, body, end, wireEnd)
  else tunnel(l, kind, b, body, end)
}

/** Whether IPsec or a tunnel that may hold it stands behind the port. */
const isTunnel = (kind: number): boolean => kind !== Port.NONE && kind !== Port.SIP && kind !== Port.VENDOR_TCP

/** The capture ends behind the UDP header, which `wireBytes` followed. */
function nothingBehind(l: Descent, kind: number, b: Uint8Array, end: number, wireBytes: number): void {
  // An ICMP error may quote no more than the UDP header: its ports say that it was IKE.
  if (l.quoting && isIpsecPort(kind)) {
    l.view.encapsulation = Encapsulation.UDP
    l.view.spi = l.view.sequence = 0
    l.found(Kind.QUOTED_ISAKMP, b, end, end, wireBytes)
  } else if (wireBytes > 0 && isTunnel(kind) && !l.quoting)
    l.finding(
      "packet-cut",
      "the capture cut the packet off behind its UDP header, whose port is one of IKE, ESP or a tunnel",
    )
}

/** What holds IP or Ethernet packets, or SIP. */
function tunnel(l: Descent, kind: number, b: Uint8Array, at: number, end: number): void {
  switch (kind) {
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
    case Port.TZSP:
      tzsp(l, b, at, end)
      break
    case Port.CAPWAP:
      capwap(l, b, at, end)
      break
    case Port.TEREDO:
      teredo(l, b, at, end)
      break
    case Port.L2TP:
      l2tp(l, b, at, end)
      break
    case Port.LISP:
      lisp(l, b, at, end)
      break
    case Port.SIP:
      sip(l, b, at, end)
      break
  }
}
