/** TS_UNACCEPTABLE with both ends' selectors, and answers that are wider than what was asked. RFC 7296 §2.9, RFC 2409 §5.5. */
import type { ChildAttempt } from "../../track/child-attempt.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { otherSide } from "../../track/peer.ts"
import { type Selector, type Selectors, selectorTexts } from "../../track/selector.ts"
import type { Say } from "./say.ts"
import { addressOf, listText } from "./words.ts"

/** Errors that speak of selectors, in IKEv2 and in Quick Mode. */
const REFUSALS = ["TS_UNACCEPTABLE", "SINGLE_PAIR_REQUIRED", "INVALID-ID-INFORMATION", "INVALID_ID_INFORMATION"]

export function explainSelectors(sa: IkeSa, say: Say): void {
  for (const attempt of sa.attempts) {
    const refusal = attempt.errors.find(e => REFUSALS.includes(e))
    if (refusal) refused(sa, say, attempt, refusal)
    if (attempt.outside.length > 0) widened(sa, say, attempt)
    else if (attempt.answered !== null && isNarrower(attempt)) narrowed(sa, say, attempt)
  }
}

const at = (a: ChildAttempt) => ({ frame: a.responseFrame, time: a.time })
const pairText = ({ i, r }: Selectors): string =>
  `${listText(selectorTexts(i)) || "nothing"} ⇄ ${listText(selectorTexts(r)) || "nothing"}`

function refused(sa: IkeSa, say: Say, attempt: ChildAttempt, refusal: string): void {
  const asker = addressOf(sa, attempt.startedBy)
  const refuser = addressOf(sa, otherSide(attempt.startedBy))
  const accepted = sa.attempts.find(a => a.answered && a.answered.i.length > 0)?.answered
  const elsewhere = accepted ? `; it accepted ${pairText(accepted)} elsewhere in this SA` : ""
  say(
    "ts-unacceptable",
    "error",
    at(attempt),
    `${refuser} answers ${refusal} in frame ${attempt.responseFrame}: ${asker} asked in frame ${attempt.requestFrame} for TSi ${listText(selectorTexts(attempt.asked.i)) || "(none)"} and TSr ${listText(selectorTexts(attempt.asked.r)) || "(none)"}, for which ${refuser} has no policy, or it takes its own selectors alone and narrows nothing${elsewhere}. Make the subnets of the two ends mirror each other`,
  )
}

function widened(sa: IkeSa, say: Say, attempt: ChildAttempt): void {
  const answerer = addressOf(sa, otherSide(attempt.startedBy))
  say(
    "ts-not-subset",
    "error",
    at(attempt),
    `${answerer} answers selectors in frame ${attempt.responseFrame} that were not asked for: ${listText(selectorTexts(attempt.outside))} lies outside ${pairText(attempt.asked)} of frame ${attempt.requestFrame}; a responder may only narrow`,
  )
}

/** Whether the answer leaves out some of what was asked for. RFC 7296 §2.9. */
const isNarrower = ({ asked, answered }: ChildAttempt): boolean =>
  answered !== null && (differs(asked.i, answered.i) || differs(asked.r, answered.r))

function differs(asked: readonly Selector[], answered: readonly Selector[]): boolean {
  const texts = selectorTexts(answered)
  return texts.length > 0 && selectorTexts(asked).some(text => !texts.includes(text))
}

function narrowed(sa: IkeSa, say: Say, attempt: ChildAttempt): void {
  const answerer = addressOf(sa, otherSide(attempt.startedBy))
  say(
    "ts-narrowed",
    "info",
    at(attempt),
    `${answerer} narrows the traffic selectors in frame ${attempt.responseFrame}: ${pairText(attempt.asked)} was asked for in frame ${attempt.requestFrame}, ${attempt.answered ? pairText(attempt.answered) : "nothing"} is agreed; what lies outside does not go through this tunnel`,
  )
}
