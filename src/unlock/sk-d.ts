/** SK_d as a CREATE_CHILD_SA exchange uses it: as it is, or mixed with the PPK that the exchange agreed on. RFC 9867 §3.2. */
import type { PrfContext } from "../keys/context.ts"
import { skDWithPpk } from "../keys/ppk.ts"
import type { Step } from "../keys/step.ts"
import type { Origin } from "../secrets/secrets.ts"
import type { Negotiation } from "../track/negotiation.ts"
import type { Pool } from "./pool.ts"

export interface SkD {
  readonly value: Uint8Array
  readonly steps: readonly Step[]
  /** The PPK in it. */
  readonly origins: readonly Origin[]
}

/** One for each PPK that may be meant; nothing when one was agreed and none was given. */
export function* skDsOf(pool: Pool, context: PrfContext, skD: Uint8Array, negotiation: Negotiation): Generator<SkD> {
  if (!negotiation.ppk) {
    yield { value: skD, steps: [], origins: [] }
    return
  }
  for (const ppk of pool.ppksNamed(negotiation.ppk)) {
    const step = skDWithPpk(context, ppk.value, skD)
    yield { value: step.out, steps: [step], origins: [ppk.origin] }
  }
}
