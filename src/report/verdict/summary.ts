/** Outcomes of many SAs in one: the worst, and how many have which. */
import { OUTCOMES, type Outcome, type VerdictSummary } from "./types.ts"

export class OutcomeCounts {
  readonly #counts = Object.fromEntries(OUTCOMES.map(o => [o, 0])) as Record<Outcome, number>

  add(outcome: Outcome): void {
    this.#counts[outcome]++
  }

  summary(): VerdictSummary {
    return { outcome: OUTCOMES.find(o => this.#counts[o] > 0) ?? null, counts: { ...this.#counts } }
  }
}
