/** The verdict: what became of an SA, how sure that is, why, and what to do. */
import type { DiagnosticCode } from "../../diagnostics/codes.ts"

/** Outcomes, the worst first. */
export const OUTCOMES = ["failed", "no-answer", "no-tunnel", "lost", "degraded", "partial", "up", "closed"] as const

/**
 * - `failed`: the IKE SA did not come up, or was refused right after
 * - `no-answer`: requests or answers were lost before it came up
 * - `no-tunnel`: it came up, its Child SA did not
 * - `lost`: it was up, then one side fell silent or lost its state
 * - `degraded`: up, but something does not work
 * - `partial`: the capture has not enough of it to say
 * - `up`, `closed`: it works; it was ended in order
 */
export type Outcome = (typeof OUTCOMES)[number]

/** Outcomes where something went wrong: what `--failed` selects. */
export const isBad = (outcome: Outcome): outcome is Exclude<Outcome, "partial" | "up" | "closed"> =>
  OUTCOMES.indexOf(outcome) < OUTCOMES.indexOf("partial")

/** Opened and verified with keys; in clear on the wire; from lengths, times and shapes. It speaks of outcome and cause together. */
export type Certainty = "proven" | "seen" | "inferred"

export interface Verdict {
  outcome: Outcome
  certainty: Certainty
  /** Null for `up` and `closed`, and where nothing is known. */
  cause: DiagnosticCode | null
  /** The frames that decided. */
  frames: number[]
  /** At most 60 characters. */
  headline: string
  /** At most 240 characters; with `inferred` it names the measure. */
  why: string
  /** One or two sentences; null where there is nothing to do. */
  remedy: string | null
}

/** The verdict of a capture: the worst of its IKE SAs, and how many have which. */
export interface VerdictSummary {
  /** Null without an IKE SA. */
  outcome: Outcome | null
  counts: Record<Outcome, number>
}

/** Lengths that screens rely on. */
export const MAX_HEADLINE = 60
export const MAX_WHY = 240
