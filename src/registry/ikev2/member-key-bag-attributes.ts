/** Attributes of a member key bag. */
import { registry } from "../registry.ts"

/** Member Key Bag Attributes. RFC 9838 §4.5.2.1. */
export const MEMBER_KEY_BAG_ATTRIBUTE = registry(
  "Member Key Bag Attributes",
  {
    0: ["Reserved", "RFC 9838", "reserved"],
    1: ["WRAP_KEY", "RFC 9838"],
    2: ["AUTH_KEY", "RFC 9838"],
    3: ["GM_SENDER_ID", "RFC 9838"],
  },
  [[16384, 32767, "Private Use"]],
)
