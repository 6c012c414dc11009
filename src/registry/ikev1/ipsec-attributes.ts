/** Attributes of an IKEv1 phase 2 transform. */
import { registry } from "../registry.ts"

/** IPSEC Security Association Attributes. RFC 2407 §4.5. */
export const IPSEC_ATTRIBUTE = registry(
  "IPSEC Security Association Attributes",
  {
    1: ["SA Life Type", "RFC 2407"],
    2: ["SA Life Duration", "RFC 2407"],
    3: ["Group Description", "RFC 2407"],
    4: ["Encapsulation Mode", "RFC 2407"],
    5: ["Authentication Algorithm", "RFC 2407"],
    6: ["Key Length", "RFC 2407"],
    7: ["Key Rounds", "RFC 2407"],
    8: ["Compress Dictionary Size", "RFC 2407"],
    9: ["Compress Private Algorithm", "RFC 2407"],
    10: ["ECN Tunnel", "RFC 3168"],
    11: ["Extended (64-bit) Sequence Number", "RFC 4304"],
    12: ["Authentication Key Length", "RFC 4359"],
    13: ["Signature Encoding Algorithm", "RFC 4359"],
    14: ["Address Preservation", "RFC 6407"],
    15: ["SA Direction", "RFC 6407"],
    32001: ["SECCTX", "libreswan", "private"],
  },
  [[32001, 32767, "Private Use"]],
)
