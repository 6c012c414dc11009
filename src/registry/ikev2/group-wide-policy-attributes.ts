/** Attributes of a group-wide policy. */
import { registry } from "../registry.ts"

/** Group-Wide Policy Attributes. RFC 9838 §4.4.3.1. */
export const GROUP_WIDE_POLICY_ATTRIBUTE = registry(
  "Group-Wide Policy Attributes",
  {
    RESERVED: [0, "RFC 9838", { name: "Reserved", status: "reserved" }],
    GWP_ATD: [1, "RFC 9838"],
    GWP_DTD: [2, "RFC 9838"],
    GWP_SENDER_ID_BITS: [3, "RFC 9838"],
  },
  [[16384, 32767, "Private Use"]],
)
