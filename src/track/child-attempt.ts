/** Every try to make a Child SA or to rekey an IKE SA as the messages show it: what was asked, what was answered. RFC 7296 §1.3, RFC 2409 §5.5. */
import type { Moment } from "./moment.ts"
import type { Side } from "./peer.ts"
import type { Selector, Selectors } from "./selector.ts"
import type { Offer } from "./vocabulary.ts"

export interface ChildAttempt {
  readonly protocol: "IKE" | "ESP" | "AH"
  readonly startedBy: Side
  readonly exchangeType: number
  readonly messageId: number
  readonly requestFrame: number
  readonly responseFrame: number
  /** Who refused it; absent when the other side did, or nobody. */
  readonly refusedBy?: Side
  readonly time: Moment
  readonly offered: readonly Offer[]
  readonly asked: Selectors
  /** Null when it was refused. */
  readonly answered: Selectors | null
  /** Selectors answered that lie outside those asked for. RFC 7296 §2.9. */
  readonly outside: readonly Selector[]
  /** Names of the error notifications that refused it. */
  readonly errors: readonly string[]
}

/** Attempts kept of one SA. */
export const MAX_ATTEMPTS = 256
