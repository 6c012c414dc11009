/** Attributes of a GDOI SA KEK payload. */
import { registry } from "../registry.ts"

/** GDOI SA KEK Payload KEK Attributes. RFC 6407 §5.3. */
export const KEK_ATTRIBUTE = registry(
  "GDOI SA KEK Payload KEK Attributes",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    KEK_MANAGEMENT_ALGORITHM: [1, "RFC 3547"],
    KEK_ALGORITHM: [2, "RFC 6407"],
    KEK_KEY_LENGTH: [3, "RFC 6407"],
    KEK_KEY_LIFETIME: [4, "RFC 6407"],
    SIG_HASH_ALGORITHM: [5, "RFC 6407"],
    SIG_ALGORITHM: [6, "RFC 6407"],
    SIG_KEY_LENGTH: [7, "RFC 6407"],
    KE_OAKLEY_GROUP: [8, "RFC 6407"],
    KEK_ACK_REQUESTED: [9, "RFC 8263"],
  },
  [[128, 255, "Private Use"]],
)
