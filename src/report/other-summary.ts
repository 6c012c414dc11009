/** Frames that are not IPsec, in one line: enough to know what they are. */

import { plural } from "../bytes/words.ts"
import { isQuoted, type PacketView } from "../net/packet-view.ts"
import { ICMP_UNREACHABLE, ICMPV6_UNREACHABLE } from "../registry/icmp-types.ts"
import type { Registry } from "../registry/registry.ts"

const IP_PROTOCOL: Readonly<Record<number, string>> = {
  1: "ICMP",
  2: "IGMP",
  4: "IPv4",
  6: "TCP",
  17: "UDP",
  41: "IPv6",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "ICMPv6",
  88: "EIGRP",
  89: "OSPF",
  97: "ETHERIP",
  103: "PIM",
  108: "IPComp",
  112: "VRRP",
  115: "L2TP",
  132: "SCTP",
  141: "WESP",
}

const ETHERTYPE: Readonly<Record<number, string>> = {
  2048: "IPv4",
  2054: "ARP",
  34525: "IPv6",
  32821: "RARP",
  33024: "VLAN",
  34887: "MPLS",
  34915: "PPPoED",
  34916: "PPPoES",
  34958: "EAPOL",
  35020: "LLDP",
  35045: "MACSEC",
}

/** The protocol of a frame that is not IPsec: `TCP`, `ARP`, `0x3030`. */
export function otherProtocol(view: PacketView): string {
  if (fragmentOf(view)) return `IPv${view.ipVersion}`
  if (view.ipVersion !== 0) return IP_PROTOCOL[view.ipProtocol] ?? `IPv${view.ipVersion}`
  if (view.etherType !== 0) return ETHERTYPE[view.etherType] ?? `0x${view.etherType.toString(16).padStart(4, "0")}`
  return "frame"
}

/** The info of a frame that is not IPsec, or of the ICMP error around a quoted message. */
export function otherInfo(view: PacketView): string {
  if (isQuoted(view.kind))
    return icmpInfo(view.outerVersion === 6, view.outerBytes[view.icmpStart], view.outerBytes[view.icmpStart + 1])
  const fragment = fragmentOf(view)
  if (fragment) return fragment
  if (view.ipVersion === 0) return plural(view.originalBytes, "byte")
  const { payloadBytes: b, payloadStart: at, payloadEnd: end, sourcePort, destinationPort, ipProtocol } = view
  if (ipProtocol === 6 && sourcePort + destinationPort > 0) return tcpInfo(view)
  if (ipProtocol === 17 && sourcePort + destinationPort > 0)
    return `${sourcePort} → ${destinationPort} Len=${view.payloadWireBytes}`
  if ((ipProtocol === 1 || ipProtocol === 58) && end - at >= 2) return icmpInfo(ipProtocol === 58, b[at], b[at + 1])
  return `protocol ${ipProtocol}, ${plural(view.payloadWireBytes, "byte")}`
}

/** What a fragment of an IP datagram says of itself; undefined for a whole one. */
function fragmentOf(view: PacketView): string | undefined {
  const { ipBytes: b, ipStart: at } = view
  if (view.ipVersion !== 4 || view.reassembled) return undefined
  const field = (b[at + 6] << 8) | b[at + 7]
  if ((field & 0x3fff) === 0) return undefined
  const protocol = IP_PROTOCOL[b[at + 9]] ?? ""
  const id = ((b[at + 4] << 8) | b[at + 5]).toString(16).padStart(4, "0")
  return `Fragmented IP protocol (proto=${`${protocol} ${b[at + 9]}`.trim()}, off=${(field & 0x1fff) * 8}, ID=${id})`
}

const TCP_FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]

function tcpInfo({
  payloadBytes: b,
  transportStart: at,
  sourcePort,
  destinationPort,
  payloadWireBytes,
}: PacketView): string {
  const flags = TCP_FLAGS.filter((_, bit) => b[at + 13] & (1 << bit))
  return `${sourcePort} → ${destinationPort} [${flags.join(", ")}] Len=${payloadWireBytes}`
}

function icmpInfo(v6: boolean, type: number, code: number): string {
  const detail = (names: Registry) => names.name(code) ?? `code ${code}`
  if (v6) {
    if (type === 1) return `Destination Unreachable (${detail(ICMPV6_UNREACHABLE)})`
    return ICMPV6[type] ?? `type ${type}, code ${code}`
  }
  if (type === 3) return `Destination unreachable (${detail(ICMP_UNREACHABLE)})`
  return ICMP[type] ?? `type ${type}, code ${code}`
}

const ICMP: Readonly<Record<number, string>> = {
  0: "Echo (ping) reply",
  4: "Source quench (flow control)",
  5: "Redirect",
  8: "Echo (ping) request",
  11: "Time-to-live exceeded",
  12: "Parameter problem",
}

const ICMPV6: Readonly<Record<number, string>> = {
  2: "Packet Too Big",
  3: "Time Exceeded",
  4: "Parameter Problem",
  128: "Echo (ping) request",
  129: "Echo (ping) reply",
  133: "Router Solicitation",
  134: "Router Advertisement",
  135: "Neighbor Solicitation",
  136: "Neighbor Advertisement",
}
