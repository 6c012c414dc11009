/** Attributes of a logical key hierarchy in GDOI. */
import { registry } from "../registry.ts"

/** GDOI LKH Download Type Attributes. RFC 6407 §5.6.3. */
export const LKH_ATTRIBUTE = registry(
  "GDOI LKH Download Type Attributes",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    LKH_DOWNLOAD_ARRAY: [1, "RFC 6407"],
    LKH_UPDATE_ARRAY: [2, "RFC 6407"],
    SIG_ALGORITHM_KEY: [3, "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
