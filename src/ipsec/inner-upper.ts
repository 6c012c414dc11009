/** Upper layers inside a tunnel, as far as a list of packets shows them: TCP, UDP, ICMP, ICMPv6, DNS. */

import type { Cursor } from "../bytes/cursor.ts"
import type { Field } from "../bytes/field.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import type { Inner } from "./inner.ts"
import { decodeDns } from "./inner-dns.ts"
import * as f from "./inner-fields.ts"

/** Decodes the upper layer in the cursor's window and fills in protocol, ports and Info. Throws DecodeError when it is cut off. */
export function decodeUpper(c: Cursor, protocol: number, inner: Inner): void {
  if (protocol === IP_PROTOCOL.TCP) decodeTcp(c, inner)
  else if (protocol === IP_PROTOCOL.UDP) decodeUdp(c, inner)
  else if (protocol === IP_PROTOCOL.ICMP) decodeIcmp(c, inner, ICMP)
  else if (protocol === IP_PROTOCOL.ICMPV6) decodeIcmp(c, inner, ICMPV6)
  else if (protocol === IP_PROTOCOL.ESP && c.left >= 8) inner.info = `ESP (SPI=0x${word(c, 0)})`
  else if (protocol === IP_PROTOCOL.AH && c.left >= 8) inner.info = `AH (SPI=0x${word(c, 4)})`
  if (c.left > 0) c.bytes(f.data)
}

const word = (c: Cursor, at: number): string =>
  [0, 1, 2, 3]
    .map(i =>
      c
        .peek(at + i)!
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]

/** RFC 9293 §3.1. */
function decodeTcp(c: Cursor, inner: Inner): void {
  c.group(f.tcp, Math.max(20, 4 * ((c.peek(12) ?? 0) >> 4)), () => {
    const start = c.pos
    inner.sourcePort = c.u16(f.tcpSource)
    inner.destinationPort = c.u16(f.tcpDestination)
    const sequence = c.u32(f.tcpSequence)
    const ack = c.u32(f.tcpAck)
    const word = c.u16(f.octets)
    const headerBytes = 4 * (word >> 12)
    c.note(f.tcpHeaderLength, c.pos - 2, c.pos - 1, headerBytes)
    c.note(f.tcpFlags, c.pos - 2, c.pos, word & 0xfff)
    const window = c.u16(f.tcpWindow)
    c.u16(f.tcpChecksum)
    c.u16(f.tcpUrgent)
    if (headerBytes < 20) throw c.invalid(f.tcpHeaderLength, start + 12, `Header Length ${headerBytes} is less than 20`)
    if (headerBytes > 20) c.bytes(f.tcpOptions, headerBytes - 20)
    const flags = FLAGS.filter((_, bit) => word & (1 << bit))
    const acked = word & 0x10 ? ` Ack=${ack}` : ""
    inner.info = `${ports(inner)} [${flags.join(", ")}] Seq=${sequence}${acked} Win=${window} Len=${c.left}`
  })
  if (isDns(inner) && c.left > 2) decodeDns(c, inner, 2)
}

/** RFC 768. */
function decodeUdp(c: Cursor, inner: Inner): void {
  const length = c.group(f.udp, 8, () => {
    inner.sourcePort = c.u16(f.udpSource)
    inner.destinationPort = c.u16(f.udpDestination)
    const udpLength = c.u16(f.udpLength)
    c.u16(f.udpChecksum)
    return udpLength
  })
  inner.info = `${ports(inner)} Len=${Math.max(0, length - 8)}`
  if (isDns(inner) && c.left > 0) decodeDns(c, inner, 0)
}

const ports = (inner: Inner): string => `${inner.sourcePort} → ${inner.destinationPort}`

/** DNS, and multicast DNS. */
const isDns = ({ sourcePort, destinationPort }: Inner): boolean =>
  sourcePort === 53 || destinationPort === 53 || sourcePort === 5353 || destinationPort === 5353

interface IcmpFields {
  readonly root: Field
  readonly type: Field
  readonly code: Field
  readonly checksum: Field
  readonly id: Field
  readonly sequence: Field
  readonly echo: readonly [request: number, reply: number]
}
const ICMP: IcmpFields = {
  root: f.icmp,
  type: f.icmpType,
  code: f.icmpCode,
  checksum: f.icmpChecksum,
  id: f.icmpId,
  sequence: f.icmpSequence,
  echo: [8, 0],
}
const ICMPV6: IcmpFields = {
  root: f.icmpv6,
  type: f.icmpv6Type,
  code: f.icmpv6Code,
  checksum: f.icmpv6Checksum,
  id: f.icmpv6Id,
  sequence: f.icmpv6Sequence,
  echo: [128, 129],
}

/** RFC 792, RFC 4443 §2.1. */
function decodeIcmp(c: Cursor, inner: Inner, fields: IcmpFields): void {
  c.group(fields.root, c.left, () => {
    const type = c.u8(fields.type)
    const code = c.u8(fields.code)
    c.u16(fields.checksum)
    inner.info = fields.type.names?.name(type) ?? `Type ${type}`
    if (fields.echo.includes(type)) {
      const id = c.u16(fields.id)
      inner.info += ` id=0x${id.toString(16).padStart(4, "0")}, seq=${c.u16(fields.sequence)}`
    } else if (code > 0) inner.info += ` (code ${code})`
    if (c.left > 0) c.bytes(f.data)
  })
}
