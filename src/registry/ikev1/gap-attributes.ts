/** Attributes of a GDOI Group Associated Policy payload. */
import { registry } from "../registry.ts"

/** GDOI Group Associated Policy Attributes. RFC 6407 §5.5. */
export const GAP_ATTRIBUTE = registry(
  "GDOI Group Associated Policy Attributes",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["ACTIVATION_TIME_DELAY", "RFC 6407"],
    2: ["DEACTIVATION_TIME_DELAY", "RFC 6407"],
    3: ["SENDER_ID_REQUEST", "RFC 6407"],
  },
  [[16384, 32767, "Private Use"]],
)
