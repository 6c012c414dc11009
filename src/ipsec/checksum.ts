/** The Internet checksum over IP headers, TCP, UDP and ICMP. RFC 1071. */
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"

/** Ones' complement sum of `b[start, end)` as 16-bit words on top of `sum`, not yet folded. */
export function sum16(b: Uint8Array, start: number, end: number, sum = 0): number {
  let s = sum
  let i = start
  for (; i + 1 < end; i += 2) s += (b[i] << 8) | b[i + 1]
  if (i < end) s += b[i] << 8
  return s
}

/** Folds a sum into the 16-bit checksum. Over a range that includes a right checksum the result is 0. */
export function fold(sum: number): number {
  let s = sum
  while (s > 0xffff) s = (s & 0xffff) + Math.floor(s / 0x10000)
  return ~s & 0xffff
}

/** Addresses that a pseudo-header needs: `bytes[sourceAt…]` and `bytes[destinationAt…]`, 4 or 16 bytes each. */
export interface AddressPair {
  readonly version: 4 | 6
  readonly bytes: Uint8Array
  readonly sourceAt: number
  readonly destinationAt: number
}

/** Whether the checksum of a TCP, UDP, ICMP or ICMPv6 message holds; undefined for other protocols, UDP without one, and missing addresses. */
export function upperChecksumOk(
  protocol: number,
  b: Uint8Array,
  start: number,
  end: number,
  addresses: AddressPair | undefined,
): boolean | undefined {
  if (protocol === IP_PROTOCOL.ICMP) return end - start >= 8 ? fold(sum16(b, start, end)) === 0 : undefined
  if (protocol !== 6 && protocol !== 17 && protocol !== 58) return undefined
  if (!addresses || end - start < 8) return undefined
  if (protocol === IP_PROTOCOL.UDP && b[start + 6] === 0 && b[start + 7] === 0) return undefined
  const size = addresses.version === 4 ? 4 : 16
  let sum = protocol + (end - start)
  sum = sum16(addresses.bytes, addresses.sourceAt, addresses.sourceAt + size, sum)
  sum = sum16(addresses.bytes, addresses.destinationAt, addresses.destinationAt + size, sum)
  return fold(sum16(b, start, end, sum)) === 0
}
