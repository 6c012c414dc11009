/** What two peers behind NATs ask each other when a mediation server sends them to look for a path. */
import { otherSide } from "../../track/peer.ts"
import { isPathCheck, PATH_CHECK_PROOF } from "../explain/mediation.ts"
import type { Facts } from "./facts.ts"
import type { Judgement } from "./judgement.ts"
import { frameOf } from "./sent.ts"
import { addressOf } from "./words.ts"

export function judgePathCheck({ sa, sent }: Facts): Judgement | undefined {
  const [first] = sent
  if (!first || !isPathCheck(sa)) return undefined
  const answered = sent.some(s => s.from !== first.from)
  const [asker, other] = [addressOf(sa, first.from), addressOf(sa, otherSide(first.from))]
  return {
    outcome: "partial",
    certainty: "seen",
    cause: null,
    frames: [frameOf(first)],
    headline: `Check of a path for mediation: ${answered ? "" : "not "}answered`,
    why: `${asker} asks in the clear whether ${other} can be reached so (${PATH_CHECK_PROOF}): no IKE SA, one comes over a path that works`,
    remedy: null,
  }
}
