/** What a published document demands of algorithms, authentication, lifetimes and protocols, as data. `judge.ts` reads it. */

/** What is judged. `signature` is a scheme (`RSASSA-PSS`), `hash` what it signs over, `RSA key` and `curve` the signer's key. */
export type Dimension =
  | "protocol"
  | "encryption"
  | "integrity"
  | "prf"
  | "key exchange"
  | "authentication"
  | "signature"
  | "hash"
  | "RSA key"
  | "curve"

/** Where it is used: in IKE itself, or in ESP and AH. */
export type AlgorithmUse = "ike" | "ipsec"

/**
 * Requirement levels: those of RFC 2119 with the plus and minus of RFC 8247 §1.1, and IANA's `deprecated`. Governments approve (`approved`), approve
 * for a while (`transitional`), recommend something better (`not recommended`), or do not list.
 */
export type Level =
  | "MUST"
  | "MUST-"
  | "SHOULD+"
  | "SHOULD"
  | "MAY"
  | "SHOULD NOT"
  | "MUST NOT"
  | "deprecated"
  | "approved"
  | "transitional"
  | "not recommended"
  | "not approved"

/**
 * How sure a row is: its document was read (`original`), a third party quotes or renders it (`secondary`), or nothing could be found
 * (`unverified`).
 */
export type Verified = "original" | "secondary" | "unverified"

/** Where a rule stands. What a line leaves out is its profile's. */
export interface Citation {
  readonly section: string
  readonly document?: string
  /** `2026-01`. */
  readonly edition?: string
  readonly verified?: Verified
  readonly note?: string
  /** For constrained devices, or for traffic that may be read: no advice for a gateway. */
  readonly special?: true
}

/** The level of a line from some year on. */
export interface LaterLevel {
  /** Last year of the level before. */
  readonly after: number
  readonly level: Level
  readonly note?: string
}

export interface ProfileLine extends Citation {
  readonly kind: Dimension
  /** Both uses when absent. */
  readonly use?: AlgorithmUse
  /** Report names, the best first. An encryption name without key bits stands for every key length. */
  readonly names: readonly string[]
  /** For `RSA key`: bits from and to, both included. */
  readonly bits?: readonly [from: number, to: number]
  /** Authentication methods for which a line about signatures speaks; all when absent. */
  readonly methods?: readonly string[]
  readonly level: Level
  readonly later?: readonly LaterLevel[]
}

/** Key exchanges of one SA that together meet a document: one of each list, beside what else there is. RFC 9370. */
export interface KeyExchangeSet extends Citation {
  /** Of each list one must be there; in a list the best first. */
  readonly need: readonly (readonly string[])[]
  /** What may stand beside them; anything when absent. */
  readonly beside?: readonly string[]
  readonly level: Level
  readonly later?: readonly LaterLevel[]
}

/** A demand that is no algorithm, and how strong its word is. */
export interface Demand extends Citation {
  readonly level: "MUST" | "SHOULD" | "SHOULD unless"
  /** Of a lifetime, how long it may be. */
  readonly seconds?: number
  /** Of a Child SA's group, how it follows the IKE SA's. */
  readonly rule?: "same" | "same or stronger"
}

export interface Profile {
  readonly id: string
  /** `RFC 8247`: how findings cite it. */
  readonly document: string
  readonly title: string
  readonly edition: string
  /** Date of the document, as far as it names one. */
  readonly date: string
  readonly url: string
  /** Of the lines that say nothing else. */
  readonly verified: Verified
  /** What the data leaves out, or how a line is to be read. */
  readonly note?: string
  readonly lines: readonly ProfileLine[]
  /** Key exchanges as sets, the best first; a set that meets none is judged by its members. */
  readonly keySets?: readonly KeyExchangeSet[]
  /** What it says of what no line names; without it the document is silent. */
  readonly otherwise?: Partial<Record<Dimension, Citation & { readonly level: Level }>>
  /** Longest lifetimes, seconds. */
  readonly ikeLifetime?: Demand & { readonly seconds: number }
  readonly childLifetime?: Demand & { readonly seconds: number }
  /** Child SAs need a key exchange of their own. */
  readonly forwardSecrecy?: Demand
  /** The group of that key exchange: the IKE SA's, or one as strong. */
  readonly childGroup?: Demand & { readonly rule: "same" | "same or stronger" }
}
