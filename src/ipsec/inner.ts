/** The packet inside ESP or AH: addresses, ports and a one-line Info; with a sink the same walk draws it. RFC 4303 §2.6. */
import { type ByteSource, byteSource } from "../bytes/byte-source.ts"
import { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import { ipv4Text, ipv6Text } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { decodeIpv4 } from "../net/headers/ipv4.ts"
import { decodeIpv6, decodeIpv6Extension } from "../net/headers/ipv6.ts"
import { isIpv6Extension } from "../net/headers/ipv6-extensions.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { aggfragHeaderBytes, blockLength } from "./aggfrag.ts"
import * as f from "./inner-fields.ts"
import type { Inner } from "./inner-line.ts"
import { decodeUpper, espInfo } from "./inner-upper.ts"
import { type Inflate, IPCOMP_TRANSFORM, readIpComp } from "./ipcomp.ts"

export interface InnerOptions {
  sink?: FieldSink
  inflate?: Inflate
  /** Addresses of the outer header, for transport mode. */
  source?: string
  destination?: string
  /** Draws ESP in ESP from the cursor to its end, and returns what is inside when it was opened. */
  esp?(c: Cursor, inner: Inner): Inner | undefined
}

/** How deep packets may be nested in one another. */
const MAX_DEPTH = 8

/**
 * Decodes the payload data `src.bytes[start, end)` whose type is the ESP or AH Next Header. Never throws on what it reads: a fault is
 * passed to the sink, and `info` says so.
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
    decodeProtocol(c, nextHeader, inner, options, 0)
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    options.sink?.fault(e)
    inner.info = inner.info ? `${inner.info} [malformed]` : "[malformed]"
  }
  return inner
}

function decodeProtocol(c: Cursor, protocol: number, inner: Inner, options: InnerOptions, depth: number): void {
  inner.protocol = IP_PROTOCOL.name(protocol) ?? `IP protocol ${protocol}`
  if (depth > MAX_DEPTH) {
    c.bytes(f.data)
    return
  }
  if (protocol === IP_PROTOCOL.IPV4) decodeInnerIpv4(c, inner, options, depth)
  else if (protocol === IP_PROTOCOL.IPV6) decodeInnerIpv6(c, inner, options, depth)
  else if (protocol === IP_PROTOCOL.IPCOMP) decodeIpComp(c, inner, options, depth)
  else if (protocol === IP_PROTOCOL.IPIP) decodeBeet(c, inner, options, depth)
  else if (protocol === IP_PROTOCOL.AGGFRAG) decodeAggfrag(c, inner, options, depth)
  else if (protocol === IP_PROTOCOL.IPV6_NO_NEXT) {
    inner.protocol = "ESP"
    inner.info = "Dummy packet"
    if (c.left > 0) c.bytes(f.data)
  } else if (protocol === IP_PROTOCOL.ESP && options.esp && c.left >= 8) decodeNested(c, inner, options.esp)
  else decodeUpper(c, protocol, inner)
}

function decodeNested(c: Cursor, inner: Inner, esp: NonNullable<InnerOptions["esp"]>): void {
  inner.info = espInfo(c)
  const inside = esp(c, inner)
  c.pos = c.end
  if (inside) Object.assign(inner, inside)
}

/** An IPv4 header and what it carries; bytes behind its Total Length are TFC padding. RFC 791 §3.1. */
function decodeInnerIpv4(outer: Cursor, inner: Inner, options: InnerOptions, depth: number): void {
  const total = ((outer.peek(2) ?? 0) << 8) | (outer.peek(3) ?? 0)
  const start = outer.pos
  const c = cut(outer, total)
  const header = decodeIpv4(c)
  inner.ip = { version: 4, src: c.src, start, sourceAt: header.sourceAt, destinationAt: header.destinationAt }
  inner.source = ipv4Text(c.src.bytes, header.sourceAt)
  inner.destination = ipv4Text(c.src.bytes, header.destinationAt)
  if (header.fragmentOffset > 0) decodeLaterFragment(c, header.protocol, inner)
  else decodeProtocol(c, header.protocol, inner, options, depth + 1)
  leave(outer, c)
}

/** An IPv6 header, its extension headers, and what they carry. RFC 8200 §3. */
function decodeInnerIpv6(outer: Cursor, inner: Inner, options: InnerOptions, depth: number): void {
  const start = outer.pos
  const c = cut(outer, 40 + (((outer.peek(4) ?? 0) << 8) | (outer.peek(5) ?? 0)))
  const header = decodeIpv6(c)
  inner.ip = { version: 6, src: c.src, start, sourceAt: header.sourceAt, destinationAt: header.destinationAt }
  inner.source = ipv6Text(c.src.bytes, header.sourceAt)
  inner.destination = ipv6Text(c.src.bytes, header.destinationAt)
  let { next } = header
  let later = false
  while (isIpv6Extension(next) && !later) {
    const extension = decodeIpv6Extension(c, next)
    later = extension.fragmentOffset > 0
    next = extension.next
  }
  if (later) decodeLaterFragment(c, next, inner)
  else decodeProtocol(c, next, inner, options, depth + 1)
  leave(outer, c)
}

function decodeLaterFragment(c: Cursor, protocol: number, inner: Inner): void {
  inner.protocol = IP_PROTOCOL.name(protocol) ?? `IP protocol ${protocol}`
  inner.info = "Fragmented IP protocol"
  c.bytes(f.data)
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
function decodeIpComp(c: Cursor, inner: Inner, options: InnerOptions, depth: number): void {
  const start = c.pos
  c.group(f.ipcomp, c.left, () => {
    c.u8(f.ipcompNext)
    c.u8(f.ipcompFlags)
    c.u16(f.ipcompCpi)
    c.bytes(f.ipcompData)
  })
  const ipcomp = readIpComp(c.src.bytes, start, c.end, options.inflate)
  if (!ipcomp) return
  inner.info = `${IPCOMP_TRANSFORM.label(ipcomp.cpi)}, CPI=0x${ipcomp.cpi.toString(16).padStart(4, "0")}`
  if (!ipcomp.data) {
    inner.info += `: ${ipcomp.reason}`
    return
  }
  const src = byteSource(ipcomp.data, `decompressed ${c.src.label}`)
  const inside = new Cursor(src, 0, ipcomp.data.length, "decompressed data", c.sink)
  decodeProtocol(inside, ipcomp.nextHeader, inner, options, depth + 1)
}

/** BEET pseudo header: the IPv4 options that the inner header had. draft-nikander-esp-beet-mode §5.3. */
function decodeBeet(c: Cursor, inner: Inner, options: InnerOptions, depth: number): void {
  const next = c.group(f.beet, beetHeaderBytes(c.peek(1) ?? 0), () => {
    const nextHeader = c.u8(f.beetNext)
    const length = c.u8(f.beetLength)
    c.u8(f.beetPadLength)
    c.u8(f.beetReserved)
    c.bytes(f.beetOptions, beetHeaderBytes(length) - 4)
    return nextHeader
  })
  decodeProtocol(c, next, inner, options, depth + 1)
}

/** Bytes of a BEET pseudo header by its length field, which counts octets of eight after the first. */
export const beetHeaderBytes = (length: number): number => 8 * (length + 1)

/** RFC 9347 §6.1. Inner packets that are whole within the payload are shown; the first gives addresses and ports. */
function decodeAggfrag(c: Cursor, inner: Inner, options: InnerOptions, depth: number): void {
  const blocks: Inner[] = []
  c.group(f.aggfrag, c.left, () => {
    const subType = c.u8(f.aggfragSubType)
    // What is no aggregation is something else of its number, such as an encrypted echo: opaque, and no fault.
    if (aggfragHeaderBytes(subType) === undefined) {
      if (c.left > 0) c.bytes(f.aggfragBlock)
      return
    }
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
          decodeProtocol(
            block,
            (block.peek() ?? 0) >> 4 === 4 ? IP_PROTOCOL.IPV4 : IP_PROTOCOL.IPV6,
            packet,
            options,
            depth + 1,
          )
        })
    }
  })
  Object.assign(inner, blocks[0])
  inner.protocol = "AGGFRAG"
  inner.info = `${blocks.length} whole packet${blocks.length === 1 ? "" : "s"}${blocks.length ? `: ${blocks.map(b => b.info).join("; ")}` : ""}`
}
