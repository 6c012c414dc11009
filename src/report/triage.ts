/** One capture in one line: what became of it, for a folder of captures. */
import { recordOf } from "../bytes/typed.ts"
import type { Report } from "./types.ts"
import type { Certainty, Outcome, Verdict } from "./verdict/types.ts"
import { isBad, OUTCOMES } from "./verdict/types.ts"

/** As `triage --format ndjson` prints it, one a line. */
export interface TriageLine {
  path: string
  /** The worst of its IKE SAs; null where there is no IKE or the file could not be read. */
  outcome: Outcome | null
  certainty: Certainty | null
  cause: string | null
  headline: string | null
  why: string | null
  /** Initiator and responder of the worst SA. */
  peers: string[]
  ike_sas: number
  counts: Record<Outcome, number>
  first_time: string | null
  last_time: string | null
  frames: number
  /** Frames that decided about the worst SA. */
  verdict_frames: number[]
  /** Why it could not be read to its end. */
  error: string | null
}

/** The line of a capture that was analyzed by itself; `unread`: what kept it from being read to its end. */
export function triageLine(path: string, report: Report, unread?: string): TriageLine {
  const [worst] = [...report.ike_sas].sort((a, b) => rank(a.verdict.outcome) - rank(b.verdict.outcome))
  const [info] = report.captures
  const verdict: Partial<Verdict> = worst?.verdict ?? {}
  return {
    path,
    outcome: verdict.outcome ?? null,
    certainty: verdict.certainty ?? null,
    cause: verdict.cause ?? null,
    headline: verdict.headline ?? null,
    why: verdict.why ?? null,
    peers: worst ? [worst.initiator.address, worst.responder.address] : [],
    ike_sas: OUTCOMES.reduce((sum, o) => sum + report.verdict.counts[o], 0),
    counts: report.verdict.counts,
    first_time: info?.first_time ?? null,
    last_time: info?.last_time ?? null,
    frames: info?.frames ?? 0,
    verdict_frames: verdict.frames ?? [],
    error: info && !info.complete ? (unread ?? "it could not be read to its end") : null,
  }
}

/** The line of a file that could not be opened, or whose analysis failed. */
export const failedLine = (path: string, error: string): TriageLine => ({
  ...{ path, outcome: null, certainty: null, cause: null, headline: null, why: null, peers: [], ike_sas: 0 },
  counts: recordOf(OUTCOMES, () => 0),
  ...{ first_time: null, last_time: null, frames: 0, verdict_frames: [], error },
})

/** Whether an outcome is `limit` or worse. */
export const reachesOutcome = (outcome: Outcome, limit: Outcome): boolean => rank(outcome) <= rank(limit)

/** The worst first; captures that could not be read stand behind what went wrong, those without IKE last; then by path. */
export const worstCapturesFirst = (lines: readonly TriageLine[]): TriageLine[] =>
  [...lines].sort((a, b) => place(a) - place(b) || (a.path < b.path ? -1 : 1))

function place({ outcome, error }: TriageLine): number {
  if (outcome !== null) return rank(outcome) + (isBad(outcome) ? 0 : 1)
  return error === null ? OUTCOMES.length + 1 : OUTCOMES.indexOf("partial")
}

const rank = (outcome: Outcome): number => OUTCOMES.indexOf(outcome)
