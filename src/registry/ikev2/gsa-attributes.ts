/** Attributes of a group security association policy. */
import { registry } from "../registry.ts"

/** GSA Attributes. RFC 9838 §4.4.2.2. */
export const GSA_ATTRIBUTE = registry(
  "GSA Attributes",
  {
    0: ["Reserved", "RFC 9838", "reserved"],
    1: ["GSA_KEY_LIFETIME", "RFC 9838"],
    2: ["GSA_INITIAL_MESSAGE_ID", "RFC 9838"],
    3: ["GSA_NEXT_SPI", "RFC 9838"],
  },
  [[16384, 32767, "Private Use"]],
)
