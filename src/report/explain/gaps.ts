/** Whether the capture lacks messages of an IKE SA: then what they agreed on is not known. RFC 7296 §2.2, RFC 2409 §5. */
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { type Exchange, fragmentsSeen } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"

function isWhole(exchange: Exchange, request: boolean): boolean {
  const parts = fragmentsSeen(exchange, request)
  return parts ? parts.seen.length >= parts.total : exchange.messages.some(m => m.request === request)
}

/** A message without its request or answer, a gap in the Message IDs, a Quick Mode or phase 1 without its end. */
export function lacksMessages(sa: IkeSa): boolean {
  if (sa.version === 1) return sa.exchanges.some(x => !x.complete && x.type !== EXCHANGE_V1.INFORMATIONAL)
  if (sa.exchanges.some(x => !isWhole(x, true) || !isWhole(x, false))) return true
  return (["initiator", "responder"] as const).some(side => {
    const ids = new Set(sa.exchanges.flatMap(x => (x.startedBy === side ? x.messageId : [])))
    return ids.size > 0 && Math.max(...ids) !== ids.size - 1
  })
}
