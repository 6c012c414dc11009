/** Encapsulation modes of an IKEv1 phase 2 transform, with the numbers of the NAT-T drafts. */
import { registry } from "../registry.ts"

/** Encapsulation Mode. RFC 2407 §4.5, RFC 3947 §5.1. */
export const ENCAP_MODE = registry(
  "Encapsulation Mode",
  {
    0: ["Reserved", "RFC 2407", "reserved"],
    1: ["Tunnel", "RFC 2407"],
    2: ["Transport", "RFC 2407"],
    3: ["UDP-Encapsulated-Tunnel", "RFC 3947"],
    4: ["UDP-Encapsulated-Transport", "RFC 3947"],
    61440: ["Check Point IPSec UDP Encapsulation", "Check Point", "private"],
    61443: ["UDP-Encapsulated-Tunnel (draft)", "draft-ietf-ipsec-nat-t-ike-03", "private"],
    61444: ["UDP-Encapsulated-Transport (draft)", "draft-ietf-ipsec-nat-t-ike-03", "private"],
  },
  [[61440, 65535, "Private Use"]],
)
