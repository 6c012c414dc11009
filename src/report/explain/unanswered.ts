/** Single requests without an answer, as scans make them, and answers without their requests: one finding for all of each. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { isFirstExchangeType } from "../../track/beginning.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { momentText } from "../../track/moment.ts"
import { listText, plural } from "./words.ts"

export const explainUnanswered = (sas: readonly IkeSa[]): Diagnostic[] => [...singleRequests(sas), ...answersAlone(sas)]

function singleRequests(sas: readonly IkeSa[]): Diagnostic[] {
  const lonely = sas.filter(
    sa => sa.state === "half-open" && sa.exchanges.length === 1 && sa.exchanges[0].messages.length === 1,
  )
  return lonely.length === 0
    ? []
    : [
        about(
          "single-requests",
          lonely,
          `${plural(lonely.length, "IKE SA consists", "IKE SAs consist")} of one request without an answer (${idsOf(lonely)}): the capture ends there, a scan, or nobody listens`,
        ),
      ]
}

/** One such SA says it in its verdict. */
function answersAlone(sas: readonly IkeSa[]): Diagnostic[] {
  const alone = sas.filter(hasAnswersAlone)
  if (alone.length < 2) return []
  const receivers = [...new Set(alone.map(sa => sa.initiator.address))]
  const name = receivers.length === 1 ? receivers[0] : "those who get them"
  return [
    about(
      "answers-alone",
      alone,
      `${alone.length} IKE SAs consist of answers without a request (${idsOf(alone)}): the capture lacks one direction, or somebody sends requests in the name of ${name}`,
    ),
  ]
}

/** Nothing of its initiator is there, and all that its responder says answers. */
const hasAnswersAlone = ({ version, exchanges }: IkeSa): boolean =>
  exchanges.length > 0 &&
  exchanges.every(x =>
    x.messages.every(
      m => m.from === "responder" && (!m.request || (version === 1 && isFirstExchangeType(version, x.type))),
    ),
  )

const about = (code: "single-requests" | "answers-alone", [first]: readonly IkeSa[], message: string): Diagnostic => ({
  code,
  severity: "info",
  frame: first.exchanges[0].messages[0].frame,
  time: momentText(first.first),
  message,
})

const idsOf = (sas: readonly IkeSa[]): string =>
  listText(
    sas.map(sa => sa.id),
    4,
  )
