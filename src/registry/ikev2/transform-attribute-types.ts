/** Attributes of an IKEv2 transform. */
import { registry } from "../registry.ts"

/** IKEv2 Transform Attribute Types. RFC 7296 §3.3.5. */
export const TRANSFORM_ATTRIBUTE_TYPE = registry(
  "IKEv2 Transform Attribute Types",
  {
    KEY_LENGTH: [14, "RFC 7296", { name: "Key Length" }],
    SIGNATURE_ALGORITHM_IDENTIFIER: [18, "RFC 9838", { name: "Signature Algorithm Identifier" }],
  },
  [
    [0, 13, "Reserved"],
    [15, 17, "Reserved"],
    [16384, 32767, "Private Use"],
  ],
)
