/** Types of the identifier of a post-quantum preshared key. */
import { registry } from "../registry.ts"

/** IKEv2 Post-quantum Preshared Key ID Types. RFC 8784 §5.1. */
export const PPK_ID_TYPE = registry(
  "IKEv2 Post-quantum Preshared Key ID Types",
  {
    RESERVED: [0, "RFC 8784", { name: "Reserved", status: "reserved" }],
    PPK_ID_OPAQUE: [1, "RFC 8784"],
    PPK_ID_FIXED: [2, "RFC 8784"],
  },
  [[128, 255, "Private Use"]],
)
