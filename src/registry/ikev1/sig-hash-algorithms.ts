/** Values of the GDOI attribute SIG_HASH_ALGORITHM. */
import { registry } from "../registry.ts"

/** GDOI SIG_HASH_ALGORITHM Values. RFC 6407 §5.3.6. */
export const SIG_HASH_ALGORITHM = registry(
  "GDOI SIG_HASH_ALGORITHM Values",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["SIG_HASH_MD5", "RFC 6407"],
    2: ["SIG_HASH_SHA1", "RFC 6407"],
    3: ["SIG_HASH_SHA256", "RFC 6407"],
    4: ["SIG_HASH_SHA384", "RFC 6407"],
    5: ["SIG_HASH_SHA512", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
