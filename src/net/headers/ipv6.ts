/** The IPv6 header and its extension headers: walked, and drawn wherever they stand. RFC 8200 §3, §4. */

import { u32At } from "../../bytes/bytes.ts"
import type { Cursor } from "../../bytes/cursor.ts"
import { bits, type Field, field } from "../../bytes/field.ts"
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"
import { type Descent, layer } from "../layers.ts"
import { drawAddresses } from "./addresses.ts"
import { takeFragment } from "./ip-fragment.ts"
import { hasLengthInEights } from "./ipv6-extensions.ts"

const ip6 = {
  heading: field("ipv6", "Internet Protocol Version 6", { kind: "none" }),
  /** Wireshark has the version under IPv4's name too. */
  ipVersion: field("ip.version", "Version", { hidden: true, ...bits(0xf0) }),
  version: field("ipv6.version", "Version", bits(0xf0)),
  trafficClass: field("ipv6.tclass", "Traffic Class", { kind: "hex", ...bits(0x0ff00000, 32) }),
  dscp: field("ipv6.tclass.dscp", "Differentiated Services Codepoint", bits(0x0fc00000, 32)),
  ecn: field("ipv6.tclass.ecn", "Explicit Congestion Notification", bits(0x00300000, 32)),
  flow: field("ipv6.flow", "Flow Label", { kind: "hex", ...bits(0x0fffff, 24) }),
  length: field("ipv6.plen", "Payload Length"),
  next: field("ipv6.nxt", "Next Header", { names: IP_PROTOCOL }),
  hopLimit: field("ipv6.hlim", "Hop Limit"),
  src: field("ipv6.src", "Source Address", { kind: "ipv6" }),
  dst: field("ipv6.dst", "Destination Address", { kind: "ipv6" }),
  addr: field("ipv6.addr", "Source or Destination Address", { kind: "ipv6", hidden: true }),
}
const extension = {
  hopByHop: field("ipv6.hopopts", "IPv6 Hop-by-Hop Option", { kind: "none" }),
  routing: field("ipv6.routing", "Routing Header for IPv6", { kind: "none" }),
  destination: field("ipv6.dstopts", "Destination Options for IPv6", { kind: "none" }),
  other: field("ipv6.ext", "IPv6 extension header", { kind: "none" }),
  next: field("ipv6.ext.nxt", "Next Header", { names: IP_PROTOCOL }),
  length: field("ipv6.ext.len", "Length"),
  data: field("ipv6.ext.data", "Data", { kind: "bytes" }),
  fragment: field("ipv6.fraghdr", "Fragment Header for IPv6", { kind: "none" }),
  fragmentNext: field("ipv6.fraghdr.nxt", "Next header", { names: IP_PROTOCOL }),
  fragmentReserved: field("ipv6.fraghdr.reserved_octet", "Reserved octet", { kind: "hex" }),
  fragmentOffset: field("ipv6.fraghdr.offset", "Offset", bits(0xfff8, 16)),
  fragmentMore: field("ipv6.fraghdr.more", "More Fragments", { kind: "bool", ...bits(0x0001, 16) }),
  fragmentId: field("ipv6.fraghdr.ident", "Identification", { kind: "hex" }),
}

export interface Ipv6Header {
  readonly next: number
  /** What follows the header, as it says, bytes. */
  readonly payloadBytes: number
  /** Where the addresses are in the cursor's source. */
  readonly sourceAt: number
  readonly destinationAt: number
}

export interface Ipv6Extension {
  readonly next: number
  /** Of a Fragment header: where the data stand in the datagram, bytes; 0 otherwise. */
  readonly fragmentOffset: number
}

/**
 * Reads the header at the position, without its extension headers.
 *
 *     |Version| Traffic Class |           Flow Label                  |
 *     |         Payload Length        |  Next Header  |   Hop Limit   |
 *     ~                  Source and Destination Address               ~
 */
export const decodeIpv6 = (c: Cursor): Ipv6Header => c.group(ip6.heading, 40, readIpv6)

function readIpv6(c: Cursor): Ipv6Header {
  const at = c.pos
  const first = c.ahead(ip6.version, 4)
  const trafficClass = (first >>> 20) & 0xff
  c.note(ip6.ipVersion, at, at + 1, first >>> 28)
  c.note(ip6.version, at, at + 1, first >>> 28)
  c.note(ip6.trafficClass, at, at + 4, trafficClass)
  c.note(ip6.dscp, at, at + 4, trafficClass >> 2)
  c.note(ip6.ecn, at, at + 4, trafficClass & 3)
  c.note(ip6.flow, at + 1, at + 4, first & 0xfffff)
  c.pos += 4
  const payloadBytes = c.u16(ip6.length)
  const next = c.u8(ip6.next)
  c.u8(ip6.hopLimit)
  const sourceAt = c.pos
  drawAddresses(c, ip6, 16)
  return { next, payloadBytes, sourceAt, destinationAt: sourceAt + 16 }
}

