/** Types of ICMP and ICMPv6 messages. */
import { registry } from "./registry.ts"

/** ICMP Type Numbers, as Wireshark words them. RFC 792. */
export const ICMP_TYPE = registry("ICMP Type Numbers", {
  ECHO_REPLY: [0, "RFC 792", { name: "Echo (ping) reply" }],
  DESTINATION_UNREACHABLE: [3, "RFC 792", { name: "Destination unreachable" }],
  SOURCE_QUENCH: [4, "RFC 792", { name: "Source quench", status: "deprecated" }],
  REDIRECT: [5, "RFC 792", { name: "Redirect" }],
  ECHO_REQUEST: [8, "RFC 792", { name: "Echo (ping) request" }],
  ROUTER_ADVERTISEMENT: [9, "RFC 1256", { name: "Router advertisement" }],
  ROUTER_SOLICITATION: [10, "RFC 1256", { name: "Router solicitation" }],
  TIME_EXCEEDED: [11, "RFC 792", { name: "Time-to-live exceeded" }],
  PARAMETER_PROBLEM: [12, "RFC 792", { name: "Parameter problem" }],
  TIMESTAMP_REQUEST: [13, "RFC 792", { name: "Timestamp request" }],
  TIMESTAMP_REPLY: [14, "RFC 792", { name: "Timestamp reply" }],
})

/** ICMPv6 "type" Numbers. RFC 4443. */
export const ICMPV6_TYPE = registry("ICMPv6 Type Numbers", {
  DESTINATION_UNREACHABLE: [1, "RFC 4443", { name: "Destination Unreachable" }],
  PACKET_TOO_BIG: [2, "RFC 4443", { name: "Packet Too Big" }],
  TIME_EXCEEDED: [3, "RFC 4443", { name: "Time Exceeded" }],
  PARAMETER_PROBLEM: [4, "RFC 4443", { name: "Parameter Problem" }],
  ECHO_REQUEST: [128, "RFC 4443", { name: "Echo (ping) request" }],
  ECHO_REPLY: [129, "RFC 4443", { name: "Echo (ping) reply" }],
  MULTICAST_LISTENER_QUERY: [130, "RFC 2710", { name: "Multicast Listener Query" }],
  MULTICAST_LISTENER_REPORT: [131, "RFC 2710", { name: "Multicast Listener Report" }],
  MULTICAST_LISTENER_DONE: [132, "RFC 2710", { name: "Multicast Listener Done" }],
  ROUTER_SOLICITATION: [133, "RFC 4861", { name: "Router Solicitation" }],
  ROUTER_ADVERTISEMENT: [134, "RFC 4861", { name: "Router Advertisement" }],
  NEIGHBOR_SOLICITATION: [135, "RFC 4861", { name: "Neighbor Solicitation" }],
  NEIGHBOR_ADVERTISEMENT: [136, "RFC 4861", { name: "Neighbor Advertisement" }],
  REDIRECT: [137, "RFC 4861", { name: "Redirect" }],
  MULTICAST_LISTENER_REPORT_V2: [143, "RFC 3810", { name: "Multicast Listener Report Message v2" }],
})

/** Codes of Destination Unreachable. RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1. */
export const ICMP_UNREACHABLE = registry("ICMP Codes of Destination Unreachable", {
  NETWORK: [0, "RFC 792", { name: "Network unreachable" }],
  HOST: [1, "RFC 792", { name: "Host unreachable" }],
  PROTOCOL: [2, "RFC 792", { name: "Protocol unreachable" }],
  PORT: [3, "RFC 792", { name: "Port unreachable" }],
  FRAGMENTATION_NEEDED: [4, "RFC 792", { name: "Fragmentation needed" }],
  SOURCE_ROUTE_FAILED: [5, "RFC 792", { name: "Source route failed" }],
  NETWORK_UNKNOWN: [6, "RFC 1122", { name: "Destination network unknown" }],
  HOST_UNKNOWN: [7, "RFC 1122", { name: "Destination host unknown" }],
  HOST_ISOLATED: [8, "RFC 1122", { name: "Source host isolated" }],
  NETWORK_PROHIBITED: [9, "RFC 1122", { name: "Network administratively prohibited" }],
  HOST_PROHIBITED: [10, "RFC 1122", { name: "Host administratively prohibited" }],
  NETWORK_TOS: [11, "RFC 1122", { name: "Network unreachable for TOS" }],
  HOST_TOS: [12, "RFC 1122", { name: "Host unreachable for TOS" }],
  PROHIBITED: [13, "RFC 1812", { name: "Communication administratively prohibited" }],
  PRECEDENCE_VIOLATION: [14, "RFC 1812", { name: "Host precedence violation" }],
  PRECEDENCE_CUTOFF: [15, "RFC 1812", { name: "Precedence cutoff in effect" }],
})

/** Codes of ICMPv6 Destination Unreachable. RFC 4443 §3.1. */
export const ICMPV6_UNREACHABLE = registry("ICMPv6 Codes of Destination Unreachable", {
  NO_ROUTE: [0, "RFC 4443", { name: "no route to destination" }],
  PROHIBITED: [1, "RFC 4443", { name: "Administratively prohibited" }],
  BEYOND_SCOPE: [2, "RFC 4443", { name: "Beyond scope" }],
  ADDRESS: [3, "RFC 4443", { name: "Address unreachable" }],
  PORT: [4, "RFC 4443", { name: "Port unreachable" }],
  POLICY: [5, "RFC 4443", { name: "Source address failed ingress/egress policy" }],
  REJECT_ROUTE: [6, "RFC 4443", { name: "Reject route to destination" }],
})
