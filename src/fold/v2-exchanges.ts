/** Puts IKEv2 messages into exchanges: both ends may start them, and the Message ID spaces are apart. RFC 7296 §2.2. */

import type { Message } from "../ike/message.ts"
import { FLAG_RESPONSE } from "../ike/shared/header.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { type Exchange, recentExchange, retransmissionOf } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { TrackLimits } from "../track/limits.ts"
import { otherSide, type Side } from "../track/peer.ts"

/** Whether an exchange begins an SA: its messages are in the clear. */
export const isInit = (type: number): boolean =>
  type === EXCHANGE_TYPE.IKE_SA_INIT || type === EXCHANGE_TYPE.IKE_SESSION_RESUME

/** The exchange that a message belongs to, made when it is the first. `content` is the digest of the message. */
export function exchangeOfV2(sa: IkeSa, message: Message, content: number, from: Side, limits: TrackLimits): Exchange {
  const response = (message.flags & FLAG_RESPONSE) !== 0
  const startedBy = response ? otherSide(from) : from
  if (sa.exchanges.length > 0) {
    const same = (x: Exchange) =>
      x.messageId === message.messageId && x.startedBy === startedBy && x.type === message.exchangeType
    const known = isInit(message.exchangeType)
      ? initExchange(sa, content, from, response, same)
      : recentExchange(sa.exchanges, same)
    if (known) return known
  }
  const made: Exchange = {
    type: message.exchangeType,
    messageId: message.messageId,
    startedBy,
    messages: [],
    complete: false,
    understood: 0,
  }
  sa.addExchange(made, limits.exchanges)
  return made
}

/** IKE_SA_INIT is sent again with Message ID 0 after a COOKIE or INVALID_KE_PAYLOAD: other content is another exchange. RFC 7296 §2.6.1. */
function initExchange(
  sa: IkeSa,
  content: number,
  from: Side,
  response: boolean,
  same: (x: Exchange) => boolean,
): Exchange | undefined {
  const repeated = recentExchange(sa.exchanges, x => same(x) && retransmissionOf(x, from, content) !== null)
  if (repeated) return repeated
  const last = recentExchange(sa.exchanges, same)
  if (response) return last
  // A request behind a response that came alone joins it (captures merged out of order), unless that one asked for another request.
  return last && !last.messages.some(m => m.request || m.notifies.some(n => RESTARTS.includes(n))) ? last : undefined
}

/** Answers to which the initiator sends its request anew. RFC 7296 §1.2, §2.6, RFC 5685 §3. */
const RESTARTS: readonly string[] = ["COOKIE", "INVALID_KE_PAYLOAD", "REDIRECT"]
