/** Attributes of a group security association policy. */
import { registry } from "../registry.ts"

/** GSA Attributes. RFC 9838 §4.4.2.2. */
export const GSA_ATTRIBUTE = registry(
  "GSA Attributes",
  {
    RESERVED: [0, "RFC 9838", { name: "Reserved", status: "reserved" }],
    GSA_KEY_LIFETIME: [1, "RFC 9838"],
    GSA_INITIAL_MESSAGE_ID: [2, "RFC 9838"],
    GSA_NEXT_SPI: [3, "RFC 9838"],
  },
  [[16384, 32767, "Private Use"]],
)
