/** How rules give findings about an IKE SA: they read the SA, and write nothing into it. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { DiagnosticCode, SeverityOf } from "../../diagnostics/codes.ts"
import { type FindingAt, findingOf } from "../../track/finding.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Side } from "../../track/peer.ts"

/** Gives one finding about the SA; `of` is the peer that it speaks of, where it is about one of them. */
export type Say = <C extends DiagnosticCode>(
  code: C,
  severity: SeverityOf<C>,
  at: FindingAt | null,
  message: string,
  of?: Side,
) => void

/** Findings given of one SA at most. */
const MAX_SAID = 1000

/** Collects findings about an SA into `out`, once for each code and frame. */
export const sayInto =
  (sa: IkeSa, out: Diagnostic[]): Say =>
  (code, severity, at, message, of) => {
    const frame = at?.frame ?? null
    if (out.length >= MAX_SAID || out.some(f => f.code === code && f.frame === frame)) return
    out.push({ ...findingOf(sa, code, severity, at, message), ...(of && { of }) })
  }
