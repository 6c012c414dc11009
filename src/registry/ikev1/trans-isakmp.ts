/** Transforms of an ISAKMP proposal. */
import { registry } from "../registry.ts"

/** IPSEC ISAKMP Transform Identifiers. RFC 2407 §4.4.2. */
export const TRANS_ISAKMP = registry(
  "IPSEC ISAKMP Transform Identifiers",
  {
    0: ["Reserved", "RFC 2407", "reserved"],
    1: ["KEY_IKE", "RFC 2407"],
  },
  [[249, 255, "Private Use"]],
)
