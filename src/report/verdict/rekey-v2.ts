/** CREATE_CHILD_SA without keys: an answer with no room for SA and Nonce refuses. RFC 7296 §1.3, §2.8, §2.25. */
import { EXCHANGE_TYPE as EXCHANGE } from "../../registry/ikev2/exchange-types.ts"
import { answerTo, type Facts, ofType } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { frameOf, isOpened, type Sent } from "./sent.ts"
import { canBe, INVALID_KE_BYTES, type Room, roomOf, SHORTEST_CREATED, SHORTEST_KE } from "./sizes.ts"
import { addressOf, plural } from "./words.ts"

interface Try {
  readonly request: Sent
  readonly answer: Sent
  readonly room: Room
}

export function judgeRekeyV2(f: Facts): Judgement | undefined {
  if (f.sa.version !== 2 || f.sa.choice === null) return undefined
  const tries = ofType(f, EXCHANGE.CREATE_CHILD_SA).flatMap(request => {
    const answer = request.request ? answerTo(f, request) : undefined
    const room = answer && !isOpened(answer) ? roomOf(answer, f.sa.choice) : undefined
    return answer && room ? [{ request, answer, room }] : []
  })
  const refused = tries.findLast(t => t.room.most < SHORTEST_CREATED)
  // What succeeds later, or at the same time from the other end, makes a refusal harmless: a collision, or another group at the second try.
  if (!refused || tries.some(t => t.room.most >= SHORTEST_CREATED && frameOf(t.answer) > frameOf(refused.request)))
    return undefined
  return degraded(f, refused)
}

function degraded(f: Facts, { request, answer, room }: Try): Judgement {
  const asked = roomOf(request, f.sa.choice)
  const withoutKe = asked !== undefined && asked.most < SHORTEST_CREATED + SHORTEST_KE
  const by = addressOf(f.sa, answer.from)
  const why = canBe(room, INVALID_KE_BYTES) && !canBe(room, 0)
  return {
    outcome: "degraded",
    certainty: "inferred",
    cause: "rekey-refused",
    frames: [frameOf(request), frameOf(answer)],
    headline: `${by} refused a rekey, or a further Child SA`,
    why: `the answer of ${by} to CREATE_CHILD_SA (frame ${frameOf(answer)}) has ${plural(room.ciphertext, "byte")} of ciphertext, while SA, Nonce and selectors or KE take at least ${SHORTEST_CREATED}: it refuses${withoutKe ? "; the request has no room for a KE, so it asks for no PFS" : ""}${why ? "; INVALID_KE_PAYLOAD has this size" : ""}`,
    remedy:
      "Give keys (--keys) to read the refusal; most often the PFS groups or ESP proposals differ. The tunnel ends with its lifetime.",
  }
}
