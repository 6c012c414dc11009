/** Protocols of a GDOI SA TEK payload. */
import { registry } from "../registry.ts"

/** GDOI SA TEK Payload Protocol-IDs. RFC 6407 §5.4. */
export const SAT_PROTOCOL_ID = registry(
  "GDOI SA TEK Payload Protocol-IDs",
  {
    0: ["Reserved", "RFC 6407", "reserved"],
    1: ["GDOI_PROTO_IPSEC_ESP", "RFC 6407"],
    2: ["GDOI_PROTO_IPSEC_AH", "RFC 6407"],
  },
  [[128, 255, "Private Use"]],
)
