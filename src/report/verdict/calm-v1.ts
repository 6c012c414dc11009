/** IKEv1 when nothing went wrong: up, closed in order, or no Quick Mode to be seen. RFC 2409 §5, RFC 2408 §3.15. */
import { EXCHANGE_TYPE as EXCHANGE_V1, PHASE_1 } from "../../registry/ikev1/exchange-types.ts"
import { speaksGdoi } from "../../track/group.ts"
import { secondsBetween } from "../../track/moment.ts"
import { carriedText, flowText } from "./carried.ts"
import { superseded } from "./closed.ts"
import { type Facts, goesOnFor, ofType, PATIENCE } from "./facts.ts"
import { fine, type Judgement } from "./judgement.ts"
import { neverBegun } from "./quick-v1.ts"
import { arrivedAt, frameOf, isEncrypted, isOpened, type Sent, timeOf } from "./sent.ts"
import { addressOf, plural, secondsText } from "./words.ts"

export function calmV1(f: Facts): Judgement | undefined {
  const { sa } = f
  const quick = sa.exchanges.filter(x => x.type === EXCHANGE_V1.QUICK_MODE)
  const done = quick.findLast(x => x.complete)
  const last = ofType(f, ...PHASE_1).at(-1)
  if (!sa.begun && !done) return undefined
  if (sa.facts.deletion !== null && sa.state === "deleted" && (done || carriesElsewhere(f)))
    return fine(
      "closed",
      "proven",
      [sa.facts.deletion.frame],
      "Closed in order",
      `a Delete of the ISAKMP SA in frame ${sa.facts.deletion.frame} ends it${carriedText(f)}`,
    )
  const ended = deletedUnreadV1(f)
  if (ended && done) return ended
  const newer = done && superseded(f, carriedText(f))
  if (newer) return newer
  if (done || f.carried.length > 0 || sa.children.length > 0) return upV1(f, done?.messages.at(-1)?.frame)
  if (!last || sa.choice === null) return undefined
  if (carriesElsewhere(f))
    return fine(
      "up",
      "inferred",
      [frameOf(last)],
      "Up: phase 1 beside another of these peers",
      `phase 1 ends in frame ${frameOf(last)}; Quick Modes run under another ISAKMP SA of the same peers`,
    )
  return tunnelUnseen(f, last) ?? neverAsked(f, last)
}

/** A side deletes an SA of which no Quick Mode is there, or sends what Deletes of the IPsec SA and the ISAKMP SA look like: there was one. */
function tunnelUnseen(f: Facts, last: Sent): Judgement | undefined {
  const stray = f.sa.strayDeletes.at(0)
  const ended = stray ? undefined : deletedUnreadV1(f)
  if (!stray && !ended) return undefined
  const frames = stray ? [stray.frame] : (ended?.frames ?? [])
  return fine(
    "partial",
    stray ? "proven" : "inferred",
    [frameOf(last), ...frames],
    "Quick Mode is not in the capture",
    `phase 1 ends in frame ${frameOf(last)}, no Quick Mode follows, and ${stray ? `frame ${stray.frame} deletes an SA that one made` : `frames ${frames.join(", ")} at once are like Deletes of an IPsec SA and of the ISAKMP SA`}: there was a tunnel`,
  )
}

/** Seconds in which a side sends the Deletes of its SAs one behind another. */
const TOGETHER = 0.05

/**
 * Without keys: the last messages are two Informational ones of one side at once, which are not answered. Deletes of the IPsec SA and of the ISAKMP
 * SA look so; liveness checks come alone and are answered. RFC 2408 §3.15.
 */
function deletedUnreadV1(f: Facts): Judgement | undefined {
  const [one, other] = f.sent.slice(-2)
  if (!one || !other || isOpened(one) || isOpened(other) || one.from !== other.from) return undefined
  if ([one, other].some(s => s.exchange.type !== EXCHANGE_V1.INFORMATIONAL || !isEncrypted(s))) return undefined
  const end = timeOf(other)
  if (secondsBetween(timeOf(one), end) > TOGETHER) return undefined
  if (f.carried.some(({ data }) => secondsBetween(end, data.last) > 1)) return undefined
  return fine(
    "closed",
    "inferred",
    [frameOf(one), frameOf(other)],
    "Closed in order, most likely",
    `its last messages are two Informational ones of ${addressOf(f.sa, one.from)} at once (frames ${frameOf(one)}, ${frameOf(other)}), as Deletes are, and nothing follows${carriedText(f)}`,
  )
}

const carriesElsewhere = ({ sa, world }: Facts): boolean =>
  world.between(sa).some(x => x !== sa && x.exchanges.some(e => e.type === EXCHANGE_V1.QUICK_MODE && e.complete))

function upV1(f: Facts, frame: number | undefined): Judgement {
  const tunnels = f.sa.children.filter(c => c.state === "installed").length
  const second = speaksGdoi(f.sa) ? "GROUPKEY-PULL" : "Quick Mode"
  const what = tunnels > 0 ? plural(tunnels, f.sa.group ? "data SA" : "tunnel") : `phase 1 and ${second}`
  return fine(
    "up",
    f.readable ? "proven" : "inferred",
    frame ? [frame] : [],
    `Up: ${f.sa.group ? "registered with a group, " : ""}${what}${flowText(f)}`,
    `${f.readable ? `phase 1 and ${second} are opened and complete` : `phase 1 and ${second} have all their messages`}${carriedText(f)}`,
  )
}

/** Phase 1 is done, and nobody begins a Quick Mode. */
function neverAsked(f: Facts, last: Sent): Judgement | undefined {
  const waited = goesOnFor(f, arrivedAt(last))
  if (waited < PATIENCE && f.sa.state !== "deleted") return undefined
  return neverBegun(
    last,
    `phase 1 ends in frame ${frameOf(last)}, and in ${secondsText(Math.max(0, waited))} after it nobody begins a Quick Mode`,
    "Look into the log of the initiator: it may have refused the responder, or wait for traffic.",
  )
}
