/** Who wants to see IKE messages while their bytes are there, beside what the SAs keep of them. */
import type { DecodedPayload } from "../ike/shared/payload.ts"
import type { Exchange } from "./exchange.ts"
import type { IkeSa } from "./ike-sa.ts"
import type { Side } from "./peer.ts"
import type { WholeMessage } from "./whole.ts"

export interface MessageObserver {
  /** A message whose payloads are all known, clear or opened; retransmissions left out. Keep copies, not views. */
  whole(sa: IkeSa, exchange: Exchange, from: Side, whole: WholeMessage): void
  /** An IKEv2 message with an SK or SKF payload, opened or not; retransmissions left out. */
  sealed(sa: IkeSa, exchange: Exchange, from: Side, payload: DecodedPayload, frame: number): void
}
