/** What a rule concludes, and how it becomes a verdict: lengths held, the remedy of the code's entry where the rule has none. */
import { DIAGNOSTIC_CODES, type DiagnosticCode } from "../../diagnostics/codes.ts"
import { type Certainty, MAX_HEADLINE, MAX_WHY, type Outcome, type Verdict } from "./types.ts"

export interface Judgement {
  readonly outcome: Outcome
  readonly certainty: Certainty
  readonly cause: DiagnosticCode | null
  readonly frames: readonly number[]
  readonly headline: string
  readonly why: string
  /** What to do; by default what the cause's entry says. */
  readonly remedy?: string | null
  /** A newer SA of these peers ended it. */
  readonly superseded?: boolean
}

/** Nothing went wrong, or too little is there to say so: no cause, and nothing to do. */
export const fine = (
  outcome: Outcome,
  certainty: Certainty,
  frames: readonly number[],
  headline: string,
  why: string,
): Judgement => ({
  outcome,
  certainty,
  cause: null,
  frames,
  headline,
  why,
  remedy: null,
})

/** The IKE SA is up, and no Child SA came of it. */
export const childRefused = (frames: readonly number[], why: string, remedy?: string): Judgement => ({
  outcome: "no-tunnel",
  certainty: "inferred",
  cause: "child-refused",
  frames,
  headline: "IKE up, no tunnel: the Child SA was refused",
  why,
  remedy,
})

/** Frames named in a verdict. */
const MAX_FRAMES = 16

export function verdictOf(j: Judgement): Verdict {
  const frames = [...new Set(j.frames)]
  return {
    outcome: j.outcome,
    certainty: j.certainty,
    cause: j.cause,
    frames: frames.slice(0, MAX_FRAMES),
    headline: clip(j.headline, MAX_HEADLINE),
    why: clip(j.why, MAX_WHY),
    remedy: j.remedy === undefined ? (j.cause ? DIAGNOSTIC_CODES[j.cause].remedy : null) : j.remedy,
  }
}

/** Cuts at a word. */
function clip(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = text.slice(0, most - 1)
  const space = cut.lastIndexOf(" ")
  return `${(space > most / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:.(]+$/, "")}…`
}
