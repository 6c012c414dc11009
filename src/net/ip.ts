/** IPv4 and IPv6 headers, with every extension header. RFC 791, RFC 8200. */
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { Layer, type Layers } from "./layers.ts"

/** An IPv4 header at `at`. A Total Length of 0 (segmentation offload) means all that is there. */
export function ipv4(l: Layers, b: Uint8Array, at: number, end: number): void {
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
  l.tap?.layer(Layer.IPV4, b, at, body, 0)
  const fragment = (b[at + 6] << 8) | b[at + 7]
  if ((fragment & 0x3fff) === 0) {
    l.protocol(b[at + 9], b, body, end, wireEnd)
    return
  }
  const offset = (fragment & 0x1fff) << 3
  if (!isWhole(l, offset, end, wireEnd)) {
    if (offset === 0) l.protocol(b[at + 9], b, body, end, wireEnd)
    return
  }
  const id = (b[at + 4] << 8) | b[at + 5]
  l.fragment(id, b[at + 9], offset, (fragment & 0x2000) !== 0, b, body, end)
}

/** Whether a fragment can be put together with others: not one that is quoted or that the capture cut off. */
function isWhole(l: Layers, offset: number, end: number, wireEnd: number): boolean {
  if (l.quoting) return false
  if (end >= wireEnd) return true
  if (offset === 0)
    l.finding("fragment-cut", "the capture cut an IP fragment off: its datagram is read as far as it is there")
  else l.finding("fragment-cut", "the capture cut an IP fragment off: its datagram cannot be put together")
  return false
}

/** IPv6 extension headers that carry their length in units of 8 octets: hop-by-hop, routing, destination, mobility, HIP, Shim6. */
const isExtension = (next: number): boolean =>
  next === 0 || next === 43 || next === 60 || next === 135 || next === 139 || next === 140

/** An IPv6 header at `at`. A Payload Length of 0 (a jumbogram, or segmentation offload) means all that is there. */
export function ipv6(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 40 || b[at] >> 4 !== 6) return
  const payload = (b[at + 4] << 8) | b[at + 5]
  const wireEnd = payload === 0 && b[at + 6] !== 59 ? end : at + 40 + payload
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
  l.tap?.layer(Layer.IPV6, b, at, at + 40, 0)
  ipv6Chain(l, b[at + 6], b, at + 40, end, wireEnd)
}

/** The chain of extension headers that `next` begins, then what is behind it. */
export function ipv6Chain(l: Layers, next: number, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  while (isExtension(next)) {
    if (end - at < 8) return
    const length = (b[at + 1] + 1) << 3
    if (length > end - at) return
    l.tap?.layer(Layer.IPV6_EXTENSION, b, at, at + length, next)
    next = b[at]
    at += length
  }
  if (next !== IP_PROTOCOL.IPV6_FRAG) {
    l.protocol(next, b, at, end, wireEnd)
    return
  }
  if (end - at < 8) return
  l.tap?.layer(Layer.IPV6_EXTENSION, b, at, at + 8, IP_PROTOCOL.IPV6_FRAG)
  const field = (b[at + 2] << 8) | b[at + 3]
  const offset = field & 0xfff8
  const more = (field & 1) !== 0
  // RFC 6946: a datagram in one "fragment" is whole, whatever others have its identification.
  const isAlone = offset === 0 && !more
  if (isAlone || !isWhole(l, offset, end, wireEnd)) {
    if (offset === 0) ipv6Chain(l, b[at], b, at + 8, end, wireEnd)
    return
  }
  const id = ((b[at + 4] << 24) | (b[at + 5] << 16) | (b[at + 6] << 8) | b[at + 7]) >>> 0
  l.fragment(id, b[at], offset, more, b, at + 8, end)
}

/** Goes on with a datagram put together from fragments, `b[0, end)`: an IPv6 one may have more extension headers. */
export function afterFragments(l: Layers, protocol: number, b: Uint8Array, end: number): void {
  if (l.view.ipVersion === 6) ipv6Chain(l, protocol, b, 0, end, end)
  else l.protocol(protocol, b, 0, end, end)
}
