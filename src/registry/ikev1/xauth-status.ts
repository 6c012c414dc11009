/** Outcome of extended authentication. */
import { registry } from "../registry.ts"

/** XAUTH_STATUS values. draft-beaulieu-ike-xauth §6.2. */
export const XAUTH_STATUS = registry("XAUTH Status", {
  FAIL: [0, "draft-beaulieu-ike-xauth", { name: "Fail" }],
  SUCCESS: [1, "draft-beaulieu-ike-xauth", { name: "Success" }],
})
