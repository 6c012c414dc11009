/** What keys were made from, for showing how they came to be. */
import type { Origin } from "../secrets/secrets.ts"
import type { KePair } from "./negotiation.ts"

export interface KeySource {
  /** Secrets of the keys files that went in, in the order of the formula. */
  readonly origins: readonly Origin[]
  /** Key exchanges whose shared secrets went in. */
  readonly pairs: readonly KePair[]
  /** The keys of an earlier SA or epoch that went in: `ike/0`. */
  readonly from?: string
}
