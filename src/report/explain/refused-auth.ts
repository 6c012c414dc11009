/** IKE_AUTH without keys: an answer too small to hold an identity and AUTH refuses. RFC 7296 §1.2, §2.21.2, §3.14. */
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Say } from "./say.ts"
import { addressOf, plural } from "./words.ts"

export function explainRefusedAuth(sa: IkeSa, say: Say): void {
  const { smallAnswer } = sa.facts
  if (!smallAnswer) return
  const { record, clearBytes, afterEap, goesOn } = smallAnswer
  const means = afterEap ? "an EAP Failure or an error" : "an error notification"
  const follows = goesOn ? "only INFORMATIONAL follows" : "nothing follows"
  say(
    "ike-auth-refused",
    "warning",
    record,
    `${addressOf(sa, "responder")} answers IKE_AUTH in frame ${record.frame} with ${plural(clearBytes, "byte")} of ciphertext, room for ${means} and not for an identity and AUTH, and ${follows}: most likely AUTHENTICATION_FAILED`,
  )
}
