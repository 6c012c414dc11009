/** Attributes of a traffic encryption key in GDOI. */
import { registry } from "../registry.ts"

/** GDOI TEK Download Type Attributes. RFC 6407 §5.6.1. */
export const TEK_KEY_ATTRIBUTE = registry(
  "GDOI TEK Download Type Attributes",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    TEK_ALGORITHM_KEY: [1, "RFC 6407"],
    TEK_INTEGRITY_KEY: [2, "RFC 6407"],
    TEK_SOURCE_AUTH_KEY: [3, "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
