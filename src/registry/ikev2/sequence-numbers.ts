/** Sequence Numbers transforms: Extended Sequence Numbers until RFC 9827 renamed them. */
import { registry } from "../registry.ts"

/** Transform Type 5 - Sequence Numbers Properties Transform IDs. RFC 9827. */
export const SEQUENCE_NUMBERS = registry(
  "Transform Type 5 - Sequence Numbers Properties Transform IDs",
  {
    NO_ESN: [0, "RFC 9827", { name: "32-bit Sequential Numbers", alias: "NO-ESN" }],
    ESN: [1, "RFC 9827", { name: "Partially Transmitted 64-bit Sequential Numbers", alias: "ESN" }],
    UNSPECIFIED_32_BIT: [2, "RFC 9827", { name: "32-bit Unspecified Numbers", alias: "32-BIT-UNSPECIFIED" }],
  },
  [[1024, 65535, "Private Use"]],
)
