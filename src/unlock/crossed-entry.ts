/** Keys given for the wrong side: SK_e*, SK_a*, or both, stand in each other's place in the file. RFC 7296 §2.14. */
import type { IkeSaSecret } from "../secrets/secrets.ts"

export interface CrossedEntry extends IkeSaSecret {
  /** `SK_ai and SK_ar`. */
  readonly crossed: string
}

const PAIRS = { integ: ["sk_ai", "sk_ar"], encr: ["sk_ei", "sk_er"] } as const
const WAYS: readonly (readonly [string, readonly (keyof typeof PAIRS)[]])[] = [
  ["SK_ai and SK_ar", ["integ"]],
  ["SK_ei and SK_er", ["encr"]],
  ["SK_ei and SK_er, SK_ai and SK_ar", ["integ", "encr"]],
]

/** The entry with the keys of both sides exchanged, in each way that they can be crossed. */
export function* crossedEntries(entry: IkeSaSecret): Generator<CrossedEntry> {
  for (const [crossed, ways] of WAYS) {
    let { values } = entry
    for (const way of ways) {
      const [i, r] = PAIRS[way]
      const [ofI, ofR] = [entry.values[i], entry.values[r]]
      if (!ofI?.length || !ofR?.length) break
      values = { ...values, [i]: ofR, [r]: ofI }
      if (way === ways.at(-1)) yield { ...entry, values, crossed }
    }
  }
}
