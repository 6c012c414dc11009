/** When an IKE SA made Child SAs, as far as exchange types and sizes show it: IKE_AUTH, CREATE_CHILD_SA, Quick Mode. */
import { grouped } from "../../bytes/grouped.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Moment } from "../../track/moment.ts"
import { REFUSAL, THINKS } from "./at-once.ts"
import { arrivedAt, isEncrypted, isOpened, isWithin, type Sent, sentOf, timeOf } from "./sent.ts"
import { roomOf, SHORTEST_CHILD, SHORTEST_NONCE, shortestAuth } from "./sizes.ts"

const MAKES_V2: readonly number[] = [EXCHANGE.IKE_AUTH, EXCHANGE.CREATE_CHILD_SA, EXCHANGE.IKE_FOLLOWUP_KE]

/** Times of the answers; none where all messages are read and no Child SA came of them, or the answer has no room for one. */
export function childTimes(sa: IkeSa): Moment[] {
  const makes = (type: number) => (sa.version === 2 ? MAKES_V2.includes(type) : type === EXCHANGE_V1.QUICK_MODE)
  if (!sa.exchanges.some(x => makes(x.type))) return []
  const made = sentOf(sa).filter(s => !s.request && makes(s.exchange.type))
  return [...grouped(made, s => s.exchange).values()].flatMap(answers =>
    answers.every(isOpened) || !answers.some(s => hasRoom(s, sa)) ? [] : [arrivedAt(answers[answers.length - 1])],
  )
}

/** False only where the size excludes a Child SA: an error, a round of EAP. A rekey may leave out SA and TS, not its nonce. RFC 7296 §1.2, §1.3. */
function hasRoom(answer: Sent, sa: IkeSa): boolean {
  const { type } = answer.exchange
  if (sa.version !== 2 || type === EXCHANGE.IKE_FOLLOWUP_KE) return true
  const room = roomOf(answer, sa.choice)
  const least = type === EXCHANGE.IKE_AUTH ? shortestAuth(sa.choice) + SHORTEST_CHILD : SHORTEST_NONCE
  return room === undefined || room.most >= least
}

/** Whether IKE_AUTH was followed at once by an INFORMATIONAL, and that by nothing: most likely the initiator refused. RFC 7296 §2.21.2. */
export function isTakenBack(sa: IkeSa): boolean {
  if (sa.version !== 2) return false
  const sent = sentOf(sa)
  const answer = sent.findLast(s => !s.request && s.exchange.type === EXCHANGE.IKE_AUTH)
  const rest = answer ? sent.slice(sent.indexOf(answer) + 1) : []
  const [first] = rest
  return (
    answer !== undefined &&
    first !== undefined &&
    isEncrypted(first) &&
    rest.every(s => s.exchange === first.exchange && s.exchange.type === EXCHANGE.INFORMATIONAL) &&
    isWithin(sent, arrivedAt(answer), timeOf(first), REFUSAL + THINKS)
  )
}
