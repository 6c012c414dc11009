/** Types of extended authentication. */
import { registry } from "../registry.ts"

/** XAUTH_TYPE values. draft-beaulieu-ike-xauth §6.2. */
export const XAUTH_TYPE = registry(
  "XAUTH Types",
  {
    0: ["Generic", "draft-beaulieu-ike-xauth"],
    1: ["RADIUS-CHAP", "draft-beaulieu-ike-xauth"],
    2: ["OTP", "draft-beaulieu-ike-xauth"],
    3: ["S/KEY", "draft-beaulieu-ike-xauth"],
  },
  [[32768, 65535, "Private Use"]],
)
