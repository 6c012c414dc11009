/** Transforms of an IPCOMP proposal in IKEv1. */
import { registry } from "../registry.ts"

/** IPSEC IPCOMP Transform Identifiers. RFC 2407 §4.4.5. */
export const TRANS_IPCOMP = registry(
  "IPSEC IPCOMP Transform Identifiers",
  {
    0: ["Reserved", "RFC 2407", "reserved"],
    1: ["IPCOMP_OUI", "RFC 2407", "", "OUI"],
    2: ["IPCOMP_DEFLATE", "RFC 2394", "", "DEFLATE"],
    3: ["IPCOMP_LZS", "RFC 2395", "", "LZS"],
    4: ["IPCOMP_LZJH", "RFC 3051", "", "LZJH"],
  },
  [
    [48, 63, "Reserved for approved algorithms"],
    [64, 255, "Private Use"],
  ],
)
