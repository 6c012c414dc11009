/** Judges one IKE SA: each rule looks at one way to fail, and the worst that fits is the verdict (the order of `OUTCOMES`). */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { judgeAuthV2 } from "./auth-v2.ts"
import { judgeBeginning } from "./beginning.ts"
import { judgeCalm } from "./calm.ts"
import { judgeChildV2 } from "./child-v2.ts"
import { type Facts, factsOf, oneSide } from "./facts.ts"
import { judgeRekeySa } from "./group.ts"
import type { Judgement } from "./judgement.ts"
import { judgeLost } from "./lost.ts"
import { judgePathCheck } from "./mediation.ts"
import { oneDirection } from "./partial.ts"
import { judgePhase1 } from "./phase1-v1.ts"
import { judgeQuick } from "./quick-v1.ts"
import { judgeRefused } from "./refused.ts"
import { redirectedUnread } from "./refused-clear.ts"
import { judgeRekeyV2 } from "./rekey-v2.ts"
import { judgeTraffic } from "./traffic.ts"
import { OUTCOMES } from "./types.ts"
import type { World } from "./world.ts"

type Rule = (f: Facts) => Judgement | undefined

/** What keys opened speaks before what is inferred, and what came first before what follows from it. */
const RULES: readonly Rule[] = [
  judgeRefused,
  judgeBeginning,
  judgePhase1,
  judgeAuthV2,
  judgeChildV2,
  judgeQuick,
  judgeLost,
  judgeRekeyV2,
  judgeTraffic,
]

/** Where one direction alone is seen, silence and one way mean nothing: what counts is what answers say. */
const RULES_OF_ANSWERS: readonly Rule[] = [judgeRefused, judgeBeginning, judgeAuthV2]

export function judge(sa: IkeSa, findings: readonly Diagnostic[], world: World): Judgement {
  const facts = factsOf(sa, findings, world)
  if (sa.group?.role === "rekey") return judgeRekeySa(facts)
  const check = judgePathCheck(facts)
  if (check) return check
  const sentOn = facts.readable || sa.choice === null ? undefined : redirectedUnread(facts)
  if (sentOn) return sentOn
  const side = oneSide(facts)
  if (side) {
    const refused =
      side === "responder" ? RULES_OF_ANSWERS.map(rule => rule(facts)).find(j => j?.outcome === "failed") : undefined
    return refused ?? oneDirection(facts, side)
  }
  let worst: Judgement | undefined
  for (const rule of RULES) {
    const j = rule(facts)
    if (j && (!worst || OUTCOMES.indexOf(j.outcome) < OUTCOMES.indexOf(worst.outcome))) worst = j
  }
  return worst ?? judgeCalm(facts)
}
