/**
 * Recognises ESP without encryption when there are no keys, after RFC 5879, but only with proof: a well-formed trailer and an inner
 * packet whose lengths and checksum hold. Also: whether a decrypted packet is plausible where the suite has no ICV.
 */
import { Kind, type PacketView } from "../net/packet-view.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { type AddressPair, upperChecksumOk } from "./checksum.ts"
import { newTrailer, readTrailer } from "./esp-trailer.ts"
import { readIpPacket } from "./ip-packet.ts"
import { espStart } from "./wesp.ts"

/** How an unencrypted SA lays out its packets, bytes. */
export interface NullLayout {
  readonly ivBytes: number
  readonly icvBytes: number
}

/** HMAC-96, 128, 160, 192, 256 and none, without IV; AES-GMAC with its IV. RFC 5879 §8.1. */
const LAYOUTS: readonly NullLayout[] = [
  { ivBytes: 0, icvBytes: 12 },
  { ivBytes: 0, icvBytes: 16 },
  { ivBytes: 0, icvBytes: 32 },
  { ivBytes: 0, icvBytes: 24 },
  { ivBytes: 8, icvBytes: 16 },
  { ivBytes: 0, icvBytes: 20 },
  { ivBytes: 0, icvBytes: 0 },
]

const trailer = newTrailer()

/** The layout under which the ESP packet `b[start, end)` proves to be unencrypted, or undefined. `outer` are the addresses of its IP header. */
export function recogniseNull(
  b: Uint8Array,
  start: number,
  end: number,
  outer: AddressPair | undefined,
): NullLayout | undefined {
  for (const layout of LAYOUTS) {
    const from = start + 8 + layout.ivBytes
    const to = end - layout.icvBytes
    if (to - from < 2 + 8) continue
    readTrailer(b, from, to, trailer)
    if (trailer.fits && trailer.padOk && provesInner(trailer.nextHeader, b, from, trailer.dataEnd, outer)) return layout
  }
  return undefined
}

/** The same for the ESP packet of a view; undefined for AH, and for what is not whole. */
export function nullLayout(view: PacketView): NullLayout | undefined {
  const { kind, ipVersion: version, ipBytes: bytes, sourceAt, destinationAt } = view
  if (kind === Kind.AH || view.payloadEnd - view.payloadStart < view.payloadWireBytes) return undefined
  const outer = version === 0 ? undefined : { version, bytes, sourceAt, destinationAt }
  return recogniseNull(view.payloadBytes, espStart(view), view.payloadEnd, outer)
}

/** A checksum of the inner packet holds: that of its IPv4 header with its lengths, or of TCP, UDP, ICMP. */
function provesInner(
  nextHeader: number,
  b: Uint8Array,
  start: number,
  end: number,
  outer: AddressPair | undefined,
): boolean {
  if (nextHeader !== 4 && nextHeader !== 41) return upperChecksumOk(nextHeader, b, start, end, outer) === true
  const ip = readIpPacket(b, start, end)
  if (!ip || ip.version !== (nextHeader === 4 ? 4 : 6)) return false
  return ip.version === 4 || (!ip.fragment && upperChecksumOk(ip.protocol, b, ip.upperAt, ip.end, ip) === true)
}

/** Whether payload data of this Next Header can be what it says: for suites without an ICV, where nothing else tells a wrong key. */
export function plausiblePayload(nextHeader: number, b: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  switch (nextHeader) {
    case IP_PROTOCOL.IPV4:
    case IP_PROTOCOL.IPV6:
      return readIpPacket(b, start, end)?.version === (nextHeader === IP_PROTOCOL.IPV4 ? 4 : 6)
    case IP_PROTOCOL.ICMP:
      return upperChecksumOk(IP_PROTOCOL.ICMP, b, start, end, undefined) === true
    case IP_PROTOCOL.TCP:
      return (
        length >= 20 && b[start + 12] >> 4 >= 5 && 4 * (b[start + 12] >> 4) <= length && (b[start + 12] & 0x0e) === 0
      )
    case IP_PROTOCOL.UDP:
      return length >= 8 && ((b[start + 4] << 8) | b[start + 5]) === length
    case IP_PROTOCOL.ICMPV6:
      return length >= 8 && (b[start] < 5 || (b[start] >= 128 && b[start] <= 161)) && b[start + 1] < 8
    case IP_PROTOCOL.ESP:
    case IP_PROTOCOL.AH:
      return length >= 12 && (b[start] | b[start + 1] | b[start + 2]) !== 0
    case IP_PROTOCOL.IPCOMP:
      return length >= 4 && b[start + 1] === 0
    case IP_PROTOCOL.AGGFRAG:
      return length >= 4 && b[start] < 2 && b[start + 1] < 4
    case IP_PROTOCOL.IPIP:
      return length >= 8 && b[start + 3] === 0
    case IP_PROTOCOL.GRE:
    case IP_PROTOCOL.OSPFIGP:
    case IP_PROTOCOL.SCTP:
    case IP_PROTOCOL.UDPLITE:
      return length >= 8
    case IP_PROTOCOL.IPV6_NO_NEXT:
      return true
    default:
      return false
  }
}
