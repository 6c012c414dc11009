/** Types of extended authentication. */
import { registry } from "../registry.ts"

/** XAUTH_TYPE values. draft-beaulieu-ike-xauth §6.2. */
export const XAUTH_TYPE = registry(
  "XAUTH Types",
  {
    GENERIC: [0, "draft-beaulieu-ike-xauth", { name: "Generic" }],
    RADIUS_CHAP: [1, "draft-beaulieu-ike-xauth", { name: "RADIUS-CHAP" }],
    OTP: [2, "draft-beaulieu-ike-xauth"],
    S_KEY: [3, "draft-beaulieu-ike-xauth", { name: "S/KEY" }],
  },
  [[32768, 65535, "Private Use"]],
)
