/** Link-layer header types of captures that can hold IP packets. */
import { registry } from "./registry.ts"

const TCPDUMP = "tcpdump.org/linktypes"

/** Link-layer header types of pcap and pcapng (LINKTYPE values). */
export const LINK_TYPE = registry(
  "Link-Layer Header Types",
  {
    NULL: [0, TCPDUMP, { alias: "BSD loopback" }],
    ETHERNET: [1, TCPDUMP, { alias: "Ethernet" }],
    IEEE802_5: [6, TCPDUMP, { alias: "Token Ring" }],
    SLIP: [8, TCPDUMP, { alias: "SLIP" }],
    PPP: [9, TCPDUMP, { alias: "PPP" }],
    FDDI: [10, TCPDUMP, { alias: "FDDI" }],
    RAW_BSD: [12, TCPDUMP, { name: "RAW (BSD)", alias: "raw IP" }],
    RAW_OPENBSD: [14, TCPDUMP, { name: "RAW (OpenBSD)", alias: "raw IP" }],
    PPP_HDLC: [50, TCPDUMP, { alias: "PPP in HDLC" }],
    PPP_ETHER: [51, TCPDUMP, { alias: "PPPoE" }],
    RAW: [101, TCPDUMP, { alias: "raw IP" }],
    C_HDLC: [104, TCPDUMP, { alias: "Cisco HDLC" }],
    IEEE802_11: [105, TCPDUMP, { alias: "IEEE 802.11" }],
    FRELAY: [107, TCPDUMP, { alias: "Frame Relay" }],
    LOOP: [108, TCPDUMP, { alias: "OpenBSD loopback" }],
    ENC: [109, TCPDUMP, { alias: "OpenBSD enc" }],
    LINUX_SLL: [113, TCPDUMP, { alias: "Linux cooked" }],
    PFLOG: [117, TCPDUMP, { alias: "OpenBSD pflog" }],
    IEEE802_11_PRISM: [119, TCPDUMP, { alias: "IEEE 802.11 with Prism" }],
    IEEE802_11_RADIOTAP: [127, TCPDUMP, { alias: "IEEE 802.11 with radiotap" }],
    APPLE_IP_OVER_IEEE1394: [138, TCPDUMP, { alias: "IP over FireWire" }],
    IEEE802_11_AVS: [163, TCPDUMP, { alias: "IEEE 802.11 with AVS" }],
    PPP_PPPD: [166, TCPDUMP, { alias: "PPP with direction" }],
    PPI: [192, TCPDUMP, { alias: "Per-Packet Information" }],
    PPP_WITH_DIR: [204, TCPDUMP, { alias: "PPP with direction" }],
    MPLS: [219, TCPDUMP, { alias: "MPLS" }],
    IPV4: [228, TCPDUMP, { alias: "IPv4" }],
    IPV6: [229, TCPDUMP, { alias: "IPv6" }],
    NFLOG: [239, TCPDUMP, { alias: "Linux nflog" }],
    IPOIB: [242, TCPDUMP, { alias: "IP over InfiniBand" }],
    WIRESHARK_UPPER_PDU: [252, TCPDUMP, { alias: "Wireshark exported PDU" }],
    NETLINK: [253, TCPDUMP, { alias: "Linux netlink" }],
    ETHERNET_MPACKET: [274, TCPDUMP, { alias: "Ethernet mPacket" }],
    LINUX_SLL2: [276, TCPDUMP, { alias: "Linux cooked v2" }],
  },
  [[147, 162, "Private use"]],
)
