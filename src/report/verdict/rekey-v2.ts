/** CREATE_CHILD_SA without keys: an answer with no room for SA and Nonce refuses. RFC 7296 §1.3, §2.8, §2.25. */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { secondsBetween } from "../../track/moment.ts"
import { asksNoChild } from "./auth-v2.ts"
import { type Facts, ofType, triesAgainAtOnce } from "./facts.ts"
import { childRefused, type Judgement } from "./judgement.ts"
import { after, arrivedAt, frameOf, isOpened, type Sent, timeOf } from "./sent.ts"
import { canBe, INVALID_KE_BYTES, type Room, roomOf, SHORTEST_CREATED, SHORTEST_KE } from "./sizes.ts"
import { unseenSuccessor } from "./successor.ts"
import { addressOf, plural } from "./words.ts"

interface Try {
  readonly request: Sent | undefined
  readonly answer: Sent
  readonly room: Room
}

export function judgeRekeyV2(f: Facts): Judgement | undefined {
  if (f.sa.version !== 2 || f.sa.choice === null) return undefined
  const tries = ofType(f, EXCHANGE.CREATE_CHILD_SA).flatMap(answer => {
    const room = answer.request || isOpened(answer) ? undefined : roomOf(answer, f.sa.choice)
    return room ? [{ request: f.sent.find(s => s.exchange === answer.exchange && s.request), answer, room }] : []
  })
  const refused = tries.findLast(t => t.room.most < SHORTEST_CREATED && !asksAgain(f, t))
  // What succeeds later, or at the same time from the other end, makes a refusal harmless: a collision, or another group at the second try.
  if (
    !refused ||
    tries.some(t => t.room.most >= SHORTEST_CREATED && after(t.answer, frameOf(refused.request ?? refused.answer))) ||
    isHarmless(f, refused)
  )
    return undefined
  return tries.every(t => t.room.most < SHORTEST_CREATED)
    ? (noTunnel(f, refused) ?? degraded(f, refused))
    : degraded(f, refused)
}

/** Seconds between two tries that collide, or between a refusal and the end of an SA that is replaced. */
const TOGETHER = 2

/**
 * What is refused while the other end tries too is a collision, also where the capture lacks the other try's answer. An SPI that is new afterwards
 * shows that a later try succeeded. An SA that is replaced right then refuses what would be lost. RFC 7296 §2.25.
 */
function isHarmless(f: Facts, { answer }: Try): boolean {
  const at = arrivedAt(answer)
  const next = f.sa.successors[0] ?? unseenSuccessor(f)
  return (
    ofType(f, EXCHANGE.CREATE_CHILD_SA).some(
      s => s.exchange.startedBy === answer.from && Math.abs(secondsBetween(timeOf(s), at)) < TOGETHER,
    ) ||
    f.carried.some(
      ({ data }) =>
        secondsBetween(at, data.first) > 0 &&
        f.carried.some(c => c.data.destination === data.destination && secondsBetween(c.data.first, at) > 0),
    ) ||
    (next !== undefined && secondsBetween(at, f.sa.last) < TOGETHER)
  )
}

/** Whether the request has no room for a KE. */
function isWithoutKe(f: Facts, { request }: Try): boolean {
  const asked = request && roomOf(request, f.sa.choice)
  return asked !== undefined && asked.most < SHORTEST_CREATED + SHORTEST_KE
}

/** With another group the same is asked again at once; or the capture ends before. RFC 7296 §1.3. */
const asksAgain = (f: Facts, t: Try): boolean =>
  !isWithoutKe(f, t) &&
  canBe(t.room, INVALID_KE_BYTES) &&
  (lacksNext(f, t) ||
    triesAgainAtOnce(f, t.answer.exchange.startedBy, EXCHANGE.CREATE_CHILD_SA, {
      frame: frameOf(t.answer),
      time: arrivedAt(t.answer),
    }))

/** Whether the Message ID that comes next is missing while later ones are there: the capture lacks what was asked then. RFC 7296 §2.2. */
function lacksNext(f: Facts, { answer: { exchange } }: Try): boolean {
  const ids = f.sent.flatMap(s => (s.exchange.startedBy === exchange.startedBy ? s.exchange.messageId : []))
  const next = exchange.messageId + 1
  return !ids.includes(next) && ids.some(id => id > next)
}

/** IKE_AUTH asked for no Child SA (RFC 6023), and the first one asked for afterwards is refused. */
function noTunnel(f: Facts, refused: Try): Judgement | undefined {
  const first = ofType(f, EXCHANGE.IKE_AUTH).find(s => s.request)
  if (!first || f.carried.length > 0 || !asksNoChild(f, first)) return undefined
  const { why, frames } = degraded(f, refused)
  return childRefused(frames, `IKE_AUTH asked for no Child SA by its size, and ${why}`)
}

function degraded(f: Facts, refused: Try): Judgement {
  const { request, answer, room } = refused
  const withoutKe = isWithoutKe(f, refused)
  const by = addressOf(f.sa, answer.from)
  const why = !withoutKe && canBe(room, INVALID_KE_BYTES) && !canBe(room, 0)
  return {
    outcome: "degraded",
    certainty: "inferred",
    cause: "rekey-refused",
    frames: [request, answer].flatMap(s => (s ? frameOf(s) : [])),
    headline: `${by} refused a rekey, or a further Child SA`,
    why: `the answer of ${by} to CREATE_CHILD_SA (frame ${frameOf(answer)}) has ${plural(room.ciphertext, "byte")} of ciphertext, while SA, Nonce and selectors or KE take at least ${SHORTEST_CREATED}: it refuses${withoutKe ? "; the request has no room for a KE, so it asks for no PFS" : ""}${why ? "; INVALID_KE_PAYLOAD has this size" : ""}`,
    remedy:
      "Give keys (--keys) to read the refusal; most often the PFS groups or ESP proposals differ. The tunnel ends with its lifetime.",
  }
}
