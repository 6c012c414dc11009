/** An SA in the making: the nonces and key exchanges that its keys will be computed from. RFC 7296 §2.14-2.18, RFC 9370 §2.2. */
import type { Side } from "./peer.ts"

/** One key exchange: the values of the exchange's starter (`i`) and of the other side (`r`) as they stood in the KE payloads. */
export interface KePair {
  readonly group: number
  readonly i: Uint8Array
  readonly r: Uint8Array
  readonly frameI: number
  readonly frameR: number
}

export interface Nonces {
  readonly ni: Uint8Array
  readonly nr: Uint8Array
  readonly frameI: number
  readonly frameR: number
}

export interface Negotiation {
  /** Which side of the IKE SA, in whose exchange it happens, started it. */
  readonly startedBy: Side
  readonly nonces: Nonces
  /** In the order of RFC 9370: the first key exchange, then the additional ones as they complete. */
  readonly pairs: KePair[]
  /** Data of PPK_IDENTITY in the response of a CREATE_CHILD_SA: a PPK goes in. RFC 9867 §3.2. */
  readonly ppk?: Uint8Array
}

/** A Quick Mode as far as keys need it. RFC 2409 §5.5. */
export interface QuickNegotiation {
  readonly nonces: Nonces
  /** With PFS: the key exchange; `i` is the starter's value. */
  readonly pair: KePair | null
}
