/** Traffic selector types. */
import { registry } from "../registry.ts"

/** IKEv2 Traffic Selector Types. RFC 7296 §3.13.1. */
export const TS_TYPE = registry(
  "IKEv2 Traffic Selector Types",
  {
    TS_IPV4_ADDR_RANGE: [7, "RFC 7296"],
    TS_IPV6_ADDR_RANGE: [8, "RFC 7296"],
    TS_FC_ADDR_RANGE: [9, "RFC 4595"],
    TS_SECLABEL: [10, "RFC 9478"],
  },
  [
    [0, 6, "Reserved"],
    [241, 255, "Private Use"],
  ],
)
