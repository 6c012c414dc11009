/** Attributes of a GDOI Group Associated Policy payload. */
import { registry } from "../registry.ts"

/** GDOI Group Associated Policy Attributes. RFC 6407 §5.5. */
export const GAP_ATTRIBUTE = registry(
  "GDOI Group Associated Policy Attributes",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    ACTIVATION_TIME_DELAY: [1, "RFC 6407"],
    DEACTIVATION_TIME_DELAY: [2, "RFC 6407"],
    SENDER_ID_REQUEST: [3, "RFC 6407"],
  },
  [[16384, 32767, "Private Use"]],
)
