/** Just enough of an IP packet to find its end, its upper layer and its addresses, without drawing it. RFC 791, RFC 8200. */
import { isIpv6Extension } from "../net/headers/ipv6-extensions.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import type { AddressPair } from "./checksum.ts"
import { fold, sum16 } from "./checksum.ts"

export interface IpPacket extends AddressPair {
  /** End of the packet by its own length field; bytes behind it are TFC padding (RFC 4303 §2.7). */
  readonly end: number
  /** Protocol of the upper layer and where it starts; for a later fragment where its data starts. */
  readonly protocol: number
  readonly upperAt: number
  /** Not the first fragment: there is no upper-layer header. */
  readonly laterFragment: boolean
  /** Some fragment of a larger packet. */
  readonly fragment: boolean
  /** Where the octet stands that names the upper layer's protocol. */
  readonly protocolAt: number
}

/** Reads the IP packet that begins at `start`; undefined unless header and length fields fit into `b[start, end)` (and an IPv4 header's checksum holds). */
export function readIpPacket(b: Uint8Array, start: number, end: number): IpPacket | undefined {
  const version = b[start] >> 4
  return version === 4 ? readIpv4(b, start, end) : version === 6 ? readIpv6(b, start, end) : undefined
}

function readIpv4(b: Uint8Array, start: number, end: number): IpPacket | undefined {
  if (end - start < 20) return undefined
  const headerBytes = 4 * (b[start] & 15)
  const total = (b[start + 2] << 8) | b[start + 3]
  if (headerBytes < 20 || total < headerBytes || start + total > end) return undefined
  if (fold(sum16(b, start, start + headerBytes)) !== 0) return undefined
  const fragment = ((b[start + 6] & 0x3f) | b[start + 7]) !== 0
  return {
    version: 4,
    bytes: b,
    sourceAt: start + 12,
    destinationAt: start + 16,
    end: start + total,
    protocol: b[start + 9],
    protocolAt: start + 9,
    upperAt: start + headerBytes,
    laterFragment: ((b[start + 6] & 0x1f) | b[start + 7]) !== 0,
    fragment,
  }
}

function readIpv6(b: Uint8Array, start: number, end: number): IpPacket | undefined {
  if (end - start < 40) return undefined
  const stop = start + 40 + ((b[start + 4] << 8) | b[start + 5])
  if (stop > end) return undefined
  let protocolAt = start + 6
  let upperAt = start + 40
  let fragment = false
  let laterFragment = false
  while (!laterFragment && isIpv6Extension(b[protocolAt]) && upperAt + 8 <= stop) {
    const type = b[protocolAt]
    const size = type === IP_PROTOCOL.IPV6_FRAG ? 8 : 8 * (b[upperAt + 1] + 1)
    if (upperAt + size > stop) break
    if (type === IP_PROTOCOL.IPV6_FRAG) {
      fragment = true
      laterFragment = (b[upperAt + 2] | (b[upperAt + 3] & 0xf8)) !== 0
    }
    protocolAt = upperAt
    upperAt += size
  }
  return {
    version: 6,
    bytes: b,
    sourceAt: start + 8,
    destinationAt: start + 24,
    end: stop,
    protocol: b[protocolAt],
    protocolAt,
    upperAt,
    laterFragment,
    fragment,
  }
}
