/** Types of the Attributes payload (Config Mode). */
import { registry } from "../registry.ts"

/** ISAKMP Configuration Method Types. draft-dukes-ike-mode-cfg §3.2. */
export const CFG_TYPE = registry(
  "ISAKMP Configuration Method Types",
  {
    RESERVED: [0, "draft-dukes-ike-mode-cfg", { name: "Reserved", status: "reserved" }],
    ISAKMP_CFG_REQUEST: [1, "draft-dukes-ike-mode-cfg"],
    ISAKMP_CFG_REPLY: [2, "draft-dukes-ike-mode-cfg"],
    ISAKMP_CFG_SET: [3, "draft-dukes-ike-mode-cfg"],
    ISAKMP_CFG_ACK: [4, "draft-dukes-ike-mode-cfg"],
  },
  [[128, 255, "Private Use"]],
)
