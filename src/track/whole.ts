/** A message whose payloads are all known: clear, opened, or put together from fragments. */
import type { TlsHeard } from "../crypto/tls-inside.ts"
import type { Message } from "../ike/message.ts"
import type { DecodedPayload, Opened } from "../ike/shared/payload.ts"
import type { Datagram } from "./datagram.ts"

export interface WholeMessage {
  readonly message: Message
  readonly datagram: Datagram
  /** In wire order, those inside SK or SKF behind it. */
  readonly payloads: readonly DecodedPayload[]
  /** The frames it came in, one for each fragment. */
  readonly frames: readonly number[]
  readonly opened?: Opened
  /** What TLS said inside its EAP packet. */
  readonly heard?: TlsHeard
}
