/** Message ID order of an IKEv2 SA: one number, one content; nothing far behind the window. RFC 7296 §2.2-2.3. */
import type { Exchange, MessageRecord } from "../track/exchange.ts"
import type { IkeSa } from "../track/ike-sa.ts"

/** Exchanges looked back at. */
const RECENT = 32

/** What is wrong with the Message ID of a message that is no retransmission; undefined when nothing is. */
export function messageIdFault(sa: IkeSa, exchange: Exchange, record: MessageRecord): string | undefined {
  // In the clear anybody can use a number again.
  if (record.retransmissionOf !== null || record.fragment || !record.encrypted) return undefined
  const other = exchange.messages.find(m => m !== record && m.encrypted && m.request === record.request && !m.fragment)
  if (other)
    return `Message ID ${exchange.messageId} of frame ${other.frame} is used again with other content in frame ${record.frame}`
  if (sa.exchanges.length === 1) return undefined
  const reused = sa.exchanges
    .slice(-RECENT)
    .find(
      x =>
        x !== exchange &&
        x.type !== exchange.type &&
        x.startedBy === exchange.startedBy &&
        x.messageId === exchange.messageId &&
        x.messages.some(m => m.request === record.request),
    )
  if (reused)
    return `Message ID ${exchange.messageId} of the exchange in frame ${reused.messages[0].frame} is used again by another exchange type in frame ${record.frame}`
  return undefined
}
