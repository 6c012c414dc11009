/** Single requests without an answer, as scans make them: one finding for all. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { momentText } from "../../track/moment.ts"
import { listText, plural } from "./words.ts"

export function explainUnanswered(sas: readonly IkeSa[]): Diagnostic[] {
  const lonely = sas.filter(
    sa => sa.state === "half-open" && sa.exchanges.length === 1 && sa.exchanges[0].messages.length === 1,
  )
  const [first] = lonely
  if (!first) return []
  const frame = first.exchanges[0].messages[0].frame
  return [
    {
      code: "single-requests",
      severity: "info",
      frame,
      time: momentText(first.first),
      message: `${plural(lonely.length, "IKE SA consists", "IKE SAs consist")} of one request without an answer (${listText(
        lonely.map(sa => sa.id),
        4,
      )}): the capture ends there, a scan, or nobody listens`,
    },
  ]
}
