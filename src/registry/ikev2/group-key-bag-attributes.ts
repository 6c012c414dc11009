/** Attributes of a group key bag. */
import { registry } from "../registry.ts"

/** Group Key Bag Attributes. RFC 9838 §4.5.1.1. */
export const GROUP_KEY_BAG_ATTRIBUTE = registry(
  "Group Key Bag Attributes",
  {
    RESERVED: [0, "RFC 9838", { name: "Reserved", status: "reserved" }],
    SA_KEY: [1, "RFC 9838"],
  },
  [[16384, 32767, "Private Use"]],
)
