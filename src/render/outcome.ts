/** Outcomes as people read them: the mark, its colour, the words. */
import { isBad, OUTCOMES, type Outcome, type Verdict } from "../report/verdict/types.ts"
import type { Pen } from "./pen.ts"
import type { Style } from "./theme.ts"
import { framesText } from "./units.ts"

/** `no-tunnel` as words: `no tunnel`. */
export const outcomeWords = (outcome: Outcome): string => outcome.replace("-", " ")

export function outcomeStyle(outcome: Outcome, { theme }: Pen): Style {
  if (outcome === "failed" || outcome === "no-answer") return theme.bad
  if (isBad(outcome)) return theme.warn
  return outcome === "partial" ? theme.dim : theme.ok
}

/** ✖ did not come up, ▲ came up and something is wrong, · not enough to say, ● works. */
export function outcomeMark(outcome: Outcome, pen: Pen): string {
  const { bad, warn, info, healthy } = pen.glyphs
  const glyph =
    outcome === "failed" || outcome === "no-answer"
      ? bad
      : isBad(outcome)
        ? warn
        : outcome === "partial"
          ? info
          : healthy
  return outcomeStyle(outcome, pen)(glyph)
}

/** `FAILED: authentication refused`: the headline behind its outcome, unless it says that itself. */
export function headlineText({ outcome, headline }: Verdict): string {
  const words = outcomeWords(outcome)
  const [before, ...behind] = headline.split(": ")
  const says = before.toLowerCase().replaceAll("-", " ")
  if (says === words || (behind.length > 0 && says.includes(words))) return [before.toUpperCase(), ...behind].join(": ")
  return headline === "" ? words.toUpperCase() : `${words.toUpperCase()}: ${headline}`
}

/** ` (frame 4)`, where something went wrong and the frames say where. */
export const whereText = ({ outcome, frames }: Verdict): string =>
  isBad(outcome) && frames.length > 0 ? ` (${framesText(frames, 3)})` : ""

/** `7 failed · 4 no tunnel · 118 up`: outcomes that occur, the worst first. */
export const countsText = (counts: Readonly<Record<Outcome, number>>): string[] =>
  OUTCOMES.filter(o => counts[o] > 0).map(o => `${counts[o]} ${outcomeWords(o)}`)
