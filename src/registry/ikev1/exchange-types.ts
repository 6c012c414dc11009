/** Exchange types of IKEv1; reports use these names. */
import { registry } from "../registry.ts"

/** ISAKMP Exchange Types. RFC 2408 §3.1, RFC 2409 Appendix A. */
export const EXCHANGE_TYPE = registry(
  "ISAKMP Exchange Types",
  {
    0: ["NONE", "RFC 2408"],
    1: ["Base", "RFC 2408"],
    2: ["Identity Protection (Main Mode)", "RFC 2408"],
    3: ["Authentication Only", "RFC 2408"],
    4: ["Aggressive", "RFC 2408"],
    5: ["Informational", "RFC 2408"],
    6: ["Transaction (Config Mode)", "draft-dukes-ike-mode-cfg"],
    32: ["Quick Mode", "RFC 2409"],
    33: ["New Group Mode", "RFC 2409"],
  },
  [
    [7, 31, "ISAKMP Future Use"],
    [32, 239, "DOI Specific Use"],
    [240, 255, "Private Use"],
  ],
)
