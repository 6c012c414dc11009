/** AUTHENTICATION_FAILED and its relatives: who refused whom, what was presented, and what the checks say. RFC 7296 §2.21.2, RFC 2408 §3.14.1. */

import { NOTIFY as NOTIFY_V1, REFUSALS as REFUSALS_V1 } from "../../registry/ikev1/notify.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { isErrorType, NOTIFY } from "../../registry/ikev2/notify.ts"
import type { AuthMethod } from "../../track/auth-method.ts"
import { type IkeSa, proofCheck } from "../../track/ike-sa.ts"
import { isEapFailure, type Notice } from "../../track/notice.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import type { Say } from "./say.ts"
import { addressOf, sideName } from "./words.ts"

export function explainAuthentication(sa: IkeSa, say: Say): void {
  const eap = sa.notices.find(isEapFailure)
  if (eap) eapFailed(sa, say, eap)
  for (const notice of sa.notices) {
    // The client acknowledges the status with the same attribute.
    if (notice.kind === "xauth-failed" && notice.request) xauthFailed(sa, say, notice)
    // Who hears that EAP failed may answer that the authentication failed: one failure.
    else if (isRefusal(sa, notice) && !(eap && eap.frame <= notice.frame) && !unproven(sa, notice)) {
      if (isEapRefusal(sa, notice)) eapFailed(sa, say, notice)
      else refused(sa, say, notice)
    }
  }
}

/**
 * Whether a refusal is EAP's: EAP is under way. A client that answered no EAP request refuses the gateway's own authentication, which comes
 * with the first one. RFC 7296 §2.16.
 */
export const isEapRefusal = ({ v2 }: IkeSa, n: Notice): boolean =>
  v2 !== undefined && v2.eap !== null && !v2.eapSucceeded && (v2.eapAnswered || n.from === "responder")

/**
 * An error of the other side in IKE_AUTH that came without an AUTH of its own: who refuses it then misses that. RFC 7296 §2.21.2 has an error
 * that is no one of authentication stand beside AUTH.
 */
export const unproven = (sa: IkeSa, refusal: Pick<Notice, "from" | "frame">): Notice | undefined =>
  sa.version === 1 || sa.v2?.authenticated
    ? undefined
    : sa.notices.find(
        n =>
          n.encrypted &&
          n.from !== refusal.from &&
          n.frame < refusal.frame &&
          n.exchangeType === EXCHANGE.IKE_AUTH &&
          isErrorType(n.type) &&
          n.type !== NOTIFY.AUTHENTICATION_FAILED,
      )

function isRefusal(sa: IkeSa, n: Notice): boolean {
  if (sa.version === 2) return n.type === NOTIFY.AUTHENTICATION_FAILED
  const ofQuick = n.type === NOTIFY_V1.INVALID_ID_INFORMATION && sa.attempts.some(a => a.responseFrame === n.frame)
  return REFUSALS_V1.includes(n.type) && !ofQuick
}

function refused(sa: IkeSa, say: Say, notice: Notice): void {
  const side = otherSide(notice.from)
  const method = sa.auth[side] ?? sa.auth[notice.from]
  const who = `${addressOf(sa, notice.from)} answers ${notice.name} (frame ${notice.frame})`
  const presented = `${sideName(sa, side)}${method ? ` presented ${method.name}` : ""}`
  say(
    "authentication-failed",
    "error",
    notice,
    `${who}: ${presented}. ${evidence(sa, side, method, notice)}${forged(notice)}`,
  )
}

const forged = (n: Notice): string =>
  n.encrypted ? "" : "; the notification came unencrypted, so anybody on the path could have sent it"

/** IKEv1's keys come from the pre-shared key itself: where messages of both sides open under them, both have the same. RFC 2409 §5. */
export const sameKey = ({ version, exchanges }: IkeSa, refusal: Pick<Notice, "encrypted" | "from">): boolean =>
  version === 1 &&
  refusal.encrypted &&
  exchanges.some(x => x.messages.some(m => m.from !== refusal.from && m.encrypted && m.opened))

/** What the checks of that side's authentication add. */
function evidence(sa: IkeSa, side: Side, method: AuthMethod | null, notice: Notice): string {
  const check = proofCheck(sa, side)
  const psk = method?.isPsk ?? false
  if (sa.version === 1 && notice.type === NOTIFY_V1.INVALID_ID_INFORMATION && !notice.encrypted)
    return "It names the identity"
  if (sa.v2?.ppkId && check?.status !== "skipped")
    return "A PPK is part of AUTH, and its value under this PPK_ID may differ"
  if (check?.status === "fail")
    return psk
      ? "It does not match the pre-shared key given here either: the two ends have different keys, or use one for another identity"
      : `It does not verify here either: ${check.reason}`
  if (check?.status === "pass")
    return psk
      ? sameKey(sa, notice)
        ? "Both ends have the same pre-shared key, as both sides' messages open"
        : "It is right under the pre-shared key given here: the refusing side has another key, or no connection for these identities"
      : "Its signature holds"
  const why = check?.reason ? ` (${check.reason})` : ""
  return psk ? `Whether the keys differ cannot be told${why}` : `The authentication could not be checked${why}`
}

/** Whether the last method asked for is the one that the client refused. RFC 3748 §5.3.1. */
export const isNakOf = ({ v2 }: IkeSa): boolean => v2?.eapNak != null && v2.eapNak.refused === v2.eap

/** It is the user that EAP authenticates, whichever side ends it. */
function eapFailed(sa: IkeSa, say: Say, notice: Notice): void {
  const detail = notice.detail ? ` (${notice.detail})` : ""
  say(
    "eap-failed",
    "error",
    notice,
    `EAP of ${sideName(sa, "initiator")} fails: ${addressOf(sa, notice.from)} says ${notice.name}${detail} in frame ${notice.frame}; ${
      isNakOf(sa)
        ? "the client refused the method asked for (Nak): the two ends have none in common"
        : "user name, password or client certificate is wrong, or the authentication server refuses; its log says which"
    }`,
  )
}

function xauthFailed(sa: IkeSa, say: Say, notice: Notice): void {
  say(
    "xauth-failed",
    "error",
    notice,
    `${addressOf(sa, notice.from)} refuses XAUTH (status FAIL, frame ${notice.frame}): user name or password of ${notice.detail ?? sideName(sa, otherSide(notice.from))} is wrong, or the user may not connect`,
  )
}
