/** IKEv1 messages that stayed closed to the end of their SA: what is reported of them. */
import { EXCHANGE_TYPE } from "../registry/ikev1/exchange-types.ts"
import { type Datagram, isCut } from "../track/datagram.ts"
import { addFinding } from "../track/finding.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"
import type { SealedMessageV1 } from "../track/sealed-message.ts"
import { isPhase1 } from "../track/v1-messages.ts"
import { isPskMethod } from "../track/v1-methods.ts"
import { v1StateOf } from "../track/v1-state.ts"

/** A message that no key opened yet. */
export interface PendingV1 extends SealedMessageV1 {
  /** The fragment that completed it, and the frames of all. */
  readonly outer?: { readonly datagram: Datagram; readonly frames: readonly number[] }
}

/** What is known of the SA: whether keys were found, and why not. */
interface Closing {
  readonly hasKeys: boolean
  reason(): string
}

/** What stayed closed: with keys an IV is missing, without them the keys are. */
export function noteClosed(sa: IkeSa, pending: readonly PendingV1[], { hasKeys, reason }: Closing): void {
  const closed = pending.filter(p => p.record.retransmissionOf === null && !isCut(p.datagram))
  if (hasKeys) {
    for (const from of ["initiator", "responder"] as const) noteSide(sa, from, closed)
    return
  }
  // Without KE and nonces there are no keys, whatever secrets were given.
  if (sa.facts.cut) return
  const first = closed.find(p => isPhase1(p.exchange.type)) ?? closed[0]
  if (first)
    addFinding(
      sa,
      "decryption-failed",
      "warning",
      first.datagram,
      `${exchangeWords(first)} does not decrypt: ${reason()}`,
    )
}

/** What one side sent, and the keys that were found do not open. */
function noteSide(sa: IkeSa, from: Side, all: readonly PendingV1[]): void {
  const closed = all.filter(p => p.record.from === from)
  const [first] = closed
  if (!first) return
  const what = `${exchangeWords(first)}${closed.length > 1 ? `, and ${closed.length - 1} more of the ${from},` : ""} ${closed.length > 1 ? "do" : "does"} not decrypt`
  const reads = sa.exchanges.some(x => x.messages.some(m => m.from === from && m.opened))
  // IKEv1's keys come from the pre-shared key: who has another one has other keys (RFC 2409 §5).
  if (!reads && isPskMethod(v1StateOf(sa).answer?.authMethod))
    addFinding(
      sa,
      "decryption-failed",
      "warning",
      first.datagram,
      `${what} under the keys of the other side: most likely the ${from} has another pre-shared key`,
    )
  else
    addFinding(
      sa,
      "iv-unknown",
      "warning",
      first.datagram,
      `${what}: an IV is the last block of the message before it, which is not in the capture (or this one is damaged)`,
    )
}

/** `Main Mode message 5 (frame 5)`. */
function exchangeWords({ sa, exchange, record }: PendingV1): string {
  const at = `(frame ${record.frame})`
  if (sa.group?.role === "rekey") return `GROUPKEY-PUSH ${at}`
  if (exchange.type === EXCHANGE_TYPE.MAIN_MODE) return `Main Mode message ${record.request ? 5 : 6} ${at}`
  const distinct = exchange.messages.filter(m => m.retransmissionOf === null)
  const name = exchange.type === EXCHANGE_TYPE.AGGRESSIVE ? "Aggressive Mode" : EXCHANGE_TYPE.alias(exchange.type)
  return `${name} message ${distinct.indexOf(record) + 1} ${at}`
}
