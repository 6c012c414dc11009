/** INVALID_KE_PAYLOAD: a wrong guess of the group, corrected or going round in circles. RFC 7296 §1.2, §1.3. */

import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import { KE_METHOD } from "../../registry/ikev2/ke-methods.ts"
import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { asksForSent, type Notice, refusesEarlier } from "../../track/notice.ts"
import { otherSide } from "../../track/peer.ts"
import type { Say } from "./say.ts"
import { addressOf, framesText, listText } from "./words.ts"

/** So many refusals in one SA are a loop. */
const LOOP = 3

export function explainKeyExchange(sa: IkeSa, say: Say): void {
  if (sa.version !== 2 || sa.notices.length === 0) return
  const all = sa.notices.filter(n => n.type === NOTIFY.INVALID_KE_PAYLOAD)
  const init = all.filter(n => n.exchangeType === EXCHANGE_TYPE.IKE_SA_INIT)
  const ofNewest = init.filter(n => !refusesEarlier(n))
  if (init.length > 0) explainInit(sa, say, ofNewest.length > 0 ? ofNewest : init)
  for (const notice of all) if (notice.exchangeType === EXCHANGE_TYPE.CREATE_CHILD_SA) explainChild(sa, say, notice)
}

function explainInit(sa: IkeSa, say: Say, notices: readonly Notice[]): void {
  const last = notices[notices.length - 1]
  const asker = addressOf(sa, "initiator")
  const groups = [...new Set(notices.map(n => n.detail ?? "no group"))]
  const offered = new Set(sa.offered.flatMap(o => o.ke))
  const wanted = groupOf(last)
  if (wanted !== null && offered.size > 0 && !offered.has(wanted))
    say(
      "ke-group-not-offered",
      sa.choice === null ? "error" : "warning",
      last,
      `${addressOf(sa, "responder")} asks for ${wanted} in frame ${last.frame}, which ${asker} did not offer (${listText([...offered])}): ${
        sa.choice === null
          ? "the responder must name a group of the offer, or answer NO_PROPOSAL_CHOSEN"
          : "it came unencrypted, so anybody on the path could have sent it, and the SA went on"
      }`,
    )
  else if (asksForSent(last))
    say(
      "invalid-ke-payload",
      sa.choice === null ? "error" : "info",
      last,
      `${addressOf(sa, "responder")} asks for ${last.detail} in frame ${last.frame}: it errs, or somebody else sent this in the clear${sa.choice === null ? "" : "; the SA went on"}`,
    )
  else if (notices.length >= LOOP || (notices.length > 1 && sa.choice === null))
    say(
      "invalid-ke-loop",
      "error",
      last,
      `INVALID_KE_PAYLOAD was answered ${notices.length} times (${framesText(notices.map(n => n.frame))}), asking for ${groups.join(", then ")}: ${asker} does not send the group asked for, or the two never agree; set one common group on both ends`,
    )
  else if (sa.choice === null) {
    // Each request is an exchange of its own.
    const newest = sa.exchanges.findLast(x => x.type === EXCHANGE_TYPE.IKE_SA_INIT)?.messages.find(m => m.request)
    const again = newest && (refusesEarlier(last) || newest.frame > last.frame)
    say(
      "invalid-ke-payload",
      again ? "info" : "error",
      last,
      `${addressOf(sa, "responder")} asks for ${last.detail ?? "another group"} in frame ${last.frame}${
        again
          ? `; ${asker} asks anew in frame ${newest.frame}`
          : `, and no request with it follows in this SA: ${asker} begins anew, or lacks that group`
      }`,
    )
  } else
    say(
      "invalid-ke-payload",
      "info",
      last,
      `${addressOf(sa, "responder")} wanted ${last.detail ?? "another group"} (frame ${last.frame}) and got it in the next request: one round trip more; put that group first on ${asker} to save it`,
    )
}

function explainChild(sa: IkeSa, say: Say, notice: Notice): void {
  const later = sa.attempts.find(
    a => a.requestFrame > notice.frame && a.answered !== null && a.startedBy === otherSide(notice.from),
  )
  const who = addressOf(sa, notice.from)
  say(
    "invalid-ke-payload",
    later ? "info" : "error",
    notice,
    asksForSent(notice)
      ? `${who} refuses the group in CREATE_CHILD_SA ${notice.messageId} (frame ${notice.frame}) and asks for it: it wants ${notice.detail}; it errs${later ? `; frame ${later.requestFrame} asks again and succeeds` : ""}`
      : later
        ? `${who} wanted ${notice.detail ?? "another group"} in CREATE_CHILD_SA ${notice.messageId} (frame ${notice.frame}); frame ${later.requestFrame} asks again and succeeds`
        : `${who} refuses the group in CREATE_CHILD_SA ${notice.messageId} (frame ${notice.frame}) and wants ${notice.detail ?? "another"}; no request with it succeeds: the PFS groups of the two ends differ`,
  )
}

/** The group that the notification names, by its report name. */
const groupOf = (n: Notice): string | null =>
  n.data.length >= 2 ? KE_METHOD.alias((n.data[0] << 8) | n.data[1]) : null
