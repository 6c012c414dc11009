/**
 * Messages that an SA has nothing to do with although they bear its SPIs: the first exchange is in the clear, errors may be, and anyone who
 * sees or guesses the SPIs can add to them. RFC 7296 §2.21, §5 ("unauthenticated messages"), RFC 2408 §5.15.
 */
import { EXCHANGE_TYPE } from "../registry/ikev1/exchange-types.ts"
import { NOTIFY as NOTIFY_V1 } from "../registry/ikev1/notify.ts"
import { NOTIFY } from "../registry/ikev2/notify.ts"
import { isFirstExchangeType } from "../track/beginning.ts"
import { isProof } from "../track/check-ids.ts"
import type { Exchange, MessageRecord } from "../track/exchange.ts"
import { addFinding } from "../track/finding.ts"
import type { Check, IkeSa } from "../track/ike-sa.ts"
import type { Notice } from "../track/notice.ts"
import { bothSealed } from "./outcome.ts"

/** Answers to which the initiator sends its request anew. RFC 7296 §1.2, §2.6, RFC 5685 §3. */
const RESTARTS: readonly string[] = ["COOKIE", "INVALID_KE_PAYLOAD", "REDIRECT"]
/** Errors in the clear by which a peer says that it has lost the IKE SA, or a data SA: evidence, if no proof. RFC 7296 §2.21.4, §1.5. */
const LOST_IKE = { 1: NOTIFY_V1.INVALID_COOKIE, 2: NOTIFY.INVALID_IKE_SPI } as const
const LOST_DATA = { 1: NOTIFY_V1.INVALID_SPI, 2: NOTIFY.INVALID_SPI } as const
/** Messages named of one SA. */
const MAX_REPORTED = 8

export function noteStrays(sa: IkeSa): void {
  if (sa.version === 2) noteStrayInits(sa)
  else noteStrayPhase1(sa)
  if (bothSealed(sa.facts)) noteStrayNotices(sa)
  else noteUnauthenticated(sa)
}

/** First requests and answers beside those that the SA was made from. */
function noteStrayInits(sa: IkeSa): void {
  const { agreed } = sa.facts
  if (!agreed) return
  const strays = sa.exchanges.filter(x => isFirstExchangeType(2, x.type)).flatMap(x => straysOf(x, agreed))
  const proved = sa.epochs.length > 0
  for (const m of strays.slice(0, MAX_REPORTED)) {
    const what = m.request ? "another first request" : "another answer to the first request"
    const chosen = m.request ? `frame ${agreed.request}` : `frame ${agreed.response}`
    const text = proved
      ? `frame ${m.frame} is ${what}, with other content than ${chosen}: it is not part of the SA that came up, so it is late, duplicated, or forged`
      : `frame ${m.frame} is ${what}, with other content than ${chosen}: at most one of the two is part of the SA that came up, the other is late, duplicated, or forged; keys would tell (--keys)`
    addFinding(sa, "stray-first-message", "warning", m, text)
  }
}

/** Messages of phase 1 with a key exchange beside those that the SA was made from. */
function noteStrayPhase1(sa: IkeSa): void {
  noteOtherAnswers(sa)
  const { ke } = sa.v1 ?? {}
  if (!ke) return
  // Aggressive Mode proves the pair of messages in the clear too.
  const proved = sa.epochs.some(e => e.values.skeyid) || sa.checks.some(c => c.status === "pass" && isProof(c))
  const strays = new Set<number>()
  for (const x of sa.exchanges.filter(e => isFirstExchangeType(1, e.type)))
    for (const m of x.messages) {
      const used = ke[m.from]
      if (!used || m.encrypted || m.frame === used.frame || m.retransmissionOf !== null) continue
      if (!m.payloads.includes("KE") || !m.payloads.includes("NONCE")) continue
      strays.add(m.frame)
      if (strays.size > MAX_REPORTED) continue
      const text = `frame ${m.frame} is another message of the ${m.from} with a key exchange, with other content than frame ${used.frame}: `
      const why = proved
        ? "it is not part of the SA that came up, so it is late, duplicated, or forged"
        : "at most one of the two is part of the SA that came up, the other is late, duplicated, or forged; keys would tell (--keys)"
      addFinding(sa, "stray-first-message", "warning", m, text + why)
    }
  if (proved && strays.size > 0) forgive(sa, strays)
}

