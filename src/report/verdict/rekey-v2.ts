/** CREATE_CHILD_SA without keys: an answer with no room for SA and Nonce refuses. RFC 7296 §1.3, §2.8, §2.25. */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { type Facts, ofType, triesAgainAtOnce } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { after, arrivedAt, frameOf, isOpened, type Sent } from "./sent.ts"
import { canBe, INVALID_KE_BYTES, type Room, roomOf, SHORTEST_CREATED, SHORTEST_KE } from "./sizes.ts"
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
    tries.some(t => t.room.most >= SHORTEST_CREATED && after(t.answer, frameOf(refused.request ?? refused.answer)))
  )
    return undefined
  return degraded(f, refused)
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
  triesAgainAtOnce(f, t.answer.exchange.startedBy, EXCHANGE.CREATE_CHILD_SA, {
    frame: frameOf(t.answer),
    time: arrivedAt(t.answer),
  })

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
