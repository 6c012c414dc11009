/** Types of the Configuration payload. */
import { registry } from "../registry.ts"

/** IKEv2 Configuration Payload CFG Types. RFC 7296 §3.15. */
export const CFG_TYPE = registry(
  "IKEv2 Configuration Payload CFG Types",
  {
    0: ["Reserved", "RFC 7296", "reserved"],
    1: ["CFG_REQUEST", "RFC 7296"],
    2: ["CFG_REPLY", "RFC 7296"],
    3: ["CFG_SET", "RFC 7296"],
    4: ["CFG_ACK", "RFC 7296"],
  },
  [[128, 255, "Private Use"]],
)
