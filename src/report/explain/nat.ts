/** NAT between the peers as NAT detection shows it, and the address behind it when a guess fits the hash. RFC 7296 §2.23, RFC 3947 §3.2. */
import { addFinding } from "../../track/finding.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { NatClaim } from "../../track/nat-claim.ts"
import { otherSide, type Side } from "../../track/peer.ts"
import type { ExplainContext } from "./context.ts"
import { findOriginal } from "./nat-search.ts"
import { addressOf } from "./words.ts"

export function explainNat(sa: IkeSa, context: ExplainContext): void {
  for (const side of ["initiator", "responder"] as const) {
    // What a message says of its own source is about its sender, of its destination about the other side.
    const claims = sa.natClaims.filter(c => (c.end === "source") === (c.from === side))
    const [first] = claims
    if (first) explainSide(sa, side, first, claims, context)
  }
}

function explainSide(
  sa: IkeSa,
  side: Side,
  first: NatClaim,
  claims: readonly NatClaim[],
  context: ExplainContext,
): void {
  sa.nat[side] = true
  const original = claims.map(c => findOriginal(sa, c, context)).find(o => o !== undefined)
  const who = addressOf(sa, side)
  const hash = `NAT_DETECTION hash of the ${first.end} in frame ${first.frame}`
  const message = original
    ? `${who} (${side}) is behind NAT: the ${hash} was made with ${original.address} port ${original.port}`
    : first.end === "source"
      ? `${who} (${side}) is behind NAT, or forces UDP encapsulation on purpose: its own ${hash} matches no address seen or guessed`
      : `${who} (${side}) is behind NAT: the ${hash} shows that ${addressOf(sa, otherSide(side))} sees it under another address, which is none of those guessed (--find-nat-address searches all private ones)`
  addFinding(sa, "nat-present", "info", first, message)
}
