/** Findings about one IKE SA, kept with it until the report. */
import type { Diagnostic } from "../bytes/diagnostic.ts"
import type { DiagnosticCode, SeverityOf } from "../diagnostics/codes.ts"
import type { IkeSa } from "./ike-sa.ts"
import { type Moment, momentText } from "./moment.ts"

/** Findings kept of one SA. */
const MAX_FINDINGS = 1000

/** Where a finding was seen. */
export interface FindingAt {
  readonly frame: number
  readonly time: Moment | null
}

/** A finding about an IKE SA, at a frame where there is one. */
export function findingOf<C extends DiagnosticCode>(
  sa: Pick<IkeSa, "id">,
  code: C,
  severity: SeverityOf<C>,
  at: FindingAt | null,
  message: string,
): Diagnostic {
  return { code, severity, frame: at?.frame ?? null, time: at?.time ? momentText(at.time) : null, message, sa: sa.id }
}

/** Adds a finding to an SA, once for each code and frame. */
export function addFinding<C extends DiagnosticCode>(
  sa: IkeSa,
  code: C,
  severity: SeverityOf<C>,
  at: FindingAt | null,
  message: string,
): void {
  keepFinding(sa, findingOf(sa, code, severity, at, message))
}

/** Keeps a finding with its SA, once for each code and frame, up to a cap. */
function keepFinding(sa: IkeSa, finding: Diagnostic): void {
  const { code, frame } = finding
  if (sa.findings.length >= MAX_FINDINGS || sa.findings.some(f => f.code === code && f.frame === frame)) return
  sa.findings.push(finding)
}
