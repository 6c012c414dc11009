/** Compression transforms of IPCOMP_SUPPORTED. */
import { registry } from "../registry.ts"

/** IKEv2 Notification IPCOMP Transform IDs. RFC 7296 §3.10.1. */
export const IPCOMP = registry(
  "IKEv2 Notification IPCOMP Transform IDs",
  {
    0: ["Reserved", "RFC 7296", "reserved"],
    1: ["IPCOMP_OUI", "RFC 7296", "", "OUI"],
    2: ["IPCOMP_DEFLATE", "RFC 2394", "", "DEFLATE"],
    3: ["IPCOMP_LZS", "RFC 2395", "", "LZS"],
    4: ["IPCOMP_LZJH", "RFC 3051", "", "LZJH"],
  },
  [[241, 255, "Private Use"]],
)
