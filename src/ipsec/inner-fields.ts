/** Fields of the packets inside ESP and AH, under Wireshark's names. */
import { field } from "../bytes/field.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { registry } from "../registry/registry.ts"

/** Octets that hold several fields; no tool names them, so they are not offered as fields of their own. */
export const octets = field("", "Octets", { kind: "hex", hidden: true })

export const ip = field("ip", "Internet Protocol Version 4", { kind: "none" })
export const ipVersion = field("ip.version", "Version")
export const ipHeaderLength = field("ip.hdr_len", "Header Length")
export const ipDsField = field("ip.dsfield", "Differentiated Services Field", { kind: "hex" })
export const ipLength = field("ip.len", "Total Length")
export const ipId = field("ip.id", "Identification", { kind: "hex" })
export const ipFlags = field("ip.flags", "Flags", { kind: "hex" })
export const ipFragmentOffset = field("ip.frag_offset", "Fragment Offset")
export const ipTtl = field("ip.ttl", "Time to Live")
export const ipProtocol = field("ip.proto", "Protocol", { names: IP_PROTOCOL })
export const ipChecksum = field("ip.checksum", "Header Checksum", { kind: "hex" })
export const ipSource = field("ip.src", "Source Address", { kind: "ipv4" })
export const ipDestination = field("ip.dst", "Destination Address", { kind: "ipv4" })
export const ipOptions = field("ip.options", "Options", { kind: "bytes" })

export const ipv6 = field("ipv6", "Internet Protocol Version 6", { kind: "none" })
export const ipv6Version = field("ipv6.version", "Version")
export const ipv6TrafficClass = field("ipv6.tclass", "Traffic Class", { kind: "hex" })
export const ipv6Flow = field("ipv6.flow", "Flow Label", { kind: "hex" })
export const ipv6PayloadLength = field("ipv6.plen", "Payload Length")
export const ipv6Next = field("ipv6.nxt", "Next Header", { names: IP_PROTOCOL })
export const ipv6HopLimit = field("ipv6.hlim", "Hop Limit")
export const ipv6Source = field("ipv6.src", "Source Address", { kind: "ipv6" })
export const ipv6Destination = field("ipv6.dst", "Destination Address", { kind: "ipv6" })
export const ipv6Extension = field("ipv6.exthdr", "Extension Header", { kind: "none" })
export const ipv6ExtensionNext = field("ipv6.exthdr.nxt", "Next Header", { names: IP_PROTOCOL })
export const ipv6ExtensionData = field("ipv6.exthdr.data", "Data", { kind: "bytes" })

export const udp = field("udp", "User Datagram Protocol", { kind: "none" })
export const udpSource = field("udp.srcport", "Source Port")
export const udpDestination = field("udp.dstport", "Destination Port")
export const udpLength = field("udp.length", "Length")
export const udpChecksum = field("udp.checksum", "Checksum", { kind: "hex" })

export const tcp = field("tcp", "Transmission Control Protocol", { kind: "none" })
export const tcpSource = field("tcp.srcport", "Source Port")
export const tcpDestination = field("tcp.dstport", "Destination Port")
export const tcpSequence = field("tcp.seq_raw", "Sequence Number (raw)")
export const tcpAck = field("tcp.ack_raw", "Acknowledgment number (raw)")
export const tcpHeaderLength = field("tcp.hdr_len", "Header Length")
export const tcpFlags = field("tcp.flags", "Flags", { kind: "hex" })
export const tcpWindow = field("tcp.window_size_value", "Window")
export const tcpChecksum = field("tcp.checksum", "Checksum", { kind: "hex" })
export const tcpUrgent = field("tcp.urgent_pointer", "Urgent Pointer")
export const tcpOptions = field("tcp.options", "Options", { kind: "bytes" })

const ICMP_TYPE = registry("ICMP Type Numbers", {
  0: ["Echo (ping) reply", "RFC 792"],
  3: ["Destination unreachable", "RFC 792"],
  4: ["Source quench", "RFC 792", "deprecated"],
  5: ["Redirect", "RFC 792"],
  8: ["Echo (ping) request", "RFC 792"],
  9: ["Router advertisement", "RFC 1256"],
  10: ["Router solicitation", "RFC 1256"],
  11: ["Time-to-live exceeded", "RFC 792"],
  12: ["Parameter problem", "RFC 792"],
  13: ["Timestamp request", "RFC 792"],
  14: ["Timestamp reply", "RFC 792"],
})
const ICMPV6_TYPE = registry("ICMPv6 Type Numbers", {
  1: ["Destination Unreachable", "RFC 4443"],
  2: ["Packet Too Big", "RFC 4443"],
  3: ["Time Exceeded", "RFC 4443"],
  4: ["Parameter Problem", "RFC 4443"],
  128: ["Echo (ping) request", "RFC 4443"],
  129: ["Echo (ping) reply", "RFC 4443"],
  130: ["Multicast Listener Query", "RFC 2710"],
  131: ["Multicast Listener Report", "RFC 2710"],
  132: ["Multicast Listener Done", "RFC 2710"],
  133: ["Router Solicitation", "RFC 4861"],
  134: ["Router Advertisement", "RFC 4861"],
  135: ["Neighbor Solicitation", "RFC 4861"],
  136: ["Neighbor Advertisement", "RFC 4861"],
  137: ["Redirect", "RFC 4861"],
  143: ["Multicast Listener Report Message v2", "RFC 3810"],
})

