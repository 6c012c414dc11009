/** Which IP protocol numbers are IPv6 extension headers. RFC 8200 §4. */
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"

/** IPv6 extension headers that carry their length in units of 8 octets: hop-by-hop, routing, destination, mobility, HIP, Shim6. */
export const hasLengthInEights = (next: number): boolean =>
  next === IP_PROTOCOL.HOPOPT ||
  next === IP_PROTOCOL.IPV6_ROUTE ||
  next === IP_PROTOCOL.IPV6_OPTS ||
  next === IP_PROTOCOL.MOBILITY_HEADER ||
  next === IP_PROTOCOL.HIP ||
  next === IP_PROTOCOL.SHIM6

/** The same, and the Fragment header: whatever leads on to another Next Header. */
export const isIpv6Extension = (next: number): boolean => hasLengthInEights(next) || next === IP_PROTOCOL.IPV6_FRAG
