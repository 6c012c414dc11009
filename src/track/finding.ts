/** Findings about one IKE SA, kept with it until the report. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { IkeSa } from "./ike-sa.ts"
import { type Moment, momentText } from "./moment.ts"

/** Findings kept of one SA. */
const MAX_FINDINGS = 1000

/** Where a finding was seen. */
export interface FindingAt {
  readonly frame: number
  readonly time: Moment | null
}

/** Adds a finding to an SA, once for each code and frame. `code` stands in docs/diagnostics.md. */
export function addFinding(
  sa: IkeSa,
  code: string,
  severity: Diagnostic["severity"],
  at: FindingAt | null,
  message: string,
): void {
  const frame = at?.frame ?? null
  if (sa.findings.length >= MAX_FINDINGS || sa.findings.some(f => f.code === code && f.frame === frame)) return
  sa.findings.push({ code, severity, frame, time: at?.time ? momentText(at.time) : null, message })
}
