/** Single requests without an answer, as scans make them, and answers without their requests: one finding for all of each. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { isFirstExchangeType } from "../../track/beginning.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { momentText, secondsBetween } from "../../track/moment.ts"
import { instantOf } from "../time.ts"
import type { DataInput } from "./data-input.ts"
import { speaks, wayOf, waysOf } from "./silence.ts"
import { listText, plural } from "./words.ts"

/** Seconds from the beginning of a capture in which answers to what was sent before it may come. */
const WAIT = 1

export const explainUnanswered = (input: DataInput): Diagnostic[] => [
  ...singleRequests(input.sas),
  ...answersAlone(input),
]

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

/** One such SA says it in its verdict. Whom another SA shows to speak to the same peer, the capture does not lack. */
function answersAlone({ sas, begins }: DataInput): Diagnostic[] {
  const seen = waysOf(sas, speaks)
  const answers = sas.filter(sa => hasAnswersAlone(sa) && !seen.has(wayOf(sa, "initiator")))
  const late = answers.filter(sa => isLate(sa, begins))
  if (late.length < 2) return []
  // Between the same ends an early one lacks its request as well.
  const ways = new Set(late.map(sa => wayOf(sa, "initiator")))
  const alone = answers.filter(sa => ways.has(wayOf(sa, "initiator")))
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

/** Whether an SA has a message whose request cannot lie before the capture. */
function isLate({ exchanges: [x], last }: IkeSa, begins: DataInput["begins"]): boolean {
  const begin = begins[x.messages[0].capture]
  return !begin || secondsBetween(instantOf(begin), last) > WAIT
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
