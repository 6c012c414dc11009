/** The IKE SA that a rekey makes. RFC 7296 §2.18. */
import { toHex } from "../bytes/hex.ts"
import type { Rekey } from "../track/event.ts"
import type { IkeSa, PathChange } from "../track/ike-sa.ts"
import type { PerSide, Side } from "../track/peer.ts"
import type { Tracker } from "../track/tracker.ts"
import { v2StateOf } from "../track/v2-state.ts"

/** The SA that replaces `sa`: known already when its own messages were captured before the exchange. */
export function rekeyedSa(tracker: Tracker, sa: IkeSa, rekey: Rekey): IkeSa {
  const next = known(tracker, rekey) ?? made(tracker, sa, rekey)
  next.offered.push(...rekey.offers)
  next.choice = rekey.choice
  next.parent = sa
  next.swapped = rekey.startedBy === "responder"
  next.auth = turned(sa.auth, rekey.startedBy)
  next.ids = turned(sa.ids, rekey.startedBy)
  v2StateOf(next).negotiation = rekey.negotiation
  sa.addSuccessor(next)
  return next
}

function known(tracker: Tracker, { spiI, spiR }: Rekey): IkeSa | undefined {
  const sa = tracker.find(2, toHex(spiI), toHex(spiR))
  if (sa) sa.begun = true
  return sa
}

/** Who rekeys is the initiator of the new SA. The peers are where they are by now. */
function made(tracker: Tracker, old: IkeSa, { startedBy, spiI, spiR, response }: Rekey): IkeSa {
  const next = tracker.create(
    { version: 2, spiI: toHex(spiI), spiR: toHex(spiR) },
    response.datagram,
    "responder",
    true,
  )
  const path = (x: PathChange): PathChange => ({ frame: x.frame, ...turned(x, startedBy) })
  const { initiator, responder } = turned(old.paths.at(-1) ?? old, startedBy)
  Object.assign(next, { initiator, responder })
  const points = old.capturePoints.map(({ first, other }) => ({ first: path(first), other: path(other) }))
  next.capturePoints = [...next.capturePoints, ...points]
  return next
}

/** What each end is or has, as the ends of the new SA. */
const turned = <T>({ initiator, responder }: PerSide<T>, startedBy: Side): PerSide<T> =>
  startedBy === "initiator" ? { initiator, responder } : { initiator: responder, responder: initiator }
