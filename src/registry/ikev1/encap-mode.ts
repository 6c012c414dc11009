/** Encapsulation modes of an IKEv1 phase 2 transform, with the numbers of the NAT-T drafts. */
import { registry } from "../registry.ts"

/** Encapsulation Mode. RFC 2407 §4.5, RFC 3947 §5.1. */
export const ENCAP_MODE = registry(
  "Encapsulation Mode",
  {
    RESERVED: [0, "RFC 2407", { name: "Reserved", status: "reserved" }],
    TUNNEL: [1, "RFC 2407", { name: "Tunnel" }],
    TRANSPORT: [2, "RFC 2407", { name: "Transport" }],
    UDP_ENCAPSULATED_TUNNEL: [3, "RFC 3947", { name: "UDP-Encapsulated-Tunnel" }],
    UDP_ENCAPSULATED_TRANSPORT: [4, "RFC 3947", { name: "UDP-Encapsulated-Transport" }],
    CHECK_POINT_UDP: [61440, "Check Point", { name: "Check Point IPSec UDP Encapsulation", status: "private" }],
    UDP_ENCAPSULATED_TUNNEL_DRAFT: [
      61443,
      "draft-ietf-ipsec-nat-t-ike-03",
      { name: "UDP-Encapsulated-Tunnel (draft)", status: "private" },
    ],
    UDP_ENCAPSULATED_TRANSPORT_DRAFT: [
      61444,
      "draft-ietf-ipsec-nat-t-ike-03",
      { name: "UDP-Encapsulated-Transport (draft)", status: "private" },
    ],
  },
  [[61440, 65535, "Private Use"]],
)
