/** Group controller authentication methods of G-IKEv2. */
import { registry } from "../registry.ts"

/** Transform Type 14 - Group Controller Authentication Method Transform IDs. RFC 9838. */
export const GCAUTH = registry(
  "Transform Type 14 - Group Controller Authentication Method Transform IDs",
  {
    RESERVED: [0, "RFC 9838", { name: "Reserved", status: "reserved" }],
    IMPLICIT: [1, "RFC 9838", { name: "Implicit" }],
    DIGITAL_SIGNATURE: [2, "RFC 9838", { name: "Digital Signature" }],
  },
  [[1024, 65535, "Private Use"]],
)
