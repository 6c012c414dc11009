/** Values of the GDOI attribute SIG_ALGORITHM. */
import { registry } from "../registry.ts"

/** GDOI SIG_ALGORITHM Values. RFC 6407 §5.3.7. */
export const SIG_ALGORITHM = registry(
  "GDOI SIG_ALGORITHM Values",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    SIG_ALG_RSA: [1, "RFC 6407"],
    SIG_ALG_DSS: [2, "RFC 6407"],
    SIG_ALG_ECDSS: [3, "RFC 6407"],
    SIG_ALG_ECDSA_256: [4, "RFC 6407", { name: "SIG_ALG_ECDSA-256" }],
    SIG_ALG_ECDSA_384: [5, "RFC 6407", { name: "SIG_ALG_ECDSA-384" }],
    SIG_ALG_ECDSA_521: [6, "RFC 6407", { name: "SIG_ALG_ECDSA-521" }],
  },
  [[128, 255, "Private Use"]],
)
