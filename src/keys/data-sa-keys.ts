/** Keys of data SAs, as they open packets. RFC 4301 §4.4.2. */
import type { Encr, Integ } from "../crypto/algorithms.ts"
import type { ChildSaSecret } from "../secrets/secrets.ts"
import type { InnerSelectors } from "./inner-selectors.ts"

/** Keys of one direction of a Child SA. */
export interface EspKeys {
  readonly encr: Encr
  /** Key with its salt. */
  readonly key: Uint8Array
  /** Null for AEAD and for encryption alone. */
  readonly integ: Integ | null
  readonly integKey: Uint8Array
  /** Extended sequence numbers: the high half goes into the ICV (RFC 4303 §2.2.1). */
  readonly esn: boolean
}

/** How keys under which an ICV holds differ from what was negotiated or given. */
export type KeyMismatch =
  /** Bits of the ICV. */
  | { readonly kind: "icv-length"; readonly expected: number; readonly held: number }
  /** Whether the ICV covers the high half of an extended sequence number. */
  | { readonly kind: "esn"; readonly expected: boolean; readonly held: boolean }
  /** They are given for another sender of the same SPI. */
  | { readonly kind: "sender"; readonly source: string }
  /** They are the keys of the other direction, or of another SA. */
  | { readonly kind: "direction" | "other-sa"; readonly spi?: number }

/** Keys of one direction of one ESP or AH SA. */
export interface DataSaKeys {
  readonly id: string
  readonly protocol: "ESP" | "AH"
  /** 32-bit SPI; undefined is any (a wildcard row of a keys file). */
  readonly spi: number | undefined
  /** 8 hex digits of which some are `*`: the SPIs that a row with `spi` undefined means. */
  readonly spiPattern?: string
  /** Addresses of the SA, or patterns with `*`; undefined is any. */
  readonly source?: string
  readonly destination?: string
  readonly keys: EspKeys
  readonly origin: "derived" | "given"
  /** The row of a keys file that they are; undefined for those of a Child SA. */
  readonly row?: ChildSaSecret
  /** What its inner packets may be, in tunnel mode, where that was negotiated. */
  readonly selectors?: InnerSelectors
  /** What is otherwise than negotiated or given, where the ICV holds only so. */
  readonly mismatch?: readonly KeyMismatch[]
  /** High half of the sequence number at the beginning, where a keys file says it. */
  readonly seqHi?: number
}
