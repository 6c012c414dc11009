/** Values of the GDOI attribute SIG_ALGORITHM. */
import { registry } from "../registry.ts"

/** GDOI SIG_ALGORITHM Values. RFC 6407 §5.3.7. */
export const SIG_ALGORITHM = registry(
  "GDOI SIG_ALGORITHM Values",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["SIG_ALG_RSA", "RFC 6407"],
    2: ["SIG_ALG_DSS", "RFC 6407"],
    3: ["SIG_ALG_ECDSS", "RFC 6407"],
    4: ["SIG_ALG_ECDSA-256", "RFC 6407"],
    5: ["SIG_ALG_ECDSA-384", "RFC 6407"],
    6: ["SIG_ALG_ECDSA-521", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
