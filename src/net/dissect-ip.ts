/** IP, UDP, TCP, ICMP and the tunnels over them, drawn. */

import type { Cursor } from "../bytes/cursor.ts"
import type { Field } from "../bytes/field.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import * as f from "./dissect-fields.ts"
import { Layer } from "./layers.ts"

export const IP_LAYERS: ReadonlySet<Layer> = new Set([
  Layer.IPV4,
  Layer.IPV6,
  Layer.IPV6_EXTENSION,
  Layer.UDP,
  Layer.TCP,
  Layer.ICMP,
  Layer.ICMPV6,
  Layer.GRE,
  Layer.GTP,
  Layer.VXLAN,
  Layer.GENEVE,
])

/** Whether of an IPv4 header nothing but its addresses is wanted. */
export function ipv4AddressesOnly(wants: (field: Field) => boolean): boolean {
  const { heading, src, dst, addr, ...others } = f.ip
  return !Object.values(others).some(wants)
}

/**
 * Draws one header of these; `detail` is the number of an IPv6 extension header, `addressesOnly` as `ipv4AddressesOnly` says. Throws DecodeError when it is cut off.
 */
export function drawIp(layer: Layer, c: Cursor, detail: number, addressesOnly = false): void {
  switch (layer) {
    case Layer.IPV4:
      c.group(f.ip.heading, c.left, addressesOnly ? drawIpv4Addresses : drawIpv4)
      break
    case Layer.IPV6:
      c.group(f.ipv6.heading, c.left, drawIpv6)
      break
    case Layer.IPV6_EXTENSION:
      drawExtension(c, detail)
      break
    case Layer.UDP:
      c.group(f.udp.heading, c.left, drawUdp)
      break
    case Layer.TCP:
      c.group(f.tcp.heading, c.left, drawTcp)
      break
    case Layer.ICMP:
      c.group(f.icmp.heading, c.left, () => drawIcmp(c, f.icmp))
      break
    case Layer.ICMPV6:
      c.group(f.icmpv6.heading, c.left, () => drawIcmp(c, f.icmpv6))
      break
    default:
      drawTunnel(layer, c)
  }
}

function drawIpv4(c: Cursor): void {
  const first = c.peek() ?? 0
  c.note(f.ip.version, c.pos, c.pos + 1, first >> 4)
  c.note(f.ip.headerLength, c.pos, c.pos + 1, (first & 15) * 4)
  c.pos += 1
  const ds = c.u8(f.ip.dsField)
  c.note(f.ip.dscp, c.pos - 1, c.pos, ds >> 2)
  c.note(f.ip.ecn, c.pos - 1, c.pos, ds & 3)
  c.u16(f.ip.length)
  c.u16(f.ip.id)
  const flags = c.peek() ?? 0
  c.note(f.ip.flags, c.pos, c.pos + 1, flags >> 5)
  c.note(f.ip.reserved, c.pos, c.pos + 1, (flags & 0x80) !== 0)
  c.note(f.ip.dontFragment, c.pos, c.pos + 1, (flags & 0x40) !== 0)
  c.note(f.ip.moreFragments, c.pos, c.pos + 1, (flags & 0x20) !== 0)
  c.note(f.ip.fragmentOffset, c.pos, c.pos + 2, ((flags & 0x1f) << 8) | (c.peek(1) ?? 0))
  c.pos += 2
  c.u8(f.ip.ttl)
  c.u8(f.ip.protocol)
  c.u16(f.ip.checksum)
  drawAddresses(c, f.ip, 4)
  if (c.left > 0) c.bytes(f.ip.options)
}

/** Where they stand in an IPv4 header. RFC 791 §3.1. */
const IPV4_ADDRESSES_AT = 12

function drawIpv4Addresses(c: Cursor): void {
  c.pos += IPV4_ADDRESSES_AT
  drawAddresses(c, f.ip, 4)
}

function drawAddresses(c: Cursor, fields: { src: Field; dst: Field; addr: Field }, length: number): void {
  for (const which of [fields.src, fields.dst]) {
    const at = c.pos
    c.pass(which, length)
    if (c.sink?.wants?.(fields.addr) !== false) c.note(fields.addr, at, c.pos, c.src.bytes.subarray(at, c.pos))
  }
}

function drawIpv6(c: Cursor): void {
  const at = c.pos
  const b = c.src.bytes
  const trafficClass = ((b[at] & 15) << 4) | (b[at + 1] >> 4)
  c.note(f.ip.version, at, at + 1, b[at] >> 4)
  c.note(f.ipv6.version, at, at + 1, b[at] >> 4)
  c.note(f.ipv6.trafficClass, at, at + 4, trafficClass)
  c.note(f.ipv6.dscp, at, at + 4, trafficClass >> 2)
  c.note(f.ipv6.ecn, at, at + 4, trafficClass & 3)
  c.note(f.ipv6.flow, at + 1, at + 4, ((b[at + 1] & 15) << 16) | (b[at + 2] << 8) | b[at + 3])
  c.pos += 4
  c.u16(f.ipv6.length)
  c.u8(f.ipv6.next)
  c.u8(f.ipv6.hopLimit)
  drawAddresses(c, f.ipv6, 16)
}

