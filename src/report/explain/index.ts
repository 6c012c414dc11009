/** Why an SA ended as it did: one sentence a person can act on, with frames and a stable code (docs/diagnostics.md). */
import type { IkeSa } from "../../track/ike-sa.ts"

/** Every rule that looks at one IKE SA once it is closed; each adds its findings. */
const RULES: readonly ((sa: IkeSa) => void)[] = []

/** Adds to an SA's findings what can be said about it. Called once, when it is closed. */
export function explainSa(sa: IkeSa): void {
  for (const rule of RULES) rule(sa)
}