const HEADING: Readonly<Record<number, Field>> = {
  [IP_PROTOCOL.HOPOPT]: extension.hopByHop,
  [IP_PROTOCOL.IPV6_ROUTE]: extension.routing,
  [IP_PROTOCOL.IPV6_OPTS]: extension.destination,
}

/** Reads the extension header of the type at the position. */
export function decodeIpv6Extension(c: Cursor, type: number): Ipv6Extension {
  if (type === IP_PROTOCOL.IPV6_FRAG) return c.group(extension.fragment, 8, readFragmentHeader)
  const bytes = ((c.peek(1) ?? 0) + 1) * 8
  return c.group(HEADING[type] ?? extension.other, bytes, () => {
    const next = c.u8(extension.next)
    c.u8(extension.length)
    c.bytes(extension.data, bytes - 2)
    return { next, fragmentOffset: 0 }
  })
}

function readFragmentHeader(c: Cursor): Ipv6Extension {
  const next = c.u8(extension.fragmentNext)
  c.u8(extension.fragmentReserved)
  const offset = c.ahead(extension.fragmentOffset, 2)
  c.note(extension.fragmentOffset, c.pos, c.pos + 2, offset >> 3)
  c.note(extension.fragmentMore, c.pos, c.pos + 2, (offset & 1) !== 0)
  c.pos += 2
  c.u32(extension.fragmentId)
  return { next, fragmentOffset: offset & 0xfff8 }
}

const IPV6 = layer(ip6, decodeIpv6)
const IPV6_EXTENSION = layer(extension, decodeIpv6Extension)

/** An IPv6 header at `at`. A Payload Length of 0 (a jumbogram, or segmentation offload) means all that is there. */
export function ipv6(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 40 || b[at] >> 4 !== 6) return
  const payload = (b[at + 4] << 8) | b[at + 5]
  const wireEnd = payload === 0 && b[at + 6] !== IP_PROTOCOL.IPV6_NO_NEXT ? end : at + 40 + payload
  if (wireEnd < end) end = wireEnd
  const { view } = l
  view.ipVersion = 6
  view.ipBytes = b
  view.ipStart = at
  view.sourceAt = at + 8
  view.destinationAt = at + 24
  view.sourcePort = 0
  view.destinationPort = 0
  view.ipProtocol = b[at + 6]
  l.tap?.layer(IPV6, b, at, at + 40, 0)
  ipv6Chain(l, b[at + 6], b, { at: at + 40, end, wireEnd })
}

/** Where a part of a packet stands, as captured and as sent. */
interface Extent {
  readonly at: number
  readonly end: number
  readonly wireEnd: number
}

/** The chain of extension headers that `next` begins, then what is behind it. */
function ipv6Chain(l: Descent, next: number, b: Uint8Array, { at, end, wireEnd }: Extent): void {
  while (hasLengthInEights(next)) {
    if (end - at < 8) return
    const length = (b[at + 1] + 1) << 3
    if (length > end - at) return
    l.tap?.layer(IPV6_EXTENSION, b, at, at + length, next)
    next = b[at]
    at += length
  }
  if (next !== IP_PROTOCOL.IPV6_FRAG) {
    l.protocol(next, b, at, end, wireEnd)
    return
  }
  if (end - at < 8) return
  l.tap?.layer(IPV6_EXTENSION, b, at, at + 8, IP_PROTOCOL.IPV6_FRAG)
  const field = (b[at + 2] << 8) | b[at + 3]
  const offset = field & 0xfff8
  const more = (field & 1) !== 0
  // RFC 6946: a datagram in one "fragment" is whole, whatever others have its identification.
  const isAlone = offset === 0 && !more
  const fragment = { id: u32At(b, at + 4), protocol: b[at], offset, more, bytes: b, start: at + 8, end }
  const alone = isAlone ? wireEnd : takeFragment(l, fragment, wireEnd)
  if (alone > 0) ipv6Chain(l, b[at], b, { at: at + 8, end, wireEnd: alone })
}

/** Goes on with a datagram put together from fragments, `b[0, end)`: an IPv6 one may have more extension headers. */
export function afterFragments(l: Descent, protocol: number, b: Uint8Array, end: number): void {
  if (l.view.ipVersion === 6) ipv6Chain(l, protocol, b, { at: 0, end, wireEnd: end })
  else l.protocol(protocol, b, 0, end, end)
}
