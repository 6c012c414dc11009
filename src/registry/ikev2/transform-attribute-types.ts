/** Attributes of an IKEv2 transform. */
import { registry } from "../registry.ts"

/** IKEv2 Transform Attribute Types. RFC 7296 §3.3.5. */
export const TRANSFORM_ATTRIBUTE_TYPE = registry(
  "IKEv2 Transform Attribute Types",
  {
    14: ["Key Length", "RFC 7296"],
    18: ["Signature Algorithm Identifier", "RFC 9838"],
  },
  [
    [0, 13, "Reserved"],
    [15, 17, "Reserved"],
    [16384, 32767, "Private Use"],
  ],
)
