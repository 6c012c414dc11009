/** Types of the Attributes payload (Config Mode). */
import { registry } from "../registry.ts"

/** ISAKMP Configuration Method Types. draft-dukes-ike-mode-cfg §3.2. */
export const CFG_TYPE = registry(
  "ISAKMP Configuration Method Types",
  {
    0: ["Reserved", "draft-dukes-ike-mode-cfg", "reserved"],
    1: ["ISAKMP_CFG_REQUEST", "draft-dukes-ike-mode-cfg"],
    2: ["ISAKMP_CFG_REPLY", "draft-dukes-ike-mode-cfg"],
    3: ["ISAKMP_CFG_SET", "draft-dukes-ike-mode-cfg"],
    4: ["ISAKMP_CFG_ACK", "draft-dukes-ike-mode-cfg"],
  },
  [[128, 255, "Private Use"]],
)
