/** Findings that a verdict has said already: who shows both shows them once. */
import type { Verdict } from "./types.ts"

/** Codes of findings that say what a verdict of this cause says. */
const SAME_STORY: Readonly<Record<string, readonly string[]>> = { "authentication-failed": ["ike-auth-refused"] }

/** Whether a finding of this code, about the SA of the verdict, says what the verdict says. */
export const saysTheSame = ({ why, cause }: Pick<Verdict, "why" | "cause">, code: string): boolean =>
  why !== "" && cause !== null && (code === cause || SAME_STORY[cause]?.includes(code) === true)
