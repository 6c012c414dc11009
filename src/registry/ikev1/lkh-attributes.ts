/** Attributes of a logical key hierarchy in GDOI. */
import { registry } from "../registry.ts"

/** GDOI LKH Download Type Attributes. RFC 6407 §5.6.3. */
export const LKH_ATTRIBUTE = registry(
  "GDOI LKH Download Type Attributes",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["LKH_DOWNLOAD_ARRAY", "RFC 6407"],
    2: ["LKH_UPDATE_ARRAY", "RFC 6407"],
    3: ["SIG_ALGORITHM_KEY", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
