/** The packet inside ESP or AH: addresses, ports and a one-line Info; with a sink the same walk draws it. RFC 4303 §2.6. */
import { type ByteSource, byteSource } from "../bytes/byte-source.ts"
import { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import { ipv4Text, ipv6Text } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { aggfragHeaderBytes, blockLength } from "./aggfrag.ts"
import * as f from "./inner-fields.ts"
import { decodeUpper } from "./inner-upper.ts"
import { isIpv6Extension, readIpPacket } from "./ip-packet.ts"
import { type Inflate, IPCOMP_TRANSFORM, readIpComp } from "./ipcomp.ts"

/** What a list of packets shows of an inner packet. Undefined members are not known. */
export interface Inner {
  source?: string
  destination?: string
  /** The innermost protocol that has a name: `ICMP`, `TCP`, `DNS`. */
  protocol: string
  sourcePort?: number
  destinationPort?: number
  /** One line, in Wireshark's words where it has some. */
  info: string
}

export interface InnerOptions {
  sink?: FieldSink
  inflate?: Inflate
  /** Addresses of the outer header, for transport mode. */
  source?: string
  destination?: string
}

/** How deep packets may be nested in one another. */
const MAX_DEPTH = 8

/**
 * Decodes the payload data `src.bytes[start, end)` whose type is the ESP or AH Next Header. Never throws on what it reads: a fault is
 * told to the sink, and `info` says so.
 */
export function decodeInner(
  src: ByteSource,
  start: number,
  end: number,
  nextHeader: number,
  options: InnerOptions = {},
): Inner {
  const inner: Inner = { source: options.source, destination: options.destination, protocol: "", info: "" }
  const c = new Cursor(src, start, end, "payload data", options.sink)
  try {
    decodeProtocol(c, nextHeader, inner, options.inflate, 0)
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    options.sink?.fault(e)
    inner.info = inner.info ? `${inner.info} [malformed]` : "[malformed]"
  }
  return inner
}

function decodeProtocol(c: Cursor, protocol: number, inner: Inner, inflate: Inflate | undefined, depth: number): void {
  inner.protocol = IP_PROTOCOL.name(protocol) ?? `IP protocol ${protocol}`
  if (depth > MAX_DEPTH) {
    c.bytes(f.data)
    return
  }
  if (protocol === IP_PROTOCOL.IPV4) decodeIpv4(c, inner, inflate, depth)
  else if (protocol === IP_PROTOCOL.IPV6) decodeIpv6(c, inner, inflate, depth)
  else if (protocol === IP_PROTOCOL.IPCOMP) decodeIpComp(c, inner, inflate, depth)
  else if (protocol === IP_PROTOCOL.IPIP) decodeBeet(c, inner, inflate, depth)
  else if (protocol === IP_PROTOCOL.AGGFRAG) decodeAggfrag(c, inner, inflate, depth)
  else if (protocol === IP_PROTOCOL.IPV6_NO_NEXT) {
    inner.protocol = "ESP"
    inner.info = "Dummy packet"
    if (c.left > 0) c.bytes(f.data)
  } else decodeUpper(c, protocol, inner)
}

/** An IPv4 header and what it carries; bytes behind its Total Length are TFC padding. RFC 791 §3.1. */
function decodeIpv4(outer: Cursor, inner: Inner, inflate: Inflate | undefined, depth: number): void {
  const start = outer.pos
  const total = ((outer.peek(2) ?? 0) << 8) | (outer.peek(3) ?? 0)
  const c = cut(outer, total)
  let protocol = 0
  let later = false
  c.group(f.ip, Math.max(20, 4 * ((c.peek() ?? 0) & 15)), () => {
    const first = c.u8(f.octets)
    c.note(f.ipVersion, start, start + 1, first >> 4)
    const headerBytes = 4 * (first & 15)
    c.note(f.ipHeaderLength, start, start + 1, headerBytes)
    c.u8(f.ipDsField)
    c.u16(f.ipLength)
    c.u16(f.ipId)
    const fragment = c.u16(f.octets)
    c.note(f.ipFlags, c.pos - 2, c.pos - 1, fragment >> 13)
    c.note(f.ipFragmentOffset, c.pos - 2, c.pos, 8 * (fragment & 0x1fff))
    later = (fragment & 0x1fff) !== 0
    c.u8(f.ipTtl)
    protocol = c.u8(f.ipProtocol)
    c.u16(f.ipChecksum)
    inner.source = ipv4Text(c.bytes(f.ipSource, 4))
    inner.destination = ipv4Text(c.bytes(f.ipDestination, 4))
    if (headerBytes < 20) throw c.invalid(f.ipHeaderLength, start, `Header Length ${headerBytes} is less than 20`)
    if (headerBytes > 20) c.bytes(f.ipOptions, headerBytes - 20)
  })
  decodeCarried(c, protocol, later, inner, inflate, depth)
  leave(outer, c)
}

/** An IPv6 header, its extension headers, and what they carry. RFC 8200 §3. */
function decodeIpv6(outer: Cursor, inner: Inner, inflate: Inflate | undefined, depth: number): void {
  const start = outer.pos
  const c = cut(outer, 40 + (((outer.peek(4) ?? 0) << 8) | (outer.peek(5) ?? 0)))
  let protocol = 0
  let later = false
  const headers = (readIpPacket(c.src.bytes, start, c.end)?.upperAt ?? c.end) - start
  c.group(f.ipv6, headers, () => {
    const first = c.u32(f.octets)
    c.note(f.ipv6Version, start, start + 1, first >>> 28)
    c.note(f.ipv6TrafficClass, start, start + 2, (first >>> 20) & 0xff)
    c.note(f.ipv6Flow, start + 1, start + 4, first & 0xfffff)
    c.u16(f.ipv6PayloadLength)
    protocol = c.u8(f.ipv6Next)
    c.u8(f.ipv6HopLimit)
    inner.source = ipv6Text(c.bytes(f.ipv6Source, 16))
    inner.destination = ipv6Text(c.bytes(f.ipv6Destination, 16))
    while (isIpv6Extension(protocol) && !later) {
      const type = protocol
      const size = type === IP_PROTOCOL.IPV6_FRAG ? 8 : 8 * ((c.peek(1) ?? 0) + 1)
      c.group(f.ipv6Extension, size, () => {
        protocol = c.u8(f.ipv6ExtensionNext)
        const body = c.bytes(f.ipv6ExtensionData, size - 1)
        later = type === IP_PROTOCOL.IPV6_FRAG && ((body[1] << 8) | (body[2] & 0xf8)) !== 0
      })
    }
  })
  decodeCarried(c, protocol, later, inner, inflate, depth)
  leave(outer, c)
}

function decodeCarried(
  c: Cursor,
  protocol: number,
  laterFragment: boolean,
  inner: Inner,
  inflate: Inflate | undefined,
  depth: number,
): void {
  if (laterFragment) {
    inner.protocol = IP_PROTOCOL.name(protocol) ?? `IP protocol ${protocol}`
    inner.info = "Fragmented IP protocol"
    c.bytes(f.data)
  } else decodeProtocol(c, protocol, inner, inflate, depth + 1)
}

/** A cursor over the packet as long as its own length field says, or as there is of it. */
const cut = (c: Cursor, length: number): Cursor =>
  new Cursor(c.src, c.pos, length >= 20 && length < c.left ? c.pos + length : c.end, "IP length", c.sink)

/** Goes on behind the packet: what is left there is TFC padding. RFC 4303 §2.7. */
function leave(outer: Cursor, c: Cursor): void {
  outer.pos = c.end
  if (outer.left > 0) outer.bytes(f.tfcPadding)
}

/** RFC 3173 §3. The decompressed bytes are a source of their own. */
function decodeIpComp(c: Cursor, inner: Inner, inflate: Inflate | undefined, depth: number): void {
  const start = c.pos
  c.group(f.ipcomp, c.left, () => {
    c.u8(f.ipcompNext)
    c.u8(f.ipcompFlags)
    c.u16(f.ipcompCpi)
    c.bytes(f.ipcompData)
  })
  const ipcomp = readIpComp(c.src.bytes, start, c.end, inflate)!
  inner.info = `${IPCOMP_TRANSFORM.label(ipcomp.cpi)}, CPI=0x${ipcomp.cpi.toString(16).padStart(4, "0")}`
  if (!ipcomp.data) {
    inner.info += `: ${ipcomp.reason}`
    return
  }
  const src = byteSource(ipcomp.data, `decompressed ${c.src.label}`)
  const inside = new Cursor(src, 0, ipcomp.data.length, "decompressed data", c.sink)
  decodeProtocol(inside, ipcomp.nextHeader, inner, inflate, depth + 1)
}

/** BEET pseudo header: the IPv4 options that the inner header had. draft-nikander-esp-beet-mode §5.3. */
function decodeBeet(c: Cursor, inner: Inner, inflate: Inflate | undefined, depth: number): void {
  const next = c.group(f.beet, beetHeaderBytes(c.peek(1) ?? 0), () => {
    const nextHeader = c.u8(f.beetNext)
    const length = c.u8(f.beetLength)
    c.u8(f.beetPadLength)
    c.u8(f.beetReserved)
    c.bytes(f.beetOptions, beetHeaderBytes(length) - 4)
    return nextHeader
  })
  decodeProtocol(c, next, inner, inflate, depth + 1)
}

/** Bytes of a BEET pseudo header by its length field, which counts octets of eight after the first. */
export const beetHeaderBytes = (length: number): number => 8 * (length + 1)

/** RFC 9347 §6.1. Inner packets that are whole within the payload are shown; the first gives addresses and ports. */
function decodeAggfrag(c: Cursor, inner: Inner, inflate: Inflate | undefined, depth: number): void {
  const blocks: Inner[] = []
  c.group(f.aggfrag, c.left, () => {
    const at = c.pos
    const subType = c.u8(f.aggfragSubType)
    if (aggfragHeaderBytes(subType) === undefined) throw c.invalid(f.aggfragSubType, at, `unknown sub-type ${subType}`)
    c.u8(f.aggfragFlags)
    const offset = c.u16(f.aggfragOffset)
    if (subType === 1) {
      c.u32(f.aggfragLossRate)
      c.bytes(f.aggfragDelays, 8)
      c.u32(f.aggfragTVal)
      c.u32(f.aggfragTEcho)
    }
    if (offset > 0) c.bytes(f.aggfragFragment, Math.min(offset, c.left))
    while (c.left > 0) {
      const length = blockLength(c.src.bytes, c.pos, c.end)
      if (length === 0) c.bytes(f.aggfragPad)
      else if (length === undefined || length < 0 || length > c.left) c.bytes(f.aggfragBlock)
      else
        c.window(f.aggfragBlock, length, "block length", block => {
          const packet: Inner = { protocol: "", info: "" }
          blocks.push(packet)
          decodeProtocol(block, block.peek()! >> 4 === 4 ? 4 : 41, packet, inflate, depth + 1)
        })
    }
  })
  Object.assign(inner, blocks[0])
  inner.protocol = "AGGFRAG"
  inner.info = `${blocks.length} whole packet${blocks.length === 1 ? "" : "s"}${blocks.length ? `: ${blocks.map(b => b.info).join("; ")}` : ""}`
}
