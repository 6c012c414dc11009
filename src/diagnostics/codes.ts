/**
 * Every diagnostic code: severities, meaning, what to do, RFC. A finding uses only these, and a verdict's cause is one of them. A code is
 * never renamed. `docs/diagnostics.md` is made from this table, and `ikedump explain CODE` prints an entry.
 */
import { CAPTURE } from "./capture.ts"
import { CAUSES } from "./causes.ts"
import { CONTEXT } from "./context.ts"
import { DATA } from "./data.ts"
import type { DiagnosticEntry } from "./entry.ts"
import { FAILED } from "./failed.ts"
import { LIMITS } from "./limits.ts"
import { NOTIFICATIONS } from "./notifications.ts"
import { SUSPICIOUS } from "./suspicious.ts"

const CODES = {
  ...FAILED,
  ...CAUSES,
  ...NOTIFICATIONS,
  ...SUSPICIOUS,
  ...CONTEXT,
  ...DATA,
  ...CAPTURE,
  ...LIMITS,
}

export type DiagnosticCode = keyof typeof CODES

/** Severities that a code occurs with. */
export type SeverityOf<C extends DiagnosticCode> = (typeof CODES)[C]["severities"][number]

export const DIAGNOSTIC_CODES: Readonly<Record<DiagnosticCode, DiagnosticEntry>> = CODES

/** Whether a text is a declared code. */
export const isDiagnosticCode = (text: string): text is DiagnosticCode => Object.hasOwn(CODES, text)

/** The tables in the order of the documentation. */
export const DIAGNOSTIC_AREAS: readonly {
  readonly title: string
  readonly codes: Readonly<Record<string, DiagnosticEntry>>
}[] = [
  { title: "IKE: a negotiation failed", codes: FAILED },
  { title: "Causes of a verdict", codes: CAUSES },
  { title: "IKE: notifications", codes: NOTIFICATIONS },
  { title: "IKE: suspicious", codes: SUSPICIOUS },
  { title: "IKE: context", codes: CONTEXT },
  { title: "ESP and AH", codes: DATA },
  { title: "The capture", codes: CAPTURE },
  { title: "Secrets and limits", codes: LIMITS },
]