const EXTENSION_HEADING: Readonly<Record<number, Field>> = {
  0: f.extension.hopByHop,
  43: f.extension.routing,
  60: f.extension.destination,
}

function drawExtension(c: Cursor, type: number): void {
  if (type === IP_PROTOCOL.IPV6_FRAG) c.group(f.extension.fragment, c.left, drawFragmentHeader)
  else
    c.group(EXTENSION_HEADING[type] ?? f.extension.other, c.left, () => {
      c.u8(f.extension.next)
      c.u8(f.extension.length)
      c.bytes(f.extension.data)
    })
}

function drawFragmentHeader(c: Cursor): void {
  c.u8(f.extension.fragmentNext)
  c.u8(f.extension.fragmentReserved)
  const offset = ((c.peek() ?? 0) << 8) | (c.peek(1) ?? 0)
  c.note(f.extension.fragmentOffset, c.pos, c.pos + 2, offset >> 3)
  c.note(f.extension.fragmentMore, c.pos, c.pos + 2, (offset & 1) !== 0)
  c.pos += 2
  c.u32(f.extension.fragmentId)
}

function drawPorts(c: Cursor, fields: { src: Field; dst: Field; port: Field }): void {
  for (const which of [fields.src, fields.dst]) {
    const port = c.u16(which)
    c.note(fields.port, c.pos - 2, c.pos, port)
  }
}

function drawUdp(c: Cursor): void {
  drawPorts(c, f.udp)
  c.u16(f.udp.length)
  c.u16(f.udp.checksum)
}

const TCP_FLAGS: readonly (readonly [Field, number])[] = [
  [f.tcp.cwr, 0x80],
  [f.tcp.ece, 0x40],
  [f.tcp.urg, 0x20],
  [f.tcp.ack, 0x10],
  [f.tcp.push, 0x08],
  [f.tcp.reset, 0x04],
  [f.tcp.syn, 0x02],
  [f.tcp.fin, 0x01],
]

function drawTcp(c: Cursor): void {
  drawPorts(c, f.tcp)
  c.u32(f.tcp.sequence)
  c.u32(f.tcp.acknowledgment)
  const first = c.peek() ?? 0
  const flags = ((first & 15) << 8) | (c.peek(1) ?? 0)
  c.note(f.tcp.headerLength, c.pos, c.pos + 1, (first >> 4) * 4)
  c.note(f.tcp.flags, c.pos, c.pos + 2, flags)
  for (const [flag, mask] of TCP_FLAGS) c.note(flag, c.pos + 1, c.pos + 2, (flags & mask) !== 0)
  c.pos += 2
  c.u16(f.tcp.window)
  c.u16(f.tcp.checksum)
  c.u16(f.tcp.urgent)
  if (c.left > 0) c.bytes(f.tcp.options)
}

function drawIcmp(c: Cursor, fields: typeof f.icmp): void {
  c.u8(fields.type)
  c.u8(fields.code)
  c.u16(fields.checksum)
  c.bytes(fields.rest)
}

function drawTunnel(layer: Layer, c: Cursor): void {
  if (layer === Layer.GRE) c.group(f.gre.heading, c.left, drawGre)
  else if (layer === Layer.GTP) c.group(f.gtp.heading, c.left, drawGtp)
  else if (layer === Layer.VXLAN) c.group(f.vxlan.heading, c.left, drawVxlan)
  else c.group(f.geneve.heading, c.left, drawGeneve)
}

function drawGre(c: Cursor): void {
  c.u16(f.gre.flags)
  c.u16(f.gre.protocol)
  if (c.left > 0) c.bytes(f.gre.rest)
}

function drawGtp(c: Cursor): void {
  c.u8(f.gtp.flags)
  c.u8(f.gtp.message)
  c.u16(f.gtp.length)
  c.u32(f.gtp.teid)
  if (c.left > 0) c.bytes(f.gtp.rest)
}

function drawVxlan(c: Cursor): void {
  c.u16(f.vxlan.flags)
  c.u16(f.vxlan.reserved)
  c.u24(f.vxlan.vni)
  c.u8(f.vxlan.reserved8)
}

function drawGeneve(c: Cursor): void {
  c.u16(f.geneve.flags)
  c.u16(f.geneve.type)
  c.u24(f.geneve.vni)
  c.bytes(f.geneve.rest)
}
