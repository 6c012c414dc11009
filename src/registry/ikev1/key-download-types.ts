/** What a GDOI Key Download payload carries. */
import { registry } from "../registry.ts"

/** GDOI Key Download Types. RFC 6407 §5.6. */
export const KEY_DOWNLOAD_TYPE = registry(
  "GDOI Key Download Types",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    TEK: [1, "RFC 6407"],
    KEK: [2, "RFC 6407"],
    LKH: [3, "RFC 6407"],
    SID: [4, "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
