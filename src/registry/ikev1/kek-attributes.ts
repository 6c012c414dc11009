/** Attributes of a GDOI SA KEK payload. */
import { registry } from "../registry.ts"

/** GDOI SA KEK Payload KEK Attributes. RFC 6407 §5.3. */
export const KEK_ATTRIBUTE = registry(
  "GDOI SA KEK Payload KEK Attributes",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["KEK_MANAGEMENT_ALGORITHM", "RFC 3547"],
    2: ["KEK_ALGORITHM", "RFC 6407"],
    3: ["KEK_KEY_LENGTH", "RFC 6407"],
    4: ["KEK_KEY_LIFETIME", "RFC 6407"],
    5: ["SIG_HASH_ALGORITHM", "RFC 6407"],
    6: ["SIG_ALGORITHM", "RFC 6407"],
    7: ["SIG_KEY_LENGTH", "RFC 6407"],
    8: ["KE_OAKLEY_GROUP", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
