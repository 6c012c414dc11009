/** Whether peers whose SA went wrong came to a tunnel later: then what went wrong was of that time, or of one side's attempts alone. */
import { durationText } from "../bytes/words.ts"
import type { IkeSaReport } from "../report/types.ts"
import { isBad } from "../report/verdict/types.ts"
import { secondsBetween } from "./units.ts"

const pairOf = ({ initiator, responder }: IkeSaReport): string =>
  [initiator.address, responder.address].sort().join(" ")

/** A negotiation of its own that came up: not a rekey, nor one that was sent elsewhere in its first exchange. */
const cameUp = ({ verdict, exchanges, suite, rekeys }: IkeSaReport): boolean =>
  (verdict.outcome === "up" || verdict.outcome === "closed") &&
  rekeys === null &&
  suite.encr !== null &&
  exchanges.length > 1

/**
 * By the id of each SA that went wrong: `ike/4 came up between the same peers, 25.1 s after this one`, the first that did. Where one was up before,
 * the peers have several connections, and another one says nothing of this.
 */
export function laterTexts(sas: readonly IkeSaReport[]): Map<string, string> {
  const first = new Map<string, number>()
  for (const [i, sa] of sas.entries()) if (cameUp(sa) && !first.has(pairOf(sa))) first.set(pairOf(sa), i)
  const texts = new Map<string, string>()
  for (const [i, sa] of sas.entries()) {
    const up = first.get(pairOf(sa)) ?? i
    const seconds = secondsBetween(sa.first_time, sas[up].first_time)
    if (up > i && isBad(sa.verdict.outcome) && seconds > 0)
      texts.set(sa.id, `${sas[up].id} came up between the same peers, ${durationText(seconds)} after this one`)
  }
  return texts
}
