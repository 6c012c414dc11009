/** What a phase 1 of IKEv1 shows from outside: a wrong pre-shared key, Aggressive Mode with one. RFC 2409 §5, RFC 2408 §5. */

import { AUTH_METHOD } from "../../registry/ikev1/auth-methods.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { type Exchange, type MessageRecord, sendingsOf } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { isPskMethod } from "../../track/v1-methods.ts"
import { v1StateOf } from "../../track/v1-state.ts"
import type { Say } from "./say.ts"
import { isBlocked } from "./silence.ts"
import { addressOf, framesText, plural, timetable } from "./words.ts"

/** Pre-shared key, and XAUTH with one by either side. RFC 2409 App. A, draft-beaulieu-ike-xauth §7.2. */

export function explainIkev1(sa: IkeSa, say: Say): void {
  if (sa.version !== 1) return
  const main = sa.exchanges.find(x => x.type === EXCHANGE_V1.MAIN_MODE)
  if (main) explainMain(sa, say, main)
  explainAggressive(sa, say)
}

/** Message 5 is the first one encrypted: a responder with another key cannot read it, and says so or stays silent. */
function explainMain(sa: IkeSa, say: Say, main: Exchange): void {
  const distinct = main.messages.filter(m => m.retransmissionOf === null && !m.fragment)
  const fifth = main.complete ? undefined : distinct[4]
  if (!fifth || distinct.length > 5) return
  const psk = isPsk(sa)
  const sent = sendingsOf(main, fifth)
  const answers = sa.exchanges
    .filter(x => x.type === EXCHANGE_V1.INFORMATIONAL)
    .flatMap(x => x.messages.filter(m => m.from !== fifth.from && m.frame > fifth.frame))
  if (answers.length === 0 && (sent.length < 2 || isBlocked(sa, "responder", fifth.frame))) return
  const responder = addressOf(sa, "responder")
  const how =
    answers.length > 0
      ? `answered by ${plural(answers.length, "Informational message")} (${framesText(answers.map(m => m.frame))}) instead of message 6`
      : "never answered by message 6"
  const names = [...new Set(answers.flatMap(m => m.notifies))]
  const said = names.length > 0 ? ` with ${names.join(", ")}` : ""
  const read = psk && isRead(fifth, sent, answers)
  const cause = read
    ? `${responder} could read it, most likely, so the pre-shared keys agree: compare the identities, Main or Aggressive Mode, and XAUTH on both ends`
    : psk
      ? `${responder} could not read it, which is what two different pre-shared keys look like: compare the key for ${addressOf(sa, "initiator")} on both ends, and which key the responder picks by address`
      : `${responder} refuses the authentication: compare identities and certificates of both ends`
  say(
    psk && !read ? "ikev1-psk-mismatch" : "ikev1-authentication-refused",
    answers.length > 0 ? "error" : "warning",
    fifth,
    `Main Mode message 5 (${framesText(sent.map(m => m.frame))}, sent after ${timetable(sent.map(m => m.time))}) was ${how}${said}: ${cause}`,
  )
}

/** Whether the responder could read message 5: messages of both sides open, or the initiator takes its answer for one and stops. */
function isRead(fifth: MessageRecord, sent: readonly MessageRecord[], answers: readonly MessageRecord[]): boolean {
  const [answer] = answers
  if (!answer?.encrypted) return false
  return fifth.opened ? answers.some(a => a.opened) : !answer.opened && sent.length === 1 && answers.length === 1
}

/** After message 2 the initiator holds HASH_R or SIG_R: if it does not fit, an Informational comes instead of message 3. */
function explainAggressiveRefusal(sa: IkeSa, say: Say, aggressive: Exchange, answer: MessageRecord): void {
  const refusal = sa.exchanges
    .filter(x => x.type === EXCHANGE_V1.INFORMATIONAL)
    .flatMap(x => x.messages)
    .find(m => m.from === aggressive.startedBy && m.frame > answer.frame)
  if (aggressive.complete || !refusal) return
  const said = refusal.notifies.length > 0 ? ` with ${refusal.notifies.join(", ")}` : ""
  const psk = isPsk(sa)
  say(
    psk ? "ikev1-psk-mismatch" : "ikev1-authentication-refused",
    "error",
    refusal,
    `${addressOf(sa, "initiator")} answers Aggressive Mode message 2 (frame ${answer.frame}) with an Informational message${said} (frame ${refusal.frame}) instead of message 3: ${
      psk
        ? "HASH_R does not fit its pre-shared key; compare the keys of both ends"
        : "it refuses the responder's authentication; compare identities and certificates"
    }`,
  )
}

function explainAggressive(sa: IkeSa, say: Say): void {
  const aggressive = sa.exchanges.find(x => x.type === EXCHANGE_V1.AGGRESSIVE)
  const answer = aggressive?.messages.find(m => !m.request)
  if (aggressive && answer) explainAggressiveRefusal(sa, say, aggressive, answer)
  if (!aggressive || !answer || !isPsk(sa)) return
  say(
    "aggressive-psk",
    "warning",
    answer,
    `Aggressive Mode with a pre-shared key: frame ${answer.frame} carries HASH_R in the clear, so whoever has this capture can try passwords offline; use Main Mode, certificates or IKEv2`,
  )
}

/** Whether phase 1 authenticates by a pre-shared key. */
export function isPsk(sa: IkeSa): boolean {
  const method = v1StateOf(sa).answer?.authMethod
  if (method !== undefined) return isPskMethod(method)
  return sa.auth.initiator !== null && isPskMethod(AUTH_METHOD.value(sa.auth.initiator))
}
