/** Which IKE SA goes on in the place of another: its rekey, read or by time. RFC 7296 §1.3.2, §2.8. */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import type { Facts } from "./facts.ts"
import { arrivedAt, frameOf, isOpened, sentOf } from "./sent.ts"
import { canBe, DELETE_IKE_BYTES, roomOf, SHORTEST_CREATED } from "./sizes.ts"

/** The SA that goes on in its place: of two that replaced it at once the one that stays. RFC 7296 §2.8.2. */
export const successorOf = ({ successors }: IkeSa): IkeSa | undefined =>
  successors.find(x => x.facts.deletion === null || x.successors.length > 0) ?? successors.at(-1)

/** Without keys a rekeyed IKE SA goes on under SPIs of which no beginning is seen: after a CREATE_CHILD_SA of an SA that then ends. */
const follows = (old: IkeSa, next: IkeSa): boolean =>
  old.version === 2 &&
  next !== old &&
  !next.begun &&
  next.parent === null &&
  old.number < next.number &&
  old.exchanges.some(
    x =>
      x.type === EXCHANGE.CREATE_CHILD_SA &&
      x.messages.length > 1 &&
      secondsBetween(x.messages[0].time, next.first) >= 0,
  ) &&
  secondsBetween(old.last, next.first) > -CLOSING

/** Seconds that the old SA's Delete may take behind the first message of the new one. */
const CLOSING = 30

/** Seconds in which the loser of two rekeys at once is deleted. */
const REDUNDANT = 2

/**
 * Whether both ends rekeyed an IKE SA at once, and this one is what lost: all that is seen of it is one INFORMATIONAL exchange right behind,
 * of a Delete's size. Answers of one size made SAs of one kind. RFC 7296 §2.8.2.
 */
export function isRedundant(old: IkeSa, next: IkeSa): boolean {
  const [only, ...others] = next.exchanges
  if (others.length > 0 || only?.type !== EXCHANGE.INFORMATIONAL || only.messageId !== 0) return false
  const rekeys = sentOf(old).filter(s => s.exchange.type === EXCHANGE.CREATE_CHILD_SA)
  const [a, b] = rekeys.filter(s => !s.request).slice(-2)
  if (!a || !b || a.from === b.from || isOpened(a) || isOpened(b)) return false
  const crossed = rekeys.filter(s => s.request).every(s => frameOf(s) < Math.min(frameOf(a), frameOf(b)))
  const [one, other] = [a, b].map(s => roomOf(s, old.choice))
  if (!crossed || !one || one.most < SHORTEST_CREATED || one.ciphertext !== other?.ciphertext) return false
  const apart = secondsBetween(arrivedAt(frameOf(a) > frameOf(b) ? a : b), next.first)
  const asks = roomOf(sentOf(next)[0], old.choice)
  return apart > 0 && apart < REDUNDANT && asks !== undefined && canBe(asks, DELETE_IKE_BYTES)
}

/** Of several the one that stays. */
export function unseenSuccessor({ sa, world }: Facts): IkeSa | undefined {
  const all = world.between(sa).filter(x => follows(sa, x))
  return all.find(x => !isRedundant(sa, x)) ?? all[0]
}
export const unseenParent = ({ sa, world }: Facts): IkeSa | undefined =>
  sa.begun || sa.parent !== null ? undefined : world.between(sa).findLast(x => follows(x, sa))
