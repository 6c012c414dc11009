/** SAs with all that was concluded of them, as the report shows them. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { ChildSa } from "../track/child-sa.ts"
import type { DataSa } from "../track/data-sa.ts"
import type { Check, IkeSa } from "../track/ike-sa.ts"
import type { IkeSaState } from "../track/vocabulary.ts"
import type { EspSaReport } from "./types.ts"
import type { Verdict } from "./verdict/types.ts"

export interface Conclusion {
  readonly sa: IkeSa
  /** Checks of its messages, then those of its data SAs. */
  readonly checks: readonly Check[]
  readonly findings: readonly Diagnostic[]
  readonly verdict: Verdict
  /** A newer SA of these peers ended it. */
  readonly superseded?: boolean | undefined
  /** As the verdict has it. */
  readonly state: IkeSaState
}

/** A data SA, and its other paths, where NAT or MOBIKE sent its packets elsewhere. */
export interface DataConclusion {
  readonly data: DataSa
  /** It, then its other paths. */
  readonly paths: readonly DataSa[]
  readonly child: ChildSa | null
  readonly report: EspSaReport
}
