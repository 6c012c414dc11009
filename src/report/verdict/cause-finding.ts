/** Nothing goes wrong without a finding: where no rule gave one about an SA, its verdict's cause is one. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { MessageRecord } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { momentText } from "../../track/moment.ts"
import { isBad, type Verdict } from "./types.ts"

/** Causes about ESP and of ICMP, which have findings of their own. */
const OF_DATA: readonly string[] = ["esp-blocked", "esp-one-way", "icmp-error", "icv-failed", "inner-outside-selectors"]

export function withCause(sa: IkeSa, findings: readonly Diagnostic[], verdict: Verdict): readonly Diagnostic[] {
  const { cause, outcome, certainty, frames, why } = verdict
  if (!isBad(outcome) || cause === null || OF_DATA.includes(cause) || findings.some(f => f.severity !== "info"))
    return findings
  const frame = frames[0] ?? null
  const at = messageAt(sa, frame)
  const severity = certainty === "inferred" ? "warning" : "error"
  const time = at ? momentText(at.time) : null
  return [
    ...findings,
    { code: cause, severity, frame, time, message: why, sa: sa.id, remedy: verdict.remedy ?? undefined },
  ]
}

function messageAt({ exchanges }: IkeSa, frame: number | null): MessageRecord | undefined {
  for (const x of exchanges) for (const m of x.messages) if (m.frame === frame) return m
  return undefined
}
