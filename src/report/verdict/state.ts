/** `state` follows the outcome, so that the two cannot contradict each other. */
import type { IkeSa } from "../../track/ike-sa.ts"
import type { IkeSaState } from "../../track/vocabulary.ts"
import type { Verdict } from "./types.ts"

export function stateOf(sa: IkeSa, { outcome }: Verdict): IkeSaState {
  switch (outcome) {
    case "failed":
      return "failed"
    case "no-answer":
      return "half-open"
    case "partial":
      return sa.begun ? "half-open" : "unknown"
    case "closed":
      return sa.state === "rekeyed" ? "rekeyed" : "deleted"
    default:
      return sa.state === "rekeyed" || sa.state === "deleted" ? sa.state : "established"
  }
}
