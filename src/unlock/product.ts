/** Choices of one candidate for each key exchange of an SA in the making. */
import type { KePair } from "../track/negotiation.ts"
import type { Pool, SharedCandidate } from "./pool.ts"

/** Combinations tried for one SA at most: N² for two key exchanges of N secrets. */
const MAX_COMBINATIONS = 100_000

/** One shared secret for each pair, those in the pool's order first, of each `few` at most. Nothing when a pair has no candidate. */
export function* sharedCombinations(pool: Pool, pairs: readonly KePair[], few?: number): Generator<SharedCandidate[]> {
  if (pairs.length === 1) {
    for (const candidate of pool.shared(pairs[0], few)) {
      yield [candidate]
      if (candidate.proven) return
    }
    return
  }
  const lists = pairs.map(pair => exactOrAll([...pool.shared(pair, few)]))
  if (lists.some(list => list.length === 0)) return
  const at = lists.map(() => 0)
  for (let n = 0; n < MAX_COMBINATIONS; n++) {
    const chosen = lists.map((list, i) => list[at[i]])
    // Two key exchanges of one SA never share a secret.
    if (new Set(chosen.map(c => c.origins[0])).size === chosen.length) yield chosen
    let digit = 0
    while (digit < at.length && ++at[digit] === lists[digit].length) at[digit++] = 0
    if (digit === at.length) return
  }
}

/** A secret whose public value is on the wire leaves no room for others. */
const exactOrAll = (list: SharedCandidate[]): SharedCandidate[] => {
  const proven = list.find(c => c.proven)
  return proven ? [proven] : list
}
