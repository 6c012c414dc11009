/** Types of the Configuration payload. */
import { registry } from "../registry.ts"

/** IKEv2 Configuration Payload CFG Types. RFC 7296 §3.15. */
export const CFG_TYPE = registry(
  "IKEv2 Configuration Payload CFG Types",
  {
    RESERVED: [0, "RFC 7296", { name: "Reserved", status: "reserved" }],
    CFG_REQUEST: [1, "RFC 7296"],
    CFG_REPLY: [2, "RFC 7296"],
    CFG_SET: [3, "RFC 7296"],
    CFG_ACK: [4, "RFC 7296"],
  },
  [[128, 255, "Private Use"]],
)
