/** Fields of the layers under IPsec, under Wireshark's names. */
import { type Field, field } from "../bytes/field.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { Layer } from "./layers.ts"

const none = { kind: "none" } as const
const hex = { kind: "hex" } as const
const bool = { kind: "bool" } as const
const ether = { kind: "ether" } as const
const bytes = { kind: "bytes" } as const

export const eth = {
  heading: field("eth", "Ethernet II", none),
  dst: field("eth.dst", "Destination", ether),
  src: field("eth.src", "Source", ether),
  addr: field("eth.addr", "Address", { ...ether, hidden: true }),
  type: field("eth.type", "Type", hex),
  length: field("eth.len", "Length"),
}
export const vlan = {
  heading: field("vlan", "802.1Q Virtual LAN", none),
  priority: field("vlan.priority", "Priority"),
  dei: field("vlan.dei", "DEI", bool),
  id: field("vlan.id", "ID"),
  type: field("vlan.etype", "Type", hex),
}
export const mpls = {
  heading: field("mpls", "MultiProtocol Label Switching Header", none),
  label: field("mpls.label", "MPLS Label"),
  exp: field("mpls.exp", "MPLS Experimental Bits"),
  bottom: field("mpls.bottom", "MPLS Bottom Of Label Stack"),
  ttl: field("mpls.ttl", "MPLS TTL"),
}
export const pppoe = {
  heading: field("pppoe", "PPP-over-Ethernet", none),
  version: field("pppoe.version", "Version"),
  type: field("pppoe.type", "Type"),
  code: field("pppoe.code", "Code", hex),
  session: field("pppoe.session_id", "Session ID", hex),
  length: field("pppoe.payload_length", "Payload Length"),
}
export const ppp = {
  heading: field("ppp", "Point-to-Point Protocol", none),
  address: field("ppp.address", "Address", hex),
  control: field("ppp.control", "Control", hex),
  protocol: field("ppp.protocol", "Protocol", hex),
}
export const sll = {
  heading: field("sll", "Linux cooked capture", none),
  packetType: field("sll.pkttype", "Packet type"),
  arpType: field("sll.hatype", "Link-layer address type"),
  addressLength: field("sll.halen", "Link-layer address length"),
  address: field("sll.src.eth", "Source", ether),
  unused: field("sll.unused", "Unused", bytes),
  type: field("sll.etype", "Protocol", hex),
  interface: field("sll.ifindex", "Interface index"),
}
export const nul = {
  heading: field("null", "Null/Loopback", none),
  family: field("null.family", "Family"),
}
export const llc = {
  heading: field("llc", "Logical-Link Control", none),
  dsap: field("llc.dsap", "DSAP", hex),
  ssap: field("llc.ssap", "SSAP", hex),
  control: field("llc.control", "Control field", hex),
  oui: field("llc.oui", "Organization Code"),
  type: field("llc.type", "Type", hex),
}
export const wlan = {
  radiotap: field("radiotap", "Radiotap Header", none),
  radiotapLength: field("radiotap.length", "Header length"),
  heading: field("wlan", "IEEE 802.11", none),
  control: field("wlan.fc", "Frame Control Field", hex),
  duration: field("wlan.duration", "Duration"),
  address1: field("wlan.ra", "Receiver address", ether),
  address2: field("wlan.ta", "Transmitter address", ether),
  address3: field("wlan.addr", "Address", ether),
}
export const nflog = {
  heading: field("nflog", "Linux Netfilter NFLOG", none),
  family: field("nflog.family", "Family"),
  version: field("nflog.version", "Version"),
  resource: field("nflog.res_id", "Resource ID"),
}
export const ip = {
  heading: field("ip", "Internet Protocol Version 4", none),
  version: field("ip.version", "Version"),
  headerLength: field("ip.hdr_len", "Header Length"),
  dsField: field("ip.dsfield", "Differentiated Services Field", hex),
  dscp: field("ip.dsfield.dscp", "Differentiated Services Codepoint"),
  ecn: field("ip.dsfield.ecn", "Explicit Congestion Notification"),
  length: field("ip.len", "Total Length"),
  id: field("ip.id", "Identification", hex),
  flags: field("ip.flags", "Flags", hex),
  reserved: field("ip.flags.rb", "Reserved bit", bool),
  dontFragment: field("ip.flags.df", "Don't fragment", bool),
  moreFragments: field("ip.flags.mf", "More fragments", bool),
  /** In units of 8 octets, as on the wire. */
  fragmentOffset: field("ip.frag_offset", "Fragment Offset"),
  ttl: field("ip.ttl", "Time to Live"),
  protocol: field("ip.proto", "Protocol", { names: IP_PROTOCOL }),
  checksum: field("ip.checksum", "Header Checksum", hex),
  src: field("ip.src", "Source Address", { kind: "ipv4" }),
  dst: field("ip.dst", "Destination Address", { kind: "ipv4" }),
  addr: field("ip.addr", "Source or Destination Address", { kind: "ipv4", hidden: true }),
  options: field("ip.options", "Options", bytes),
}
export const ipv6 = {
  heading: field("ipv6", "Internet Protocol Version 6", none),
  version: field("ipv6.version", "Version"),
  trafficClass: field("ipv6.tclass", "Traffic Class", hex),
  dscp: field("ipv6.tclass.dscp", "Differentiated Services Codepoint"),
  ecn: field("ipv6.tclass.ecn", "Explicit Congestion Notification"),
  flow: field("ipv6.flow", "Flow Label", hex),
  length: field("ipv6.plen", "Payload Length"),
  next: field("ipv6.nxt", "Next Header", { names: IP_PROTOCOL }),
  hopLimit: field("ipv6.hlim", "Hop Limit"),
  src: field("ipv6.src", "Source Address", { kind: "ipv6" }),
  dst: field("ipv6.dst", "Destination Address", { kind: "ipv6" }),
  addr: field("ipv6.addr", "Source or Destination Address", { kind: "ipv6", hidden: true }),
}
export const extension = {
  hopByHop: field("ipv6.hopopts", "IPv6 Hop-by-Hop Option", none),
  routing: field("ipv6.routing", "Routing Header for IPv6", none),
  destination: field("ipv6.dstopts", "Destination Options for IPv6", none),
  other: field("ipv6.ext", "IPv6 extension header", none),
  next: field("ipv6.ext.nxt", "Next Header", { names: IP_PROTOCOL }),
  length: field("ipv6.ext.len", "Length"),
  data: field("ipv6.ext.data", "Data", bytes),
  fragment: field("ipv6.fraghdr", "Fragment Header for IPv6", none),
  fragmentNext: field("ipv6.fraghdr.nxt", "Next header", { names: IP_PROTOCOL }),
  fragmentReserved: field("ipv6.fraghdr.reserved_octet", "Reserved octet", hex),
  fragmentOffset: field("ipv6.fraghdr.offset", "Offset"),
  fragmentMore: field("ipv6.fraghdr.more", "More Fragments", bool),
  fragmentId: field("ipv6.fraghdr.ident", "Identification", hex),
}
export const udp = {
  heading: field("udp", "User Datagram Protocol", none),
  src: field("udp.srcport", "Source Port"),
  dst: field("udp.dstport", "Destination Port"),
  port: field("udp.port", "Source or Destination Port", { hidden: true }),
  length: field("udp.length", "Length"),
  checksum: field("udp.checksum", "Checksum", hex),
}
export const tcp = {
  heading: field("tcp", "Transmission Control Protocol", none),
  src: field("tcp.srcport", "Source Port"),
  dst: field("tcp.dstport", "Destination Port"),
  port: field("tcp.port", "Source or Destination Port", { hidden: true }),
  sequence: field("tcp.seq_raw", "Sequence Number (raw)"),
  acknowledgment: field("tcp.ack_raw", "Acknowledgment number (raw)"),
  headerLength: field("tcp.hdr_len", "Header Length"),
  flags: field("tcp.flags", "Flags", hex),
  cwr: field("tcp.flags.cwr", "Congestion Window Reduced", bool),
  ece: field("tcp.flags.ece", "ECN-Echo", bool),
  urg: field("tcp.flags.urg", "Urgent", bool),
  ack: field("tcp.flags.ack", "Acknowledgment", bool),
  push: field("tcp.flags.push", "Push", bool),
  reset: field("tcp.flags.reset", "Reset", bool),
  syn: field("tcp.flags.syn", "Syn", bool),
  fin: field("tcp.flags.fin", "Fin", bool),
  window: field("tcp.window_size_value", "Window"),
  checksum: field("tcp.checksum", "Checksum", hex),
  urgent: field("tcp.urgent_pointer", "Urgent Pointer"),
  options: field("tcp.options", "TCP Options", bytes),
}
export const icmp = {
  heading: field("icmp", "Internet Control Message Protocol", none),
  type: field("icmp.type", "Type"),
  code: field("icmp.code", "Code"),
  checksum: field("icmp.checksum", "Checksum", hex),
  rest: field("icmp.rest", "Rest of header", bytes),
}
export const icmpv6 = {
  heading: field("icmpv6", "Internet Control Message Protocol v6", none),
  type: field("icmpv6.type", "Type"),
  code: field("icmpv6.code", "Code"),
  checksum: field("icmpv6.checksum", "Checksum", hex),
  rest: field("icmpv6.rest", "Rest of header", bytes),
}
export const gre = {
  heading: field("gre", "Generic Routing Encapsulation", none),
  flags: field("gre.flags_and_version", "Flags and Version", hex),
  protocol: field("gre.proto", "Protocol Type", hex),
  rest: field("gre.rest", "Optional fields", bytes),
}
export const gtp = {
  heading: field("gtp", "GPRS Tunneling Protocol", none),
  flags: field("gtp.flags", "Flags", hex),
  message: field("gtp.message", "Message Type", hex),
  length: field("gtp.length", "Length"),
  teid: field("gtp.teid", "TEID", hex),
  rest: field("gtp.ext_hdr", "Extension headers", bytes),
}
export const vxlan = {
  heading: field("vxlan", "Virtual eXtensible Local Area Network", none),
  flags: field("vxlan.flags", "Flags", hex),
  reserved: field("vxlan.gbp", "Group Policy ID"),
  vni: field("vxlan.vni", "VXLAN Network Identifier (VNI)"),
  reserved8: field("vxlan.reserved8", "Reserved"),
}
export const geneve = {
  heading: field("geneve", "Generic Network Virtualization Encapsulation", none),
  flags: field("geneve.flags", "Flags", hex),
  type: field("geneve.proto_type", "Protocol Type", hex),
  vni: field("geneve.vni", "Virtual Network Identifier (VNI)", hex),
  rest: field("geneve.options", "Options", bytes),
}
export const udpencap = {
  heading: field("udpencap", "UDP Encapsulation of IPsec Packets", none),
  /** No value in Wireshark: there when the packet has it. */
  marker: field("udpencap.non_esp_marker", "Non-ESP Marker", bool),
  keepalive: field("udpencap.nat_keepalive", "NAT-keepalive packet", bool),
}
export const esp = {
  heading: field("esp", "Encapsulating Security Payload", none),
  spi: field("esp.spi", "ESP SPI", hex),
  sequence: field("esp.sequence", "ESP Sequence"),
}
export const ah = {
  heading: field("ah", "Authentication Header", none),
  next: field("ah.next_header", "Next header", { names: IP_PROTOCOL }),
  length: field("ah.length", "Length"),
  reserved: field("ah.reserved", "Reserved", bytes),
  spi: field("ah.spi", "AH SPI", hex),
  sequence: field("ah.sequence", "AH Sequence"),
  icv: field("ah.icv", "AH ICV", bytes),
}
export const wesp = {
  heading: field("wesp", "Wrapped Encapsulating Security Payload", none),
  next: field("wesp.next_header", "Next Header", { names: IP_PROTOCOL }),
  headerLength: field("wesp.header_length", "Header Length"),
  trailerLength: field("wesp.trailer_length", "Trailer Length"),
  flags: field("wesp.flags", "Flags", hex),
  padding: field("wesp.padding", "Padding", bytes),
}

