/** Attributes of a member key bag. */
import { registry } from "../registry.ts"

/** Member Key Bag Attributes. RFC 9838 §4.5.2.1. */
export const MEMBER_KEY_BAG_ATTRIBUTE = registry(
  "Member Key Bag Attributes",
  {
    RESERVED: [0, "RFC 9838", { name: "Reserved", status: "reserved" }],
    WRAP_KEY: [1, "RFC 9838"],
    AUTH_KEY: [2, "RFC 9838"],
    GM_SENDER_ID: [3, "RFC 9838"],
  },
  [[16384, 32767, "Private Use"]],
)
