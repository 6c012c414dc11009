/** IKE_AUTH without keys: an answer too small to hold an identity and AUTH refuses. RFC 7296 §1.2, §2.21.2, §3.14. */

import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import type { MessageRecord } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Say } from "./say.ts"
import { addressOf } from "./words.ts"

/** IKE header, generic header of SK. */
const HEADERS = 28 + 4
/** Generic header and shortest body of IDr and AUTH with some octets of each: 8 + 4 and 8 + 16. */
const SMALLEST_SUCCESS = 36

/**
 * An answer that holds IDr and AUTH, or IDr and EAP, takes more than one notification of 8 bytes. EAP messages behind the first are as
 * small, but a successful EAP ends with a large answer: a small last one, after which the SA goes on without IKE_AUTH, failed too.
 */
export function explainRefusedAuth(sa: IkeSa, say: Say): void {
  if (sa.version !== 2 || sa.state !== "established" || sa.attempts.length > 0) return
  const auths = sa.exchanges.filter(x => x.type === EXCHANGE_TYPE.IKE_AUTH)
  if (auths.length === 0) return
  const answer = auths[auths.length - 1].messages.find(m => !m.request)
  const inner = answer && clearBytes(sa, answer)
  if (!answer || answer.opened || answer.fragment || inner === undefined || inner > SMALLEST_SUCCESS - 8) return
  const later = sa.exchanges.filter(x => x.messages[0].frame > answer.frame)
  if (later.some(x => x.type !== EXCHANGE_TYPE.INFORMATIONAL) || (auths.length > 1 && later.length === 0)) return
  const means = auths.length > 1 ? "an EAP Failure or an error" : "an error notification"
  const follows = later.length === 0 ? "nothing follows" : "only INFORMATIONAL follows"
  say(
    "ike-auth-refused",
    "warning",
    answer,
    `${addressOf(sa, "responder")} answers IKE_AUTH in frame ${answer.frame} with ${inner} bytes of ciphertext, room for ${means} and not for an identity and AUTH, and ${follows}: most likely AUTHENTICATION_FAILED; keys would tell (--keys)`,
  )
}

/** Bytes of ciphertext in the SK payload, padding included; undefined when the suite is not known. */
function clearBytes(sa: IkeSa, m: MessageRecord): number | undefined {
  const { encr, integ } = sa.choice ?? {}
  if (!encr || !m.encrypted || (!encr.aead && !integ)) return undefined
  return m.bytes - HEADERS - encr.ivBytes - (encr.aead ? encr.icvBytes : (integ?.icvBytes ?? 0))
}
