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

/**
 * `FAILED: authentication refused`, `IKE UP, NO TUNNEL: the Child SA was refused`, `CLOSED in order`: the outcome stands out, and once. A
 * headline is a sentence of the report, which may come from a file or a thread: whether it says the outcome is seen from its words.
 */
export function headlineText(verdict: Verdict): string {
  const words = outcomeWords(verdict.outcome)
  const headline = verdict.headline.replace(verdict.outcome, words)
  const [before, behind] = parted(headline)
  if (behind !== undefined && before.toLowerCase().includes(words)) return `${before.toUpperCase()}: ${behind}`
  const rest = restBehind(headline, words)
  if (rest !== undefined) return `${words.toUpperCase()}${rest}`
  return headline === "" ? words.toUpperCase() : `${words.toUpperCase()}: ${inSentence(headline)}`
}

/** The headline where the outcome stands beside it: `the Child SA was refused`. */
export function besideOutcome({ outcome, headline }: Pick<Verdict, "outcome" | "headline">): string {
  const words = outcomeWords(outcome)
  const [before, behind] = parted(headline)
  if (behind !== undefined && before.toLowerCase().includes(words)) return behind
  const rest = restBehind(headline.replace(outcome, words), words)
  return rest === undefined ? inSentence(headline) : rest.replace(/^[:,]? */, "")
}

function parted(headline: string): [before: string, behind?: string] {
  const at = headline.indexOf(": ")
  return at < 0 ? [headline] : [headline.slice(0, at), headline.slice(at + 2)]
}

/** What follows the outcome's own words at the head of a text; undefined where it does not begin with them. */
function restBehind(text: string, words: string): string | undefined {
  const begins = text.toLowerCase().startsWith(words) && !/^\w/.test(text.slice(words.length))
  return begins ? text.slice(words.length) : undefined
}

/** In the middle of a sentence only names begin with a capital. */
const inSentence = (text: string): string =>
  /^[A-Z][a-z]* /.test(text) && !/^(Quick|Main|Aggressive|Child) /.test(text)
    ? text[0].toLowerCase() + text.slice(1)
    : text

/** ` (frame 4)`, where something went wrong and the frames say where. */
export const whereText = ({ outcome, frames }: Verdict): string =>
  isBad(outcome) && frames.length > 0 ? ` (${framesText(frames, 3)})` : ""

/** `7 failed · 4 no tunnel · 118 up`: outcomes that occur, the worst first. */
export const countsText = (counts: Readonly<Record<Outcome, number>>): string[] =>
  OUTCOMES.filter(o => counts[o] > 0).map(o => `${counts[o]} ${outcomeWords(o)}`)
