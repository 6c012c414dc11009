/** Judges one IKE SA from what the capture shows and the findings say. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Outcome, Verdict } from "./types.ts"

export function judge(sa: IkeSa, findings: readonly Diagnostic[]): Verdict {
  const outcome = outcomeOf(sa, findings)
  const cause = outcome === "up" || outcome === "closed" ? undefined : findings.find(f => f.severity === "error")
  const proven = sa.keyStatus !== "none"
  return {
    outcome,
    certainty: proven ? "proven" : "seen",
    cause: cause?.code ?? (outcome === "no-answer" ? "no-answer" : null),
    frames: cause?.frame ? [cause.frame] : [],
    headline: outcome,
    why: (cause?.message ?? "").slice(0, 240),
    remedy: null,
  }
}

/** Findings by which phase 1 or IKE_AUTH was refused. */
const REFUSED: readonly string[] = ["ike-auth-refused", "ikev1-psk-mismatch", "ikev1-authentication-refused"]

function outcomeOf(sa: IkeSa, findings: readonly Diagnostic[]): Outcome {
  if (
    sa.state === "failed" ||
    findings.some(f => REFUSED.includes(f.code) && (f.severity === "error" || f.code === "ike-auth-refused"))
  )
    return "failed"
  if (sa.state === "unknown") return "partial"
  if (sa.state === "half-open") return "no-answer"
  if (sa.state === "deleted" || sa.state === "rekeyed") return "closed"
  return "up"
}
