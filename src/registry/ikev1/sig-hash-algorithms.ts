/** Values of the GDOI attribute SIG_HASH_ALGORITHM. */
import { registry } from "../registry.ts"

/** GDOI SIG_HASH_ALGORITHM Values. RFC 6407 §5.3.6. */
export const SIG_HASH_ALGORITHM = registry(
  "GDOI SIG_HASH_ALGORITHM Values",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    SIG_HASH_MD5: [1, "RFC 6407"],
    SIG_HASH_SHA1: [2, "RFC 6407"],
    SIG_HASH_SHA256: [3, "RFC 6407"],
    SIG_HASH_SHA384: [4, "RFC 6407"],
    SIG_HASH_SHA512: [5, "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
