/** Transforms of an ISAKMP proposal. */
import { registry } from "../registry.ts"

/** IPSEC ISAKMP Transform Identifiers. RFC 2407 §4.4.2. */
export const TRANS_ISAKMP = registry(
  "IPSEC ISAKMP Transform Identifiers",
  {
    RESERVED: [0, "RFC 2407", { name: "Reserved", status: "reserved" }],
    KEY_IKE: [1, "RFC 2407"],
  },
  [[249, 255, "Private Use"]],
)
