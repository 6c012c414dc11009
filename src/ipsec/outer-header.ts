/** The IP header in front of ESP or AH, and an inner packet of transport mode put back behind it. */

import { isIpv6Extension } from "../net/headers/ipv6-extensions.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { fold, sum16 } from "./checksum.ts"

/** Length of the IP header at `b[start]` with its IPv6 extension headers, up to ESP, AH, UDP or TCP; 0 when there is none. */
export function outerHeaderBytes(version: 0 | 4 | 6, b: Uint8Array, start: number): number {
  if (version === 4) {
    const length = 4 * (b[start] & 15)
    return length >= 20 && start + length <= b.length ? length : 0
  }
  if (version !== 6 || start + 40 > b.length) return 0
  let at = start + 40
  let next = b[start + 6]
  while (isIpv6Extension(next) && at + 8 <= b.length) {
    const size = next === IP_PROTOCOL.IPV6_FRAG ? 8 : 8 * (b[at + 1] + 1)
    if (at + size > b.length) break
    next = b[at]
    at += size
  }
  return at - start
}

/**
 * An IP packet: the header `outer` as it would be without IPsec, carrying `payload` of the given protocol. Length,
 * protocol and IPv4 checksum are set, fragmentation is undone. Undefined without a header.
 */
export function behindOuterHeader(outer: Uint8Array, protocol: number, payload: Uint8Array): Uint8Array | undefined {
  const version = outer.length >= 20 ? outer[0] >> 4 : 0
  if (version !== 4 && version !== 6) return undefined
  const header = version === 6 ? withoutFragmentHeader(outer) : outer
  const packet = new Uint8Array(header.length + payload.length)
  packet.set(header)
  packet.set(payload, header.length)
  if (version === 4) {
    putU16(packet, 2, packet.length)
    packet[6] &= 0x40
    packet[7] = 0
    packet[9] = protocol
    putU16(packet, 10, 0)
    putU16(packet, 10, fold(sum16(packet, 0, header.length)))
  } else {
    putU16(packet, 4, packet.length - 40)
    packet[lastNextHeaderAt(header)] = protocol
  }
  return packet
}

/** An IPv6 header chain as it was before fragmentation. */
function withoutFragmentHeader(header: Uint8Array): Uint8Array {
  let nextAt = 6
  for (let at = 40; at + 8 <= header.length; at += 8 * (header[at + 1] + 1)) {
    if (header[nextAt] === 44) {
      const copy = new Uint8Array(header.length - 8)
      copy.set(header.subarray(0, at))
      copy.set(header.subarray(at + 8), at)
      copy[nextAt] = header[at]
      return copy
    }
    nextAt = at
  }
  return header
}

function lastNextHeaderAt(header: Uint8Array): number {
  let nextAt = 6
  for (let at = 40; at + 8 <= header.length; at += 8 * (header[at + 1] + 1)) nextAt = at
  return nextAt
}

function putU16(to: Uint8Array, at: number, value: number): void {
  to[at] = value >>> 8
  to[at + 1] = value
}
