/** Transforms of an IPCOMP proposal in IKEv1. */
import { registry } from "../registry.ts"

/** IPSEC IPCOMP Transform Identifiers. RFC 2407 §4.4.5. */
export const TRANS_IPCOMP = registry(
  "IPSEC IPCOMP Transform Identifiers",
  {
    RESERVED: [0, "RFC 2407", { name: "Reserved", status: "reserved" }],
    IPCOMP_OUI: [1, "RFC 2407", { alias: "OUI" }],
    IPCOMP_DEFLATE: [2, "RFC 2394", { alias: "DEFLATE" }],
    IPCOMP_LZS: [3, "RFC 2395", { alias: "LZS" }],
    IPCOMP_LZJH: [4, "RFC 3051", { alias: "LZJH" }],
  },
  [
    [48, 63, "Reserved for approved algorithms"],
    [64, 255, "Private Use"],
  ],
)
