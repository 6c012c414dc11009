/** strongSwan's mediation extension, draft-brunner-ikev2-mediation: the checks by which two peers behind NATs look for a path. */
import type { IkeSa } from "../../track/ike-sa.ts"

/** Connectivity checks go in the clear, under SPIs of their own, and each proves itself by this notification. */
export const PATH_CHECK_PROOF = "ME_CONNECTAUTH"

/** Whether this is no IKE SA but checks of a path. */
export const isPathCheck = (sa: IkeSa): boolean =>
  sa.version === 2 &&
  sa.exchanges.length > 0 &&
  sa.exchanges.every(x => x.messages.every(m => !m.encrypted && m.notifies.includes(PATH_CHECK_PROOF)))
