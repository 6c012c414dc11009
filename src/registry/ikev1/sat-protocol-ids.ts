/** Protocols of a GDOI SA TEK payload. */
import { registry } from "../registry.ts"

/** GDOI SA TEK Payload Protocol-IDs. RFC 6407 §5.4. */
export const SAT_PROTOCOL_ID = registry(
  "GDOI SA TEK Payload Protocol-IDs",
  {
    RESERVED: [0, "RFC 6407", { name: "Reserved", status: "reserved" }],
    GDOI_PROTO_IPSEC_ESP: [1, "RFC 6407"],
    GDOI_PROTO_IPSEC_AH: [2, "RFC 6407"],
    GDOI_PROTO_IEC_61850: [3, "RFC 8052"],
  },
  [[128, 255, "Private Use"]],
)
