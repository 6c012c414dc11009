/** Attributes of a group-wide policy. */
import { registry } from "../registry.ts"

/** Group-Wide Policy Attributes. RFC 9838 §4.4.3.1. */
export const GROUP_WIDE_POLICY_ATTRIBUTE = registry(
  "Group-Wide Policy Attributes",
  {
    0: ["Reserved", "RFC 9838", "reserved"],
    1: ["GWP_ATD", "RFC 9838"],
    2: ["GWP_DTD", "RFC 9838"],
    3: ["GWP_SENDER_ID_BITS", "RFC 9838"],
  },
  [[16384, 32767, "Private Use"]],
)
