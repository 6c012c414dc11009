/** GDOI in the fold: what registrations hand out, the rekey SAs that follow from it, and the checks of what comes under them. RFC 6407. */
import type { Message } from "../ike/message.ts"
import { find } from "../ike/shared/payload.ts"
import { sequenceNumber } from "../ike/v1/group-exchange.ts"
import type { OpenedV1 } from "../open/ike-v1.ts"
import { EXCHANGE_TYPE } from "../registry/ikev1/exchange-types.ts"
import type { EventV1 } from "../track/event.ts"
import { isPush, newGroup } from "../track/group.ts"
import { handedOutV1 } from "../track/group-v1.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { SealedMessageV1 } from "../track/sealed-message.ts"
import type { ChildUnlock } from "../unlock/child.ts"
import { GroupUnlockV1 } from "../unlock/group-v1.ts"
import { verifyPush, verifyPushAck } from "../verify/group-v1.ts"
import { addCheck, type FoldContext } from "./context.ts"
import { takeHanded } from "./handed.ts"
import type { Whole } from "./notes-v2.ts"

type Handed = Extract<EventV1, { readonly kind: "handed" }>

export class GroupsV1 {
  readonly unlock: GroupUnlockV1
  readonly #lastSequence = new WeakMap<IkeSa, number>()

  constructor(
    readonly context: FoldContext,
    readonly children: ChildUnlock,
  ) {
    this.unlock = new GroupUnlockV1(context.provider)
  }

  /** A key server's message makes its SA a rekey SA. */
  recognize(sa: IkeSa, message: Message): void {
    if (isPush(sa, message)) sa.group = newGroup("rekey")
  }

  /** Why messages under a rekey SA stay closed; undefined for other SAs. */
  closedReason(sa: IkeSa): string | undefined {
    if (sa.group?.role !== "rekey") return undefined
    const from = this.unlock.from(sa)
    return from
      ? `the KEK that ${from.id} handed out does not open it: it is damaged, or its IV is the end of a message that is not in the capture`
      : "no registration that was opened hands out its KEK"
  }

  /** Opens a message under a rekey SA. */
  open(sealed: SealedMessageV1): OpenedV1 | undefined {
    const { sa } = sealed
    const opened = this.context.keys.apply(this.unlock.open(sealed))
    const from = opened && this.unlock.from(sa)
    if (from && sa.group) sa.group.from = from
    return opened
  }

  /** Takes what a message hands out. Returns rekey SAs that are there already: what they hold may open now. */
  handed({ sa, whole }: Whole, { policy, download }: Handed): IkeSa[] {
    const { tracker } = this.context
    const handed = handedOutV1(sa, policy, download, whole.datagram, () => tracker.childId())
    return takeHanded(sa, handed, this.children, this.context, keys => this.unlock.learn(keys, sa))
  }

  /** Checks of a message under a rekey SA. */
  verify({ sa, exchange, whole }: Whole): void {
    const keys = this.unlock.keysOf(sa)
    if (!keys) return
    const { provider } = this.context
    if (exchange.type === EXCHANGE_TYPE.GROUPKEY_PUSH_ACK) {
      for (const check of verifyPushAck(whole, keys, provider)) addCheck(this.context, sa, check)
      return
    }
    if (!whole.opened) return
    const last = this.#lastSequence.get(sa)
    for (const check of verifyPush(whole, keys, last, provider)) addCheck(this.context, sa, check)
    const sequence = find(whole.payloads, sequenceNumber)?.sequence
    if (sequence !== undefined && sequence > (last ?? -1)) this.#lastSequence.set(sa, sequence)
    sa.facts.authenticated = true
  }
}
