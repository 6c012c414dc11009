/** Pseudorandom functions of IKEv1 phase 1: none was ever assigned, HMAC of the hash is the default. */
import { registry } from "../registry.ts"

/** PRF (Value 13). RFC 2409 Appendix A. */
export const IKE_PRF = registry("PRF", {}, [
  [1, 65000, "Unassigned"],
  [65001, 65535, "Private Use"],
])
