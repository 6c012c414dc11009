/** Attributes of a key encryption key in GDOI. */
import { registry } from "../registry.ts"

/** GDOI KEK Download Type Attributes. RFC 6407 §5.6.2. */
export const KEK_KEY_ATTRIBUTE = registry(
  "GDOI KEK Download Type Attributes",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["KEK_ALGORITHM_KEY", "RFC 6407"],
    2: ["SIG_ALGORITHM_KEY", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
