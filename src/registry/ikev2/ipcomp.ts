/** Compression transforms of IPCOMP_SUPPORTED. */
import { registry } from "../registry.ts"

/** IKEv2 Notification IPCOMP Transform IDs. RFC 7296 §3.10.1. */
export const IPCOMP = registry(
  "IKEv2 Notification IPCOMP Transform IDs",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    IPCOMP_OUI: [1, "RFC 7296", { alias: "OUI" }],
    IPCOMP_DEFLATE: [2, "RFC 2394", { alias: "DEFLATE" }],
    IPCOMP_LZS: [3, "RFC 2395", { alias: "LZS" }],
    IPCOMP_LZJH: [4, "RFC 3051", { alias: "LZJH" }],
  },
  [[241, 255, "Private Use"]],
)
