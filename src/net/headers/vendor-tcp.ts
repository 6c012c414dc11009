/**
 * IKE and ESP in TCP as vendors had it before RFC 9329. Cisco's (port 10000) is read: each segment holds one packet and a trailer of 16 octets, as
 * Wireshark's packet-ipsec-tcp.c has it. Check Point's TCPT (ports 443 and 18231, "visitor mode") is named: its stream is put together where its
 * port is named as one of IKE. Its octets are those of the isakmp crate of snx-rs.
 */

import { u32At } from "../../bytes/bytes.ts"
import { sourceAddress } from "../address.ts"
import { looksLikeIke } from "../ike-shape.ts"
import type { Descent } from "../layers.ts"
import { Encapsulation, Kind } from "../packet-view.ts"
import { CISCO_PORT } from "../ports.ts"
import { isTcptOpening } from "../tcp-framing.ts"
import { encapsulatingPayload } from "./esp.ts"

/** Zeros (4), sequence (2), direction or zeros (2), magic (5), protocol, magic (2). */
const TRAILER_BYTES = 16
const UDP_HEADER_BYTES = 8
const UDP = 17
const ESP = 50

/** A segment of one of these ports, `b[at, end)`. */
export function vendorTcp(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  const { view } = l
  if (view.sourcePort !== CISCO_PORT && view.destinationPort !== CISCO_PORT) {
    if (isTcptOpening(b, at, end)) reportTcpt(l)
    return
  }
  const trailer = end - TRAILER_BYTES
  if (end < wireEnd || trailer - at < UDP_HEADER_BYTES || u32At(b, trailer) !== 0) return
  const protocol = b[end - 3]
  view.encapsulation = Encapsulation.TCP
  // Ports of IKE in front: the UDP header stands there.
  const message = at + UDP_HEADER_BYTES
  if (protocol === UDP && u32At(b, at) === 0x01f401f4 && looksLikeIke(b, message, trailer, trailer - message)) {
    view.spi = view.sequence = 0
    l.found(Kind.ISAKMP, b, message, trailer, trailer - message)
  } else if (protocol === ESP && b[trailer + 6] === 0 && b[trailer + 7] === 0)
    encapsulatingPayload(l, b, at, trailer, trailer)
}

function reportTcpt(l: Descent): void {
  const { sourcePort, destinationPort } = l.view
  const server = Math.min(sourcePort, destinationPort)
  l.finding(
    "vendor-tcp",
    `${sourceAddress(l.view)} begins Check Point's TCPT ("visitor mode") on TCP port ${server}: IKE or ESP goes on inside; --ike-port ${server} reads it`,
    `${sourceAddress(l.view)}:${sourcePort}>${destinationPort}`,
    { severity: "info" },
  )
}
