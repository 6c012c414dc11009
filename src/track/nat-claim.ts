/** NAT detection hashes that match no address of their frame: what they hide can be searched for. RFC 7296 §2.23, RFC 3947 §3.2. */
import type { HashId } from "../crypto/provider.ts"
import type { Moment } from "./moment.ts"
import type { Peer, Side } from "./peer.ts"

export interface NatClaim {
  readonly frame: number
  readonly time: Moment
  /** Who sent the message, and which end of it the hashes speak of. */
  readonly from: Side
  readonly end: "source" | "destination"
  /** That end as the frame has it. */
  readonly peer: Peer
  readonly hashes: readonly Uint8Array[]
  readonly hash: HashId
  readonly spiI: string
  readonly spiR: string
}

/** Claims kept of one SA. */
const MAX_NAT_CLAIMS = 32

/** Keeps a claim, with copies of its hashes. */
export function addNatClaim(sa: { natClaims: readonly NatClaim[] }, claim: NatClaim): void {
  if (sa.natClaims.length >= MAX_NAT_CLAIMS) return
  sa.natClaims = [...sa.natClaims, { ...claim, hashes: claim.hashes.map(h => h.slice()) }]
}
