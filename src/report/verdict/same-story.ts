/** Findings that a verdict has told already: who shows both shows them once. */
import type { Verdict } from "./types.ts"

/** Codes of findings that say what a verdict of this cause says. */
const SAME_STORY: Readonly<Record<string, readonly string[]>> = { "authentication-failed": ["ike-auth-refused"] }

/** Whether a finding of this code, about the SA of the verdict, tells what the verdict tells. */
export const saysTheSame = ({ why, cause }: Pick<Verdict, "why" | "cause">, code: string): boolean =>
  why !== "" && cause !== null && (code === cause || SAME_STORY[cause]?.includes(code) === true)
