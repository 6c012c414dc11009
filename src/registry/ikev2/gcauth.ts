/** Group controller authentication methods of G-IKEv2. */
import { registry } from "../registry.ts"

/** Transform Type 14 - Group Controller Authentication Method Transform IDs. RFC 9838. */
export const GCAUTH = registry(
  "Transform Type 14 - Group Controller Authentication Method Transform IDs",
  {
    0: ["Reserved", "RFC 9838", "reserved"],
    1: ["Implicit", "RFC 9838"],
    2: ["Digital Signature", "RFC 9838"],
  },
  [[1024, 65535, "Private Use"]],
)
