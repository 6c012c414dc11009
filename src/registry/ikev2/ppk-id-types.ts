/** Types of the identifier of a post-quantum preshared key. */
import { registry } from "../registry.ts"

/** IKEv2 Post-quantum Preshared Key ID Types. RFC 8784 §5.1. */
export const PPK_ID_TYPE = registry(
  "IKEv2 Post-quantum Preshared Key ID Types",
  {
    0: ["Reserved", "RFC 8784", "reserved"],
    1: ["PPK_ID_OPAQUE", "RFC 8784"],
    2: ["PPK_ID_FIXED", "RFC 8784"],
  },
  [[128, 255, "Private Use"]],
)
