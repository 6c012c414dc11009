/** Which IKE SA goes on in the place of another: its rekey, read or by time. RFC 7296 §1.3.2, §2.8. */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import type { Facts } from "./facts.ts"

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

export const unseenSuccessor = ({ sa, world }: Facts): IkeSa | undefined => world.between(sa).find(x => follows(sa, x))
export const unseenParent = ({ sa, world }: Facts): IkeSa | undefined =>
  sa.begun || sa.parent !== null ? undefined : world.between(sa).findLast(x => follows(x, sa))
