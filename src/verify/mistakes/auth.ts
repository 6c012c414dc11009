/** The arbiter of AUTH: which mistake of an implementation makes it hold, when it does not hold as it should although a secret fits. */

import type { Mistake } from "../../keys/mistake.ts"
import type { AuthParts } from "./auth-octets.ts"
import { mistakenOctets } from "./auth-octets.ts"

/** Octets tried for one AUTH; a signature with a large key takes milliseconds each. */
const MOST_TRIED = 128

export interface AuthArbiter {
  /** Whether AUTH holds over these octets as its method has it. */
  readonly holds: (octets: Uint8Array) => boolean
  /** The mistake in the proof itself under which it holds over these octets. */
  readonly proof: (octets: Uint8Array) => Mistake | undefined
}

/** `right`: the octets as they should be, over which AUTH does not hold. */
export function arbitrateAuth(
  parts: AuthParts,
  right: readonly Uint8Array[],
  arbiter: AuthArbiter,
): Mistake | undefined {
  for (const octets of right) {
    const mistake = arbiter.proof(octets)
    if (mistake) return mistake
  }
  let tried = 0
  for (const { octets, mistake } of mistakenOctets(parts)) {
    if (arbiter.holds(octets)) return mistake
    if (++tried === MOST_TRIED) break
  }
  return undefined
}
