/** What a GDOI Key Download payload carries. */
import { registry } from "../registry.ts"

/** GDOI Key Download Types. RFC 6407 §5.6. */
export const KEY_DOWNLOAD_TYPE = registry(
  "GDOI Key Download Types",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["TEK", "RFC 6407"],
    2: ["KEK", "RFC 6407"],
    3: ["LKH", "RFC 6407"],
    4: ["SID", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
