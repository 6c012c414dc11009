/** Which inner packets a Child SA may carry: its traffic selectors as numbers, compared packet by packet. RFC 4301 §4.4.1, RFC 7296 §3.13.1. */

import { isIpv6Extension } from "../net/headers/ipv6-extensions.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"

/** One traffic selector: addresses of one family, a protocol, ports. */
export interface SelectorRange {
  /** Inclusive; 4 or 16 octets, one character each: a thousand of these take a tenth of what arrays take (`addressKey`). */
  readonly first: string
  readonly last: string
  /** IP protocol, 0 for any. */
  readonly protocol: number
  /** Inclusive; for ICMP type in the high and code in the low octet. 0 to 65535 is any. */
  readonly firstPort: number
  readonly lastPort: number
}

/** An address as a range has it. */
export const addressKey = (octets: Uint8Array): string => String.fromCharCode(...octets)
export const addressOctets = (key: string): Uint8Array => Uint8Array.from(key, c => c.charCodeAt(0))

/** Selectors in the direction of the packets: the sender's side, and the receiver's. */
export interface InnerSelectors {
  readonly source: readonly SelectorRange[]
  readonly destination: readonly SelectorRange[]
}

/** TCP, UDP, DCCP, SCTP, UDP-Lite: the ports are the first four octets. */
const WITH_PORTS = new Set<number>([
  IP_PROTOCOL.TCP,
  IP_PROTOCOL.UDP,
  IP_PROTOCOL.DCCP,
  IP_PROTOCOL.SCTP,
  IP_PROTOCOL.UDPLITE,
])

/** Whether the IP packet at `start` is one that the selectors allow. What cannot be seen (later fragments, extension headers) is not held against it. */
export function isAllowed({ source, destination }: InnerSelectors, b: Uint8Array, start: number, end: number): boolean {
  const version = b[start] >> 4
  const six = version === 6
  if (!(six || version === 4) || end - start < (six ? 40 : 20)) return true
  const upper = six ? start + 40 : start + 4 * (b[start] & 15)
  const protocol = six ? b[start + 6] : b[start + 9]
  const isLater = !six && ((b[start + 6] & 0x1f) | b[start + 7]) !== 0
  const size = six ? 16 : 4
  const sourceAt = start + (six ? 8 : 12)
  if (isForTheLink(b, sourceAt, size)) return true
  const known = !isLater && upper + 4 <= end
  const one = portsAt(b, upper, protocol, known, 0)
  const two = portsAt(b, upper, protocol, known, 2)
  // Of an extension header the protocol behind it is not known.
  const asked = six && isIpv6Extension(protocol) ? UNKNOWN : protocol
  return (
    source.some(r => holdsAddress(r, b, sourceAt, size) && holdsPort(r, asked, one)) &&
    destination.some(r => holdsAddress(r, b, sourceAt + size, size) && holdsPort(r, asked, two))
  )
}

/**
 * From a link-local address or to a group: a host sends neighbour discovery and the like into every interface, a tunnel's too, whatever the
 * policies are. RFC 4291 §2.5.6, §2.7, RFC 3927 §2.1.
 */
function isForTheLink(b: Uint8Array, sourceAt: number, size: number): boolean {
  const to = sourceAt + size
  if (size === 16) return (b[sourceAt] === 0xfe && (b[sourceAt + 1] & 0xc0) === 0x80) || b[to] === 0xff
  return (b[sourceAt] === 169 && b[sourceAt + 1] === 254) || b[to] >> 4 === 14 || b[to] === 255
}

const UNKNOWN = -1

/** A port, or type and code of ICMP, which both selectors are held against; `UNKNOWN` without. */
function portsAt(b: Uint8Array, upper: number, protocol: number, known: boolean, offset: number): number {
  if (!known) return UNKNOWN
  if (protocol === IP_PROTOCOL.ICMP || protocol === IP_PROTOCOL.ICMPV6) return (b[upper] << 8) | b[upper + 1]
  return WITH_PORTS.has(protocol) ? (b[upper + offset] << 8) | b[upper + offset + 1] : UNKNOWN
}

const holdsAddress = (range: SelectorRange, b: Uint8Array, at: number, size: number): boolean =>
  range.first.length === size && compare(b, at, range.first) >= 0 && compare(b, at, range.last) <= 0

/** First port 65535, last 0 is OPAQUE: for packets whose ports cannot be seen. */
const holdsPort = (range: SelectorRange, protocol: number, port: number): boolean =>
  (range.protocol === 0 || protocol === UNKNOWN || range.protocol === protocol) &&
  (port === UNKNOWN || range.firstPort > range.lastPort || (port >= range.firstPort && port <= range.lastPort))

function compare(b: Uint8Array, at: number, address: string): number {
  for (let i = 0; i < address.length; i++) {
    const apart = b[at + i] - address.charCodeAt(i)
    if (apart !== 0) return apart
  }
  return 0
}
