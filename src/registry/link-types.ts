/** Link-layer header types of captures that can hold IP packets. */
import { registry } from "./registry.ts"

const TCPDUMP = "tcpdump.org/linktypes"

/** Link-layer header types of pcap and pcapng (LINKTYPE values). */
export const LINK_TYPE = registry(
  "Link-Layer Header Types",
  {
    0: ["NULL", TCPDUMP, "", "BSD loopback"],
    1: ["ETHERNET", TCPDUMP, "", "Ethernet"],
    6: ["IEEE802_5", TCPDUMP, "", "Token Ring"],
    8: ["SLIP", TCPDUMP, "", "SLIP"],
    9: ["PPP", TCPDUMP, "", "PPP"],
    10: ["FDDI", TCPDUMP, "", "FDDI"],
    12: ["RAW (BSD)", TCPDUMP, "", "raw IP"],
    14: ["RAW (OpenBSD)", TCPDUMP, "", "raw IP"],
    50: ["PPP_HDLC", TCPDUMP, "", "PPP in HDLC"],
    51: ["PPP_ETHER", TCPDUMP, "", "PPPoE"],
    101: ["RAW", TCPDUMP, "", "raw IP"],
    104: ["C_HDLC", TCPDUMP, "", "Cisco HDLC"],
    105: ["IEEE802_11", TCPDUMP, "", "IEEE 802.11"],
    107: ["FRELAY", TCPDUMP, "", "Frame Relay"],
    108: ["LOOP", TCPDUMP, "", "OpenBSD loopback"],
    109: ["ENC", TCPDUMP, "", "OpenBSD enc"],
    113: ["LINUX_SLL", TCPDUMP, "", "Linux cooked"],
    117: ["PFLOG", TCPDUMP, "", "OpenBSD pflog"],
    119: ["IEEE802_11_PRISM", TCPDUMP, "", "IEEE 802.11 with Prism"],
    127: ["IEEE802_11_RADIOTAP", TCPDUMP, "", "IEEE 802.11 with radiotap"],
    138: ["APPLE_IP_OVER_IEEE1394", TCPDUMP, "", "IP over FireWire"],
    166: ["PPP_PPPD", TCPDUMP, "", "PPP with direction"],
    192: ["PPI", TCPDUMP, "", "Per-Packet Information"],
    204: ["PPP_WITH_DIR", TCPDUMP, "", "PPP with direction"],
    219: ["MPLS", TCPDUMP, "", "MPLS"],
    228: ["IPV4", TCPDUMP, "", "IPv4"],
    229: ["IPV6", TCPDUMP, "", "IPv6"],
    239: ["NFLOG", TCPDUMP, "", "Linux nflog"],
    242: ["IPOIB", TCPDUMP, "", "IP over InfiniBand"],
    252: ["WIRESHARK_UPPER_PDU", TCPDUMP, "", "Wireshark exported PDU"],
    253: ["NETLINK", TCPDUMP, "", "Linux netlink"],
    274: ["ETHERNET_MPACKET", TCPDUMP, "", "Ethernet mPacket"],
    276: ["LINUX_SLL2", TCPDUMP, "", "Linux cooked v2"],
  },
  [[147, 162, "Private use"]],
)
