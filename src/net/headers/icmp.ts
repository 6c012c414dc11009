/** ICMP and ICMPv6: the packet that an error quotes is walked, and the header drawn wherever it stands. RFC 792, RFC 4443, RFC 4884. */
import type { Cursor } from "../../bytes/cursor.ts"
import { type Field, field } from "../../bytes/field.ts"
import { ICMP_TYPE, ICMPV6_TYPE } from "../../registry/icmp-types.ts"
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"
import { type Descent, layer } from "../layers.ts"

const none = { kind: "none" } as const
const hex = { kind: "hex" } as const

const v4 = {
  heading: field("icmp", "Internet Control Message Protocol", none),
  type: field("icmp.type", "Type", { names: ICMP_TYPE }),
  code: field("icmp.code", "Code"),
  checksum: field("icmp.checksum", "Checksum", hex),
  identifier: field("icmp.ident", "Identifier"),
  sequence: field("icmp.seq", "Sequence Number"),
  gateway: field("icmp.redir_gw", "Gateway Address", { kind: "ipv4" }),
  unused: field("icmp.unused", "Unused", { kind: "bytes" }),
  mtu: field("icmp.mtu", "MTU of next hop"),
}
const v6 = {
  heading: field("icmpv6", "Internet Control Message Protocol v6", none),
  type: field("icmpv6.type", "Type", { names: ICMPV6_TYPE }),
  code: field("icmpv6.code", "Code"),
  checksum: field("icmpv6.checksum", "Checksum", hex),
  identifier: field("icmpv6.echo.identifier", "Identifier", hex),
  sequence: field("icmpv6.echo.sequence_number", "Sequence"),
  mtu: field("icmpv6.mtu", "MTU"),
  unused: field("icmpv6.reserved", "Reserved", { kind: "bytes" }),
}

export interface IcmpHeader {
  readonly type: number
  readonly code: number
  /** Of echo requests and replies. */
  readonly echo?: { readonly identifier: number; readonly sequence: number }
}

/** Reads a message: the eight octets of its header, what is left as `data`. `protocol` says whether it is ICMP or ICMPv6. */
export function decodeIcmp(c: Cursor, protocol: number, data?: Field): IcmpHeader {
  const isV6 = protocol === IP_PROTOCOL.ICMPV6
  return c.group(isV6 ? v6.heading : v4.heading, c.left, () => {
    const header = isV6 ? readIcmpV6(c) : readIcmpV4(c)
    if (data && c.left > 0) c.bytes(data)
    return header
  })
}

function readIcmpV4(c: Cursor): IcmpHeader {
  const head = readHead(c, v4)
  if (head.type === ICMP_TYPE.ECHO_REQUEST || head.type === ICMP_TYPE.ECHO_REPLY) return readEcho(c, head, v4)
  if (head.type === ICMP_TYPE.REDIRECT) c.bytes(v4.gateway, 4)
  else if (head.type === ICMP_TYPE.DESTINATION_UNREACHABLE) {
    c.bytes(v4.unused, 2)
    c.u16(v4.mtu)
  } else c.bytes(v4.unused, 4)
  return head
}

function readIcmpV6(c: Cursor): IcmpHeader {
  const head = readHead(c, v6)
  if (head.type === ICMPV6_TYPE.ECHO_REQUEST || head.type === ICMPV6_TYPE.ECHO_REPLY) return readEcho(c, head, v6)
  if (head.type === ICMPV6_TYPE.PACKET_TOO_BIG) c.u32(v6.mtu)
  else c.bytes(v6.unused, 4)
  return head
}

function readHead(c: Cursor, fields: Readonly<Record<"type" | "code" | "checksum", Field>>): IcmpHeader {
  const type = c.u8(fields.type)
  const code = c.u8(fields.code)
  c.u16(fields.checksum)
  return { type, code }
}

const readEcho = (
  c: Cursor,
  head: IcmpHeader,
  fields: Readonly<Record<"identifier" | "sequence", Field>>,
): IcmpHeader => ({ ...head, echo: { identifier: c.u16(fields.identifier), sequence: c.u16(fields.sequence) } })

const ICMP = layer(v4, c => decodeIcmp(c, IP_PROTOCOL.ICMP))
const ICMPV6 = layer(v6, c => decodeIcmp(c, IP_PROTOCOL.ICMPV6))

const isError = (protocol: number, type: number): boolean =>
  protocol === IP_PROTOCOL.ICMPV6
    ? type >= ICMPV6_TYPE.DESTINATION_UNREACHABLE && type <= ICMPV6_TYPE.PARAMETER_PROBLEM
    : type === ICMP_TYPE.DESTINATION_UNREACHABLE ||
      type === ICMP_TYPE.SOURCE_QUENCH ||
      type === ICMP_TYPE.REDIRECT ||
      type === ICMP_TYPE.TIME_EXCEEDED ||
      type === ICMP_TYPE.PARAMETER_PROBLEM

/** An ICMP or ICMPv6 message: an error quotes the packet that it is about. RFC 792, RFC 4443, RFC 4884. */
export function icmp(l: Descent, protocol: number, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8) return
  const isV6 = protocol === IP_PROTOCOL.ICMPV6
  l.tap?.layer(isV6 ? ICMPV6 : ICMP, b, at, at + 8, 0)
  if (!isError(protocol, b[at]) || l.quoting) return
  // RFC 4884 §3: behind this many words stand extensions, not the quoted packet.
  const quoted = isV6 ? b[at + 4] << 3 : b[at] === 5 ? 0 : b[at + 5] << 2
  if (quoted >= 20 && b[at] !== 4 && at + 8 + quoted < end && !(isV6 && b[at] === 2)) end = at + 8 + quoted
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
