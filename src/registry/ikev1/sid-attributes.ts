/** Attributes of sender identifiers in GDOI. */
import { registry } from "../registry.ts"

/** GDOI SID Download Type Attributes. RFC 6407 §5.6.4. */
export const SID_ATTRIBUTE = registry(
  "GDOI SID Download Type Attributes",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["NUMBER_OF_SID_BITS", "RFC 6407"],
    2: ["SID_VALUE", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
