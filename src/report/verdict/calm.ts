/** What is left when nothing went wrong: up, closed in order, or too little of it in the capture. */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { calmV1 } from "./calm-v1.ts"
import { acceptedText, carriedText, flowText, unproved } from "./carried.ts"
import { childless, childlessUnread, refusedUnasked, unmeasured } from "./childless.ts"
import { ended } from "./closed.ts"
import { type Facts, ofType, packetsOf, traffic } from "./facts.ts"
import { fine, type Judgement } from "./judgement.ts"
import { partial } from "./partial.ts"
import { frameOf, isEncrypted, isOpened, isWhole } from "./sent.ts"
import { roomOf, SHORTEST_CHILD, SHORTEST_ID, shortestAuth } from "./sizes.ts"
import { unseenParent } from "./successor.ts"
import type { Certainty } from "./types.ts"
import { exchangeOf, plural } from "./words.ts"

export function judgeCalm(f: Facts): Judgement {
  return (f.sa.version === 2 ? calmV2(f) : calmV1(f)) ?? partial(f)
}

function calmV2(f: Facts): Judgement | undefined {
  const { sa } = f
  const parent = unseenParent(f)
  if (!sa.begun && sa.parent === null && !parent && sa.keyStatus === "none") return goesOnAlone(f)
  const auth = ofType(f, EXCHANGE.IKE_AUTH).findLast(s => !s.request)
  const later = f.sent.some(s => s.exchange.type !== EXCHANGE.IKE_SA_INIT && s.exchange.type !== EXCHANGE.IKE_AUTH)
  const isUp =
    sa.v2?.authenticated ||
    sa.parent !== null ||
    parent ||
    later ||
    (auth !== undefined && isWhole(auth) && !isOpened(auth)) ||
    f.carried.length > 0
  if (!isUp) return undefined
  const frames = auth ? [frameOf(auth)] : [f.sent[0] ? frameOf(f.sent[0]) : 0].filter(n => n > 0)
  return (
    refusedUnasked(f) ??
    ended(f, parent) ??
    childless(f, frames) ??
    childlessUnread(f, frames) ??
    unmeasured(f, frames, parent) ??
    up(f, frames, parent)
  )
}

/** Its beginning is not in the capture, and it works: its requests are answered, and ESP comes both ways. */
function goesOnAlone(f: Facts): Judgement | undefined {
  const answered = f.sent.find(s => !s.request && isEncrypted(s) && s.exchange.type !== EXCHANGE.IKE_AUTH)
  const packets = traffic(f)
  const [there, back] = [packetsOf(packets.responder), packetsOf(packets.initiator)]
  if (!answered || there === 0 || back === 0) return undefined
  return fine(
    "up",
    "inferred",
    [frameOf(answered)],
    `Up: IKE SA, ${plural(there + back, "packet")} both ways`,
    `its beginning is not in the capture; ${exchangeOf(f, answered)} is answered (frame ${frameOf(answered)}), and ESP comes both ways between these peers${carriedText(f)}`,
  )
}

function up(f: Facts, frames: readonly number[], parent: IkeSa | undefined): Judgement {
  const { sa } = f
  const tunnels = sa.children.filter(c => c.state === "installed").length
  const certainty: Certainty = f.readable && !unproved(sa) ? "proven" : "inferred"
  const { group } = sa
  const what = tunnels > 0 ? plural(tunnels, group ? "data SA" : "tunnel") : "IKE SA"
  const unseen = f.sent.length === 0 && sa.parent
  const why = unseen
    ? `a rekey of ${unseen.id} made it; none of its own messages is in the capture${carriedText(f)}`
    : parent
      ? `it goes on after a CREATE_CHILD_SA of ${parent.id} between the same peers: most likely its rekey${carriedText(f)}`
      : f.readable
        ? `${acceptedText(sa)} and every message is opened${carriedText(f)}`
        : `${measureOf(f)}${carriedText(f)}`
  return fine(
    "up",
    unseen ? "inferred" : certainty,
    frames,
    `Up: ${group ? "registered with a group, " : ""}${what}${flowText(f)}`,
    why,
  )
}

function measureOf(f: Facts): string {
  const auth = ofType(f, EXCHANGE.IKE_AUTH).filter(s => !s.request)
  const room = auth.length > 0 ? roomOf(auth[auth.length - 1], f.sa.choice) : undefined
  const least = (auth.length === 1 ? SHORTEST_ID : 0) + shortestAuth(f.sa.choice) + SHORTEST_CHILD
  return room && room.most >= least
    ? `the last IKE_AUTH answer has ${plural(room.ciphertext, "byte")} of ciphertext, room for all of an authentication with a Child SA`
    : "its exchanges are answered, and nothing shows a refusal"
}
