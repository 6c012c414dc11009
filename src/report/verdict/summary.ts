/** Outcomes of many SAs in one: the worst, and how many have which. */
import { recordOf } from "../../bytes/typed.ts"
import { OUTCOMES, type Outcome, type VerdictSummary } from "./types.ts"

export class OutcomeCounts {
  readonly #counts = recordOf(OUTCOMES, () => 0)

  add(outcome: Outcome): void {
    this.#counts[outcome]++
  }

  summary(): VerdictSummary {
    return { outcome: OUTCOMES.find(o => this.#counts[o] > 0) ?? null, counts: { ...this.#counts } }
  }
}
