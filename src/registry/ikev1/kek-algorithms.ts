/** Values of the GDOI attribute KEK_ALGORITHM. */
import { registry } from "../registry.ts"

/** GDOI KEK_ALGORITHM Values. RFC 6407 §5.3.3. */
export const KEK_ALGORITHM = registry(
  "GDOI KEK_ALGORITHM Values",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    KEK_ALG_DES: [1, "RFC 6407"],
    KEK_ALG_3DES: [2, "RFC 6407"],
    KEK_ALG_AES: [3, "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
