/** A message with ciphertext, in its place among the exchanges of its SA. */
import type { Message } from "../ike/message.ts"
import type { DecodedPayload } from "../ike/shared/payload.ts"
import type { Datagram } from "./datagram.ts"
import type { Exchange, MessageRecord } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"

export interface SealedMessage {
  readonly sa: IkeSa
  readonly exchange: Exchange
  readonly record: MessageRecord
  readonly message: Message
  /** The SK or SKF payload. */
  readonly payload: DecodedPayload
  readonly datagram: Datagram
}

/** An IKEv1 message whose body is encrypted whole. RFC 2408 §3.1, the E flag. */
export type SealedMessageV1 = Omit<SealedMessage, "payload">
