/** Pieces of the reason why an SA is up: who is authenticated, and what it carried. */

import { isProof, isProofOf } from "../../track/check-ids.ts"
import { speaksGdoi } from "../../track/group.ts"
import type { Check, IkeSa } from "../../track/ike-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import type { Side } from "../../track/peer.ts"
import { type Facts, packetsOf, traffic } from "./facts.ts"
import { unseenParent } from "./successor.ts"
import { plural } from "./words.ts"

/** A proof of one side that does not hold under what is given here, whatever its peer took. */
export const unproved = (sa: IkeSa): Check | undefined =>
  sa.version === 2 ? sa.checks.find(c => c.status === "fail" && isProof(c)) : undefined

const sideOf = (proof: Check): Side => (isProofOf("initiator", proof) ? "initiator" : "responder")

export function acceptedText(sa: IkeSa): string {
  const failed = unproved(sa)
  const unchecked = sa.checks.find(c => c.status === "skipped" && isProof(c))
  if (!failed && unchecked)
    return `both ends go on (the proof of the ${sideOf(unchecked)} in frame ${unchecked.frame} is not checked: ${unchecked.reason})`
  if (!failed) return "both ends are authenticated"
  const side = sideOf(failed)
  const under = sa.auth[side]?.isPsk ? "under the secrets given" : "here"
  return `both ends go on (the ${side}'s AUTH in frame ${failed.frame} does not hold ${under})`
}

/** Its packets, and whether they go both ways. */
export function flowText(f: Facts): string {
  const { initiator, responder } = traffic(f)
  const packets = packetsOf(f.carried.map(c => c.data))
  const both = packetsOf(initiator) > 0 && packetsOf(responder) > 0
  return packets > 0 ? `, ${plural(packets, "packet")}${both ? " both ways" : ""}` : ""
}

export function carriedText(f: Facts): string {
  const n = packetsOf(f.carried.map(c => c.data))
  if (n > 0) return `; ${plural(n, "packet")} of ${[...new Set(f.carried.map(c => c.data.protocol))].join(" and ")}`
  const givers = giversOf(f).filter(sa => f.world.dataOf(sa).length > 0)
  const going = givers.find(sa => f.world.dataOf(sa).some(({ data }) => secondsBetween(f.sa.first, data.last) > 0))
  // A group's data goes to the group's address: only the keys that it hands out show what is its own.
  if (speaksGdoi(f.sa)) return "; which ESP is the group's only its keys show"
  if (going) return `; ESP goes on under Child SAs of ${going.id}, which it took over`
  return givers.length > 0
    ? `; it took over the Child SAs of ${givers[0].id}, whose ESP is before it`
    : "; no ESP is seen"
}

/** The SAs that rekeys replaced, whose Child SAs go on under the new one, the latest first. RFC 7296 §2.18. */
function giversOf(f: Facts): IkeSa[] {
  const givers: IkeSa[] = []
  for (let at = f.sa.parent ?? unseenParent(f); at && givers.length < MAX_ANCESTORS; at = at.parent ?? undefined)
    givers.push(at)
  return givers
}

const MAX_ANCESTORS = 64