export const icmp = field("icmp", "Internet Control Message Protocol", { kind: "none" })
export const icmpType = field("icmp.type", "Type", { names: ICMP_TYPE })
export const icmpCode = field("icmp.code", "Code")
export const icmpChecksum = field("icmp.checksum", "Checksum", { kind: "hex" })
export const icmpId = field("icmp.ident", "Identifier")
export const icmpSequence = field("icmp.seq", "Sequence Number")
export const icmpv6 = field("icmpv6", "Internet Control Message Protocol v6", { kind: "none" })
export const icmpv6Type = field("icmpv6.type", "Type", { names: ICMPV6_TYPE })
export const icmpv6Code = field("icmpv6.code", "Code")
export const icmpv6Checksum = field("icmpv6.checksum", "Checksum", { kind: "hex" })
export const icmpv6Id = field("icmpv6.echo.identifier", "Identifier", { kind: "hex" })
export const icmpv6Sequence = field("icmpv6.echo.sequence_number", "Sequence")

export const dns = field("dns", "Domain Name System", { kind: "none" })
export const dnsId = field("dns.id", "Transaction ID", { kind: "hex" })
export const dnsFlags = field("dns.flags", "Flags", { kind: "hex" })
export const dnsQuestions = field("dns.count.queries", "Questions")
export const dnsAnswers = field("dns.count.answers", "Answer RRs")
export const dnsAuthority = field("dns.count.auth_rr", "Authority RRs")
export const dnsAdditional = field("dns.count.add_rr", "Additional RRs")
export const dnsName = field("dns.qry.name", "Name", { kind: "text" })
export const dnsType = field("dns.qry.type", "Type")
export const dnsClass = field("dns.qry.class", "Class", { kind: "hex" })

export const ipcomp = field("ipcomp", "IP Payload Compression", { kind: "none" })
export const ipcompNext = field("ipcomp.next_header", "Next Header", { names: IP_PROTOCOL })
export const ipcompFlags = field("ipcomp.flags", "IPComp Flags", { kind: "hex" })
export const ipcompCpi = field("ipcomp.cpi", "IPComp CPI", { kind: "hex" })
export const ipcompData = field("ipcomp.data", "Compressed data", { kind: "bytes" })

export const beet = field("beet", "BEET Pseudo Header", { kind: "none" })
export const beetNext = field("beet.next_header", "Next Header", { names: IP_PROTOCOL })
export const beetLength = field("beet.length", "Header Length")
export const beetPadLength = field("beet.pad_len", "Pad Length")
export const beetReserved = field("beet.reserved", "Reserved")
export const beetOptions = field("beet.options", "Padding and IPv4 options", { kind: "bytes" })

export const aggfrag = field("aggfrag", "AGGFRAG Payload", { kind: "none" })
export const aggfragSubType = field("aggfrag.subtype", "Sub-type")
export const aggfragFlags = field("aggfrag.flags", "Reserved and flags", { kind: "hex" })
export const aggfragOffset = field("aggfrag.block_offset", "Block Offset")
export const aggfragLossRate = field("aggfrag.loss_event_rate", "Loss Event Rate")
export const aggfragDelays = field("aggfrag.delays", "RTT, Echo Delay and Transmit Delay", { kind: "bytes" })
export const aggfragTVal = field("aggfrag.tval", "TVal")
export const aggfragTEcho = field("aggfrag.techo", "TEcho")
export const aggfragFragment = field("aggfrag.fragment", "Rest of an earlier packet", { kind: "bytes" })
export const aggfragBlock = field("aggfrag.block", "Data Block", { kind: "bytes" })
export const aggfragPad = field("aggfrag.pad", "Pad", { kind: "bytes" })

export const data = field("data.data", "Data", { kind: "bytes" })
export const tfcPadding = field("esp.tfc_padding", "TFC padding", { kind: "bytes" })
