/** Attributes of a traffic encryption key in GDOI. */
import { registry } from "../registry.ts"

/** GDOI TEK Download Type Attributes. RFC 6407 §5.6.1. */
export const TEK_KEY_ATTRIBUTE = registry(
  "GDOI TEK Download Type Attributes",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["TEK_ALGORITHM_KEY", "RFC 6407"],
    2: ["TEK_INTEGRITY_KEY", "RFC 6407"],
    3: ["TEK_SOURCE_AUTH_KEY", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
