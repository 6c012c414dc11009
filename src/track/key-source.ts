/** What keys were made from, for showing how they came to be. */
import type { Origin } from "../secrets/secrets.ts"
import type { KePair } from "./negotiation.ts"

export interface KeySource {
  /** Secrets of the keys files that went in, in the order of the formula. */
  readonly origins: readonly Origin[]
  /** Key exchanges whose shared secrets went in. */
  readonly pairs: readonly KePair[]
  readonly from?: EarlierKeys
}

/** Keys of an earlier SA or epoch that went in. */
export interface EarlierKeys {
  /** The id of the SA. */
  readonly sa: string
  /** Its place among the epochs of that SA; the last one where none is named. */
  readonly epoch?: number
}
