/** Findings that a verdict has said already: who shows both shows them once. */
import type { DiagnosticReport } from "../types.ts"
import type { Verdict } from "./types.ts"

/** Codes of findings that say of a failed authentication, or of one silence, what the verdict says, or less. */
const REFUSED = ["authentication-failed", "ike-auth-refused", "ikev1-psk-mismatch", "ikev1-authentication-refused"]
const SILENT = ["no-answer", "no-answer-on-4500"]
/** By the cause of the verdict; what goes one way may be another flow. */
const OTHERS: Readonly<Record<string, string>> = {
  "address-refused": "internal-address-failure",
  "esp-blocked": "esp-one-way",
}

/** Whether a finding about the SA of the verdict says what the verdict says. More than one request may stay unanswered. */
export const saysTheSame = (
  { outcome, why, cause, frames }: Pick<Verdict, "outcome" | "why" | "cause" | "frames">,
  { code, frame }: Pick<DiagnosticReport, "code" | "frame">,
): boolean =>
  why !== "" &&
  cause !== null &&
  (code === cause ||
    (code === OTHERS[cause] && (code !== "esp-one-way" || frames.includes(frame ?? 0))) ||
    (outcome === "failed" && REFUSED.includes(code)) ||
    (SILENT.includes(code) && frames.includes(frame ?? 0)))

/** Codes of findings that say no more than a verdict of the same story; others name an offer or times beside it. */
const NO_MORE: readonly string[] = [
  "cookie-not-returned",
  "ts-unacceptable",
  "xauth-failed",
  "ike-auth-refused",
  "ikev1-psk-mismatch",
  "ikev1-authentication-refused",
  ...SILENT,
]

/** Whether a finding about the SA of the verdict says nothing beyond it: there is no more to say, or it was made of the verdict. */
export const saysNoMore = (verdict: Verdict, finding: Pick<DiagnosticReport, "code" | "frame" | "message">): boolean =>
  saysTheSame(verdict, finding) &&
  (NO_MORE.includes(finding.code) ||
    finding.message === verdict.why ||
    // Of a certificate it names more than the verdict.
    (finding.code === "authentication-failed" && !verdict.cause?.startsWith("certificate")))
