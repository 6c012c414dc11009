/** Sequence Numbers transforms: Extended Sequence Numbers until RFC 9827 renamed them. */
import { registry } from "../registry.ts"

/** Transform Type 5 - Sequence Numbers Properties Transform IDs. RFC 9827. */
export const SEQUENCE_NUMBERS = registry(
  "Transform Type 5 - Sequence Numbers Properties Transform IDs",
  {
    0: ["32-bit Sequential Numbers", "RFC 9827", "", "NO-ESN"],
    1: ["Partially Transmitted 64-bit Sequential Numbers", "RFC 9827", "", "ESN"],
    2: ["32-bit Unspecified Numbers", "RFC 9827", "", "32-BIT-UNSPECIFIED"],
  },
  [[1024, 65535, "Private Use"]],
)
