/** Traffic selector types. */
import { registry } from "../registry.ts"

/** IKEv2 Traffic Selector Types. RFC 7296 §3.13.1. */
export const TS_TYPE = registry(
  "IKEv2 Traffic Selector Types",
  {
    7: ["TS_IPV4_ADDR_RANGE", "RFC 7296"],
    8: ["TS_IPV6_ADDR_RANGE", "RFC 7296"],
    9: ["TS_FC_ADDR_RANGE", "RFC 4595"],
    10: ["TS_SECLABEL", "RFC 9478"],
  },
  [
    [0, 6, "Reserved"],
    [241, 255, "Private Use"],
  ],
)
