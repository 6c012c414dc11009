/** Attributes of a key encryption key in GDOI. */
import { registry } from "../registry.ts"

/** GDOI KEK Download Type Attributes. RFC 6407 §5.6.2. */
export const KEK_KEY_ATTRIBUTE = registry(
  "GDOI KEK Download Type Attributes",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    KEK_ALGORITHM_KEY: [1, "RFC 6407"],
    SIG_ALGORITHM_KEY: [2, "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
