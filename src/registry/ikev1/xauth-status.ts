/** Outcome of extended authentication. */
import { registry } from "../registry.ts"

/** XAUTH_STATUS values. draft-beaulieu-ike-xauth §6.2. */
export const XAUTH_STATUS = registry("XAUTH Status", {
  0: ["Fail", "draft-beaulieu-ike-xauth"],
  1: ["Success", "draft-beaulieu-ike-xauth"],
})
