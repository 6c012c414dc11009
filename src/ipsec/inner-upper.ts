/** Upper layers inside a tunnel, as far as a list of packets shows them: TCP, UDP, ICMP, ICMPv6, DNS. */

import type { Cursor } from "../bytes/cursor.ts"
import { decodeIcmp } from "../net/headers/icmp.ts"
import { decodeTcp } from "../net/headers/tcp.ts"
import { decodeUdp } from "../net/headers/udp.ts"
import { ICMP_TYPE, ICMPV6_TYPE } from "../registry/icmp-types.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { decodeDns } from "./inner-dns.ts"
import * as f from "./inner-fields.ts"
import type { Inner } from "./inner-line.ts"

/** Decodes the upper layer in the cursor's window and fills in protocol, ports and Info. Throws DecodeError when it is cut off. */
export function decodeUpper(c: Cursor, protocol: number, inner: Inner): void {
  if (protocol === IP_PROTOCOL.TCP) decodeInnerTcp(c, inner)
  else if (protocol === IP_PROTOCOL.UDP) decodeInnerUdp(c, inner)
  else if (protocol === IP_PROTOCOL.ICMP || protocol === IP_PROTOCOL.ICMPV6) decodeInnerIcmp(c, inner, protocol)
  else if (protocol === IP_PROTOCOL.ESP && c.left >= 8) inner.info = espInfo(c)
  else if (protocol === IP_PROTOCOL.AH && c.left >= 8) inner.info = `AH (SPI=0x${word(c, 4)})`
  if (c.left > 0) c.bytes(f.data)
}

export const espInfo = (c: Cursor): string => `ESP (SPI=0x${word(c, 0)})`

const word = (c: Cursor, at: number): string =>
  [0, 1, 2, 3].map(i => (c.peek(at + i) ?? 0).toString(16).padStart(2, "0")).join("")

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]
const ACK = 0x10

function decodeInnerTcp(c: Cursor, inner: Inner): void {
  const tcp = decodeTcp(c)
  inner.sourcePort = tcp.source
  inner.destinationPort = tcp.destination
  const flags = FLAGS.filter((_, bit) => tcp.flags & (1 << bit))
  const acked = tcp.flags & ACK ? ` Ack=${tcp.acknowledgment}` : ""
  inner.info = `${ports(inner)} [${flags.join(", ")}] Seq=${tcp.sequence}${acked} Win=${tcp.window} Len=${c.left}`
  if (isDns(inner) && c.left > 2) decodeDns(c, inner, 2)
}

function decodeInnerUdp(c: Cursor, inner: Inner): void {
  const udp = decodeUdp(c)
  inner.sourcePort = udp.source
  inner.destinationPort = udp.destination
  inner.info = `${ports(inner)} Len=${Math.max(0, udp.length - 8)}`
  if (isDns(inner) && c.left > 0) decodeDns(c, inner, 0)
}

const ports = (inner: Inner): string => `${inner.sourcePort} → ${inner.destinationPort}`

/** DNS, and multicast DNS. */
const isDns = ({ sourcePort, destinationPort }: Inner): boolean =>
  sourcePort === 53 || destinationPort === 53 || sourcePort === 5353 || destinationPort === 5353

function decodeInnerIcmp(c: Cursor, inner: Inner, protocol: number): void {
  const { type, code, echo } = decodeIcmp(c, protocol, f.data)
  const names = protocol === IP_PROTOCOL.ICMP ? ICMP_TYPE : ICMPV6_TYPE
  inner.info = names.name(type) ?? `Type ${type}`
  if (echo) inner.info += ` id=0x${echo.identifier.toString(16).padStart(4, "0")}, seq=${echo.sequence}`
  else if (code > 0) inner.info += ` (code ${code})`
}
