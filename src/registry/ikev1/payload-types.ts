/** Payload types of IKEv1; the alias is the RFC's notation in exchanges. */
import { registry } from "../registry.ts"

/** ISAKMP Next Payload Types. RFC 2408 §3.1, RFC 3947, RFC 6407. */
export const PAYLOAD_TYPE = registry(
  "ISAKMP Next Payload Types",
  {
    0: ["No Next Payload", "RFC 2408", "", "NONE"],
    1: ["Security Association", "RFC 2408", "", "SA"],
    2: ["Proposal", "RFC 2408", "", "P"],
    3: ["Transform", "RFC 2408", "", "T"],
    4: ["Key Exchange", "RFC 2408", "", "KE"],
    5: ["Identification", "RFC 2408", "", "ID"],
    6: ["Certificate", "RFC 2408", "", "CERT"],
    7: ["Certificate Request", "RFC 2408", "", "CR"],
    8: ["Hash", "RFC 2408", "", "HASH"],
    9: ["Signature", "RFC 2408", "", "SIG"],
    10: ["Nonce", "RFC 2408", "", "Nonce"],
    11: ["Notification", "RFC 2408", "", "N"],
    12: ["Delete", "RFC 2408", "", "D"],
    13: ["Vendor ID", "RFC 2408", "", "VID"],
    14: ["Attributes", "draft-dukes-ike-mode-cfg", "", "ATTR"],
    15: ["SA KEK Payload", "RFC 6407", "", "SAK"],
    16: ["SA TEK Payload", "RFC 6407", "", "SAT"],
    17: ["Key Download", "RFC 6407", "", "KD"],
    18: ["Sequence Number", "RFC 6407", "", "SEQ"],
    19: ["Proof of Possession", "RFC 3547", "obsolete", "POP"],
    20: ["NAT-D", "RFC 3947"],
    21: ["NAT-OA", "RFC 3947"],
    22: ["Group Associated Policy", "RFC 6407", "", "GAP"],
    128: ["Symmetric Key", "GM/T 0022", "private", "SK"],
    130: ["NAT-D (draft)", "draft-ietf-ipsec-nat-t-ike-03", "private", "NAT-D"],
    131: ["NAT-OA (draft)", "draft-ietf-ipsec-nat-t-ike-03", "private", "NAT-OA"],
    132: ["Cisco Fragmentation", "Cisco", "private", "FRAG"],
  },
  [
    [33, 54, "Used by IKEv2"],
    [128, 255, "Private Use"],
  ],
)