const FIELDS: Readonly<Record<Layer, readonly Readonly<Record<string, Field>>[]>> = {
  [Layer.ETHERNET]: [eth],
  [Layer.VLAN]: [vlan],
  [Layer.MPLS]: [mpls],
  [Layer.PPPOE]: [pppoe],
  [Layer.PPP]: [ppp],
  [Layer.SLL]: [sll],
  [Layer.SLL2]: [sll],
  [Layer.NULL]: [nul],
  [Layer.LLC]: [llc],
  [Layer.RADIOTAP]: [wlan],
  [Layer.WLAN]: [wlan],
  [Layer.NFLOG]: [nflog],
  [Layer.IPV4]: [ip],
  [Layer.IPV6]: [ip, ipv6],
  [Layer.IPV6_EXTENSION]: [extension],
  [Layer.UDP]: [udp],
  [Layer.TCP]: [tcp],
  [Layer.ICMP]: [icmp],
  [Layer.ICMPV6]: [icmpv6],
  [Layer.GRE]: [gre],
  [Layer.GTP]: [gtp],
  [Layer.VXLAN]: [vxlan],
  [Layer.GENEVE]: [geneve],
  [Layer.ESP]: [esp],
  [Layer.AH]: [ah],
  [Layer.WESP]: [wesp, esp],
  [Layer.UDP_ENCAPSULATION]: [udpencap],
}

/** Every field that a layer may draw. */
export const layerFields = (layer: Layer): readonly Field[] => FIELDS[layer].flatMap(group => Object.values(group))
