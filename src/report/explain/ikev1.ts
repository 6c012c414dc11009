/** What a phase 1 of IKEv1 shows from outside: a wrong pre-shared key, Aggressive Mode with one. RFC 2409 §5, RFC 2408 §5. */

import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { type Exchange, isCopy, type MessageRecord, sendingsOf } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import type { Say } from "./say.ts"
import { isBlocked, NAT_T_PORT, portOf } from "./silence.ts"
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
  // What goes on was authenticated: the capture lacks the end of phase 1.
  if (goesOn(sa)) return
  const psk = isPsk(sa)
  const sent = sendingsOf(main, fifth)
  const later = sa.exchanges
    .filter(x => x.type === EXCHANGE_V1.INFORMATIONAL)
    .flatMap(x => x.messages.filter(m => m.from !== fifth.from && m.frame > fifth.frame && !isCopy(x, m)))
  const answers = sent.some(m => isPrompt(m, later[0])) ? later : []
  if (answers.length === 0 && (sent.length < 2 || isBlocked(sa, "responder", fifth.frame))) return
  const responder = addressOf(sa, "responder")
  const names = [...new Set(answers.flatMap(m => m.notifies))]
  // It knows no SA with these cookies: of the key that says nothing.
  if (names.includes("INVALID-COOKIE")) return
  const said = names.length > 0 ? `: ${names.join(", ")}` : ""
  const how =
    answers.length > 0
      ? `answered by ${plural(answers.length, "Informational message")} (${framesText(answers.map(m => m.frame))}${said}) instead of message 6`
      : "never answered by message 6"
  const reading = psk ? readingOf(sa, { message: fifth, repeats: sent.slice(1), answers }) : undefined
  const cause =
    reading === "unknown"
      ? `${responder} refuses the identity or the method, or cannot read it, as the pre-shared keys differ: its log says which`
      : reading === "read"
        ? `${responder} could read it, most likely, so the pre-shared keys agree`
        : psk
          ? `${responder} could not read it, which is what two different pre-shared keys look like`
          : `${responder} refuses the authentication`
  say(
    reading === "unread" ? "ikev1-psk-mismatch" : "ikev1-authentication-refused",
    answers.length > 0 ? "error" : "warning",
    fifth,
    `Main Mode message 5 (${framesText(sent.map(m => m.frame))}${sent.length > 1 ? `, sent after ${timetable(sent.map(m => m.time))}` : ""}) was ${how}: ${cause}`,
  )
}

const goesOn = (sa: IkeSa): boolean =>
  sa.exchanges.some(x => x.type === EXCHANGE_V1.QUICK_MODE || x.type === EXCHANGE_V1.TRANSACTION)

/** Seconds in which a refusal comes: what comes later is about something else. */
const PROMPT = 2

/** Whether a message comes soon enough to answer another. */
export function isPrompt(asked: Pick<MessageRecord, "frame" | "time">, answer: MessageRecord | undefined): boolean {
  return answer !== undefined && asked.frame < answer.frame && secondsBetween(asked.time, answer.time) < PROMPT
}

/** Whether the responder could read message 5 by what it does then. */
type Reading = "read" | "unread" | "unknown"

/** A message with what was sent again of it, and what answers it. */
interface Asked {
  readonly message: MessageRecord
  readonly repeats: readonly MessageRecord[]
  readonly answers: readonly MessageRecord[]
}

/**
 * Messages of both sides open: it was read. Else: a responder that follows to the port that message 5 came on has read it, and so has one
 * that answers the first sending alone; who cannot read it answers each sending alike. Who waits on, sending message 4 again, may do either.
 */
export function readingOf(sa: IkeSa, { message, repeats, answers }: Asked): Reading {
  const [answer] = answers
  if (!answer?.encrypted) return "unread"
  if (message.opened) return answers.some(a => a.encrypted && a.opened) ? "read" : "unread"
  if (answers.some(a => a.opened)) return "unread"
  const port = (frame: number) => portOf(sa, answer.from, frame)
  if (port(0) !== NAT_T_PORT && port(message.frame) === NAT_T_PORT && port(answer.frame) === NAT_T_PORT) return "read"
  const later = repeats.filter(r => r.frame > answer.frame).length
  if (answers.length === 1 && (repeats.length === 0 || later >= ENOUGH)) return "read"
  const exchange = sa.exchanges.find(x => x.messages.includes(message))
  const waits = exchange?.messages.some(
    m => m.from === answer.from && m.retransmissionOf !== null && m.frame > answer.frame && !isCopy(exchange, m),
  )
  return waits ? "unknown" : "unread"
}

/** Sendings that somebody who answers each would not all leave unanswered. */
const ENOUGH = 2

const isIdentity = (name: string): boolean => name.replaceAll("_", "-") === "INVALID-ID-INFORMATION"

/** After message 2 the initiator holds HASH_R or SIG_R: if it does not fit, an Informational comes instead of message 3. */
function explainAggressiveRefusal(sa: IkeSa, say: Say, aggressive: Exchange, answer: MessageRecord): void {
  const refusal = sa.exchanges
    .filter(x => x.type === EXCHANGE_V1.INFORMATIONAL)
    .flatMap(x => x.messages)
    .find(m => m.from === aggressive.startedBy && m.frame > answer.frame)
  // What names the identity is reported as a refusal of it (authentication.ts).
  if (aggressive.complete || !refusal || refusal.notifies.some(isIdentity) || goesOn(sa) || !isPrompt(answer, refusal))
    return
  const said = refusal.notifies.length > 0 ? ` with ${refusal.notifies.join(", ")}` : ""
  const psk = isPsk(sa)
  say(
    psk ? "ikev1-psk-mismatch" : "ikev1-authentication-refused",
    "error",
    refusal,
    `${addressOf(sa, "initiator")} answers Aggressive Mode message 2 (frame ${answer.frame}) with an Informational message${said} (frame ${refusal.frame}) instead of message 3: ${
      psk ? "HASH_R does not fit its pre-shared key" : "it refuses the responder's authentication"
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
    `Aggressive Mode with a pre-shared key: frame ${answer.frame} carries HASH_R in the clear, so anyone with this capture can try passwords offline; use Main Mode, certificates or IKEv2`,
  )
}

/** Whether phase 1 authenticates by a pre-shared key. */
export const isPsk = ({ auth }: IkeSa): boolean => auth.initiator?.isPsk ?? false
