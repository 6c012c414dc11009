/** When an IKE SA made Child SAs, as far as exchange types show it: IKE_AUTH, CREATE_CHILD_SA, Quick Mode. */
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Moment } from "../../track/moment.ts"

const MAKES_V2: readonly number[] = [EXCHANGE.IKE_AUTH, EXCHANGE.CREATE_CHILD_SA, EXCHANGE.IKE_FOLLOWUP_KE]

/** Times of the answers; none where all messages are read and no Child SA came of them. */
export function childTimes(sa: IkeSa): Moment[] {
  const makes = (type: number) => (sa.version === 2 ? MAKES_V2.includes(type) : type === EXCHANGE_V1.QUICK_MODE)
  return sa.exchanges.flatMap(x => {
    if (!makes(x.type)) return []
    const answers = x.messages.filter(m => !m.request && m.retransmissionOf === null)
    return answers.length === 0 || answers.every(m => m.opened) ? [] : [answers[answers.length - 1].time]
  })
}
