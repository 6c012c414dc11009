/** What became of an SA, judged from the facts alone: after every message, and once more at the close. */
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import type { MessageRecord } from "../track/exchange.ts"
import type { Claim, IkeSa, SaFacts, SmallAnswer } from "../track/ike-sa.ts"
import type { IkeSaState } from "../track/vocabulary.ts"

/** IKE header, generic header of SK. */
const HEADERS = 28 + 4
/** Generic header and shortest body of IDr and AUTH with some octets of each: 8 + 4 and 8 + 16. */
const SMALLEST_SUCCESS = 36

/** Whether both ends have sent an encrypted message: what comes in the clear from then on may be anybody's. RFC 7296 §2.21. */
export const bothSealed = ({ sealed }: SaFacts): boolean => sealed.initiator && sealed.responder

/** Whether a claim is to be believed: it came under encryption, or nothing did that says otherwise. */
const counts = (facts: SaFacts, claim: Claim | null): boolean =>
  claim !== null && (claim.authenticated || !bothSealed(facts))

/** The state of an SA by what was seen of it so far. */
export function judge(sa: IkeSa): void {
  sa.state = sa.version === 1 ? stateOfV1(sa) : stateOfV2(sa)
}

/** The last judgement: what nothing contradicts any more counts too. */
export function judgeAtClose(sa: IkeSa): void {
  if (sa.version === 2 && sa.state === "established") sa.facts.smallAnswer = smallAnswerOf(sa)
  judge(sa)
  // Who refuses the other end behind IKE_AUTH takes back what it made. RFC 7296 §2.21.2.
  if (sa.state === "failed" && sa.facts.refusal?.authenticated)
    for (const child of sa.children) if (child.state === "installed") child.state = "failed"
}

function stateOfV2({ facts, successors, parent, begun, group }: IkeSa): IkeSaState {
  if (group?.role === "rekey") return facts.deletion ? "deleted" : facts.authenticated ? "established" : "unknown"
  if (counts(facts, facts.refusal)) return "failed"
  if (successors.length > 0) return "rekeyed"
  if (counts(facts, facts.deletion)) return "deleted"
  if (facts.smallAnswer) return "failed"
  // A rekeyed SA was authenticated with the one before it (RFC 7296 §2.18).
  if (facts.authenticated || parent) return "established"
  if (!begun) return "unknown"
  return facts.closedAnswer ? "established" : "half-open"
}

function stateOfV1({ facts, begun, group }: IkeSa): IkeSaState {
  if (counts(facts, facts.deletion)) return "deleted"
  if (group?.role === "rekey") return facts.authenticated ? "established" : "unknown"
  if (!begun) return "unknown"
  if (counts(facts, facts.refusal)) return "failed"
  return facts.authenticated ? "established" : "half-open"
}

/**
 * IKE_AUTH without keys: an answer that holds IDr and AUTH, or IDr and EAP, takes more than one notification of 8 bytes. EAP messages
 * behind the first are as small, but a successful EAP ends with a large answer: a small last one, after which the SA goes on without
 * IKE_AUTH, failed too. RFC 7296 §1.2, §2.21.2, §3.14.
 */
function smallAnswerOf(sa: IkeSa): SmallAnswer | null {
  const auths = sa.exchanges.filter(x => x.type === EXCHANGE_TYPE.IKE_AUTH)
  const record = auths.at(-1)?.messages.find(m => !m.request)
  if (!record || record.opened || record.fragment || sa.attempts.length > 0) return null
  const clear = clearBytes(sa, record)
  if (clear === undefined || clear > SMALLEST_SUCCESS - 8) return null
  const later = sa.exchanges.filter(x => x.messages[0].frame > record.frame)
  if (later.some(x => x.type !== EXCHANGE_TYPE.INFORMATIONAL) || (auths.length > 1 && later.length === 0)) return null
  return { record, clearBytes: clear, afterEap: auths.length > 1, goesOn: later.length > 0 }
}

/** Bytes of ciphertext in the SK payload, padding included; undefined when the suite is not known. */
function clearBytes(sa: IkeSa, m: MessageRecord): number | undefined {
  const { encr, integ } = sa.choice ?? {}
  if (!encr || !m.encrypted || (!encr.aead && !integ)) return undefined
  return m.bytes - HEADERS - encr.ivBytes - (encr.aead ? encr.icvBytes : (integ?.icvBytes ?? 0))
}
