/** Findings that a verdict has said already: who shows both shows them once. */
import type { DiagnosticReport } from "../types.ts"
import type { Verdict } from "./types.ts"

/** Codes of findings that say what a verdict of this cause says. */
const SAME_STORY: Readonly<Record<string, readonly string[]>> = { "authentication-failed": ["ike-auth-refused"] }

/** Whether a finding of this code, about the SA of the verdict, says what the verdict says. */
export const saysTheSame = ({ why, cause }: Pick<Verdict, "why" | "cause">, code: string): boolean =>
  why !== "" && cause !== null && (code === cause || SAME_STORY[cause]?.includes(code) === true)

/** Codes of findings that say no more than a verdict of the same story; others name an offer, times or a certificate beside it. */
const NO_MORE: readonly string[] = ["cookie-not-returned", "ike-auth-refused", "ts-unacceptable", "xauth-failed"]

/** Whether a finding about the SA of the verdict says nothing beyond it: there is no more to say, or it was made of the verdict. */
export const saysNoMore = (verdict: Verdict, { code, message }: Pick<DiagnosticReport, "code" | "message">): boolean =>
  saysTheSame(verdict, code) && (NO_MORE.includes(code) || message === verdict.why)
