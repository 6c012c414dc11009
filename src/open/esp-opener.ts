/** The data plane's one seam: packets of one SA in a batch, opened by whatever kernel stands behind it. */
import type { Encr, Integ } from "../crypto/algorithms.ts"

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

/** Packets of one SA: where each starts in `bytes`, its length, the high half of its sequence number, its frame. */
export interface EspBatch {
  bytes: Uint8Array
  at: Uint32Array
  length: Uint32Array
  seqHi: Uint32Array
  frame: Float64Array
  n: number
}

/** Opens a batch: `ok[i]` is 1 where the ICV held; cleartext goes to `out` at the same offsets if given. Returns how many held. */
export interface EspOpener {
  open(batch: EspBatch, ok: Uint8Array, out?: Uint8Array): number
}
