/** Values of the GDOI attribute KEK_ALGORITHM. */
import { registry } from "../registry.ts"

/** GDOI KEK_ALGORITHM Values. RFC 6407 §5.3.3. */
export const KEK_ALGORITHM = registry(
  "GDOI KEK_ALGORITHM Values",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["KEK_ALG_DES", "RFC 6407"],
    2: ["KEK_ALG_3DES", "RFC 6407"],
    3: ["KEK_ALG_AES", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
