/** NAT between the peers as NAT detection shows it, and the address behind it when a guess fits the hash. RFC 7296 §2.23, RFC 3947 §3.2. */

import type { IkeSa } from "../../track/ike-sa.ts"
import type { NatClaim } from "../../track/nat-claim.ts"
import { otherSide, type Peer, type Side } from "../../track/peer.ts"
import type { ExplainContext } from "./context.ts"
import { bothHide, findOriginal } from "./nat-search.ts"
import type { Say } from "./say.ts"
import { addressOf, framesText } from "./words.ts"

export function explainNat(sa: IkeSa, say: Say, context: ExplainContext): void {
  if (sa.natClaims.length === 0) return
  if (bothHide(sa) && !sa.natClaims.some(c => c.end === "destination")) {
    bothForce(sa, say, context)
    return
  }
  for (const side of ["initiator", "responder"] as const) {
    // What a message says of its own source is about its sender, of its destination about the other side.
    const claims = sa.natClaims.filter(c => (c.end === "source") === (c.from === side))
    if (claims.length > 0) explainSide(sa, say, side, claims, context)
  }
}

function explainSide(sa: IkeSa, say: Say, side: Side, claims: readonly NatClaim[], context: ExplainContext): void {
  const [first] = claims
  const original = claims.map(c => findOriginal(sa, c, context)).find(o => o !== undefined)
  const who = `${addressOf(sa, side)} (${side})`
  const hash = `NAT_DETECTION hash of the ${first.end} in frame ${first.frame}`
  say("nat-present", "info", first, original ? found(who, hash, first, original) : unknown(sa, side, who, hash, first))
}

/** Each end sees the other as this capture does, yet both deny their own address. */
function bothForce(sa: IkeSa, say: Say, context: ExplainContext): void {
  const [first] = sa.natClaims
  const original = sa.natClaims.map(c => findOriginal(sa, c, context)).find(o => o !== undefined)
  if (original) explainSide(sa, say, first.from, sa.natClaims, context)
  else
    say(
      "nat-present",
      "info",
      first,
      `both ends force UDP encapsulation on purpose, or both are behind NAT: their NAT_DETECTION hashes of the source (${framesText(sa.natClaims.slice(0, 2).map(c => c.frame))}) match no address tried`,
    )
}

const found = (who: string, hash: string, { peer }: NatClaim, original: Peer): string =>
  original.address === peer.address
    ? `${who} is seen with another port than its own: the ${hash} was made with ${original.address} port ${original.port}, the frame has port ${peer.port}`
    : `${who} is behind NAT: the ${hash} was made with ${original.address} port ${original.port}`

function unknown(sa: IkeSa, side: Side, who: string, hash: string, first: NatClaim): string {
  if (first.end === "destination")
    return `${who} is behind NAT: the ${hash} shows that ${addressOf(sa, otherSide(side))} sees it under another address and port than this capture (--find-nat-address tries more of them)`
  return seenUnchanged(sa, side)
    ? `${who} is behind a NAT that this capture is outside of, or forces UDP encapsulation on purpose: its own ${hash} matches no address tried (--find-nat-address tries more), while the other end sees it as this capture does`
    : `${who} is behind NAT, or forces UDP encapsulation on purpose: its own ${hash} matches no address tried (--find-nat-address tries more)`
}

/** Whether a hash of the other side says that it sees this side under the address of the frame. */
function seenUnchanged(sa: IkeSa, side: Side): boolean {
  const frames = new Set(sa.exchanges.flatMap(x => x.messages.filter(m => m.from !== side).map(m => m.frame)))
  return sa.checks.some(
    c => c.id === "nat-detection-destination" && c.status === "pass" && c.frame !== null && frames.has(c.frame),
  )
}