/** More answers than one to the first message of Main Mode, under one cookie or several. RFC 2408 §2.5.3. */
function noteOtherAnswers(sa: IkeSa): void {
  const answers = sa.exchanges
    .filter(e => e.type === EXCHANGE_TYPE.MAIN_MODE)
    .flatMap(e => e.messages)
    .filter(m => m.from === "responder" && !m.encrypted && m.retransmissionOf === null && isAnswer(m))
  for (const m of answers.slice(1, 1 + MAX_REPORTED))
    addFinding(
      sa,
      "stray-first-message",
      "warning",
      m,
      `frame ${m.frame} is another answer to the first message, with other content than frame ${answers[0].frame}: at most one of the two is part of the SA, so there are two responders, or the other is late, duplicated, or forged`,
    )
}

const isAnswer = ({ payloads }: MessageRecord): boolean => payloads.includes("SA") && !payloads.includes("KE")

/** A proof that does not hold in a message which is no part of the SA is no failure of the SA. */
function forgive(sa: IkeSa, strays: ReadonlySet<number>): void {
  const reason = "the message is no part of the SA that came up"
  const isStray = ({ id, frame, status }: Check) =>
    status === "fail" && frame !== null && strays.has(frame) && isProof({ id })
  sa.checks = sa.checks.map(c => (isStray(c) ? { ...c, status: "skipped", reason } : c))
}

function straysOf(
  exchange: Exchange,
  agreed: { readonly request: number; readonly response: number },
): MessageRecord[] {
  const others = exchange.messages.filter(
    m => m.retransmissionOf === null && m.frame !== agreed.request && m.frame !== agreed.response,
  )
  if (others.length === 0) return others
  const restarts = (m: MessageRecord) => !m.request && m.notifies.some(n => RESTARTS.includes(n))
  const restarted = exchange.messages.some(restarts)
  return others.filter(m => (m.request ? !restarted : !restarts(m)))
}

/** Errors in the clear in an SA whose both ends had keys: they change nothing, and explain nothing. */
function noteStrayNotices(sa: IkeSa): void {
  const strays = sa.notices.filter(n => isStray(sa, n))
  if (strays.length === 0) return
  sa.notices = sa.notices.filter(n => !strays.includes(n))
  sa.strayNotices = [...sa.strayNotices, ...strays]
  for (const n of strays.slice(0, MAX_REPORTED))
    addFinding(
      sa,
      "unauthenticated-error",
      "warning",
      n,
      `${n.name} in frame ${n.frame} came in the clear, so anybody can have sent it, and the SA went on with encrypted messages of both ends: it counts for nothing`,
    )
}

function isStray({ version, facts: { agreed }, exchanges }: IkeSa, n: Notice): boolean {
  if (n.encrypted || n.type === LOST_DATA[version]) return false
  // Who has lost the IKE SA cannot speak under its keys any more.
  if (n.type === LOST_IKE[version])
    return exchanges.some(x => x.messages.some(m => m.from === n.from && m.frame > n.frame && m.encrypted))
  // Before its good answer an IKE_SA_INIT may have had others: COOKIE, INVALID_KE_PAYLOAD.
  return version === 1 || !isFirstExchangeType(2, n.exchangeType) || (agreed !== null && n.frame > agreed.response)
}

/** An error in the clear that is the likely reason why an SA, of which more was agreed already, did not come up. */
function noteUnauthenticated(sa: IkeSa): void {
  const { refusal } = sa.facts
  if (sa.state !== "failed" || !refusal || refusal.authenticated || sa.choice === null) return
  addFinding(
    sa,
    "unauthenticated-error",
    "info",
    refusal,
    `the error in frame ${refusal.frame} came in the clear, so anybody can have sent it: it is the likely reason, not a proved one`,
  )
}
