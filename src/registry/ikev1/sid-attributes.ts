/** Attributes of sender identifiers in GDOI. */
import { registry } from "../registry.ts"

/** GDOI SID Download Type Attributes. RFC 6407 §5.6.4. */
export const SID_ATTRIBUTE = registry(
  "GDOI SID Download Type Attributes",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    NUMBER_OF_SID_BITS: [1, "RFC 6407"],
    SID_VALUE: [2, "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
