/** An IKE SA with all that was concluded of it, as the report shows it. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { Check, IkeSa } from "../track/ike-sa.ts"
import type { IkeSaState } from "../track/vocabulary.ts"
import type { Verdict } from "./verdict/types.ts"

export interface Conclusion {
  readonly sa: IkeSa
  /** Checks of its messages, then those of its data SAs. */
  readonly checks: readonly Check[]
  readonly findings: readonly Diagnostic[]
  readonly verdict: Verdict
  /** As the verdict has it. */
  readonly state: IkeSaState
}
