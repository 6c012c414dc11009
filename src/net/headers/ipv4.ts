/** The IPv4 header: walked, and drawn wherever it stands. RFC 791 §3.1. */
import type { Cursor } from "../../bytes/cursor.ts"
import { bits, field } from "../../bytes/field.ts"
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"
import { type Descent, layer } from "../layers.ts"
import { drawAddresses } from "./addresses.ts"
import { takeFragment } from "./ip-fragment.ts"

const ip = {
  heading: field("ip", "Internet Protocol Version 4", { kind: "none" }),
  version: field("ip.version", "Version", bits(0xf0)),
  headerLength: field("ip.hdr_len", "Header Length", bits(0x0f)),
  dsField: field("ip.dsfield", "Differentiated Services Field", { kind: "hex" }),
  dscp: field("ip.dsfield.dscp", "Differentiated Services Codepoint", bits(0xfc)),
  ecn: field("ip.dsfield.ecn", "Explicit Congestion Notification", bits(0x03)),
  length: field("ip.len", "Total Length"),
  id: field("ip.id", "Identification", { kind: "hex" }),
  flags: field("ip.flags", "Flags", { kind: "hex", ...bits(0xe0) }),
  reserved: field("ip.flags.rb", "Reserved bit", { kind: "bool", ...bits(0x80) }),
  dontFragment: field("ip.flags.df", "Don't fragment", { kind: "bool", ...bits(0x40) }),
  moreFragments: field("ip.flags.mf", "More fragments", { kind: "bool", ...bits(0x20) }),
  /** In units of 8 octets, as on the wire. */
  fragmentOffset: field("ip.frag_offset", "Fragment Offset", bits(0x1fff, 16)),
  ttl: field("ip.ttl", "Time to Live"),
  protocol: field("ip.proto", "Protocol", { names: IP_PROTOCOL }),
  checksum: field("ip.checksum", "Header Checksum", { kind: "hex" }),
  src: field("ip.src", "Source Address", { kind: "ipv4" }),
  dst: field("ip.dst", "Destination Address", { kind: "ipv4" }),
  addr: field("ip.addr", "Source or Destination Address", { kind: "ipv4", hidden: true }),
  options: field("ip.options", "Options", { kind: "bytes" }),
}

export interface Ipv4Header {
  /** Header with options, and the whole packet as the header says, bytes. */
  readonly headerBytes: number
  readonly totalBytes: number
  readonly protocol: number
  /** Where the data stand in the datagram, bytes. */
  readonly fragmentOffset: number
  /** Where the addresses are in the cursor's source. */
  readonly sourceAt: number
  readonly destinationAt: number
}

/** Where they stand in the header. RFC 791 §3.1. */
const ADDRESSES_AT = 12

/**
 * Reads the header at the position.
 *
 *     |Version|  IHL  |Type of Service|          Total Length         |
 *     |         Identification        |Flags|      Fragment Offset    |
 *     |  Time to Live |    Protocol   |         Header Checksum       |
 *     |                       Source Address                          |
 *     |                    Destination Address                        |
 *     |                    Options                    |    Padding    |
 */
export const decodeIpv4 = (c: Cursor): Ipv4Header =>
  c.group(ip.heading, Math.max(20, ((c.peek() ?? 0) & 15) * 4), readIpv4)

function readIpv4(c: Cursor): Ipv4Header {
  const start = c.pos
  const first = c.ahead(ip.version, 1)
  const headerBytes = (first & 15) * 4
  c.note(ip.version, start, start + 1, first >> 4)
  c.note(ip.headerLength, start, start + 1, headerBytes)
  c.pos += 1
  const ds = c.u8(ip.dsField)
  c.note(ip.dscp, c.pos - 1, c.pos, ds >> 2)
  c.note(ip.ecn, c.pos - 1, c.pos, ds & 3)
  const totalBytes = c.u16(ip.length)
  c.u16(ip.id)
  const fragment = c.ahead(ip.flags, 2)
  c.note(ip.flags, c.pos, c.pos + 1, fragment >> 13)
  c.note(ip.reserved, c.pos, c.pos + 1, (fragment & 0x8000) !== 0)
  c.note(ip.dontFragment, c.pos, c.pos + 1, (fragment & 0x4000) !== 0)
  c.note(ip.moreFragments, c.pos, c.pos + 1, (fragment & 0x2000) !== 0)
  c.note(ip.fragmentOffset, c.pos, c.pos + 2, fragment & 0x1fff)
  c.pos += 2
  c.u8(ip.ttl)
  const protocol = c.u8(ip.protocol)
  c.u16(ip.checksum)
  const sourceAt = c.pos
  drawAddresses(c, ip, 4)
  if (headerBytes < 20) throw c.invalid(ip.headerLength, start, `Header Length ${headerBytes} is less than 20`)
  if (headerBytes > 20) c.bytes(ip.options, headerBytes - 20)
  return {
    headerBytes,
    totalBytes,
    protocol,
    fragmentOffset: (fragment & 0x1fff) * 8,
    sourceAt,
    destinationAt: sourceAt + 4,
  }
}

const IPV4 = layer(ip, decodeIpv4, {
  fields: [ip.heading, ip.src, ip.dst, ip.addr],
  draw: c => {
    c.group(ip.heading, c.left, () => {
      c.pos += ADDRESSES_AT
      drawAddresses(c, ip, 4)
    })
  },
})

/** An IPv4 header at `at`. A Total Length of 0 (segmentation offload) means all that is there. */
export function ipv4(l: Descent, b: Uint8Array, at: number, end: number): void {
  const first = b[at]
  const headerBytes = (first & 15) << 2
  if (end - at < 20 || first >> 4 !== 4 || headerBytes < 20) return
  const total = (b[at + 2] << 8) | b[at + 3]
  const wireEnd = total === 0 ? end : at + total
  if (wireEnd < end) end = wireEnd
  const body = at + headerBytes
  if (body > end) return
  const { view } = l
  view.ipVersion = 4
  view.ipBytes = b
  view.ipStart = at
  view.sourceAt = at + 12
  view.destinationAt = at + 16
  view.sourcePort = 0
  view.destinationPort = 0
  view.ipProtocol = b[at + 9]
  l.tap?.layer(IPV4, b, at, body, 0)
  const fragment = (b[at + 6] << 8) | b[at + 7]
  if ((fragment & 0x3fff) === 0) {
    l.protocol(b[at + 9], b, body, end, wireEnd)
    return
  }
  const offset = (fragment & 0x1fff) << 3
  const id = (b[at + 4] << 8) | b[at + 5]
  const more = (fragment & 0x2000) !== 0
  const alone = takeFragment(l, { id, protocol: b[at + 9], offset, more, bytes: b, start: body, end }, wireEnd)
  if (alone > 0) l.protocol(b[at + 9], b, body, end, alone)
}
