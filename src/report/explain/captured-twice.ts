/** Messages that the capture has twice, as it was taken at two places: said once, as they are drawn and counted once. */
import type { Diagnostic } from "../../bytes/diagnostic.ts"
import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import type { DataSa } from "../../track/data-sa.ts"
import { isCopy, type MessageRecord } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import type { DataInput } from "./data-input.ts"
import { dataFinding, dataText } from "./data-words.ts"
import type { Say } from "./say.ts"
import { framesText, plural } from "./words.ts"

const PLACES = "captured at two places (tcpdump -i any, a mirror port, merged files)"

/** ESP and AH that came again at once from another place; once for all SAs. */
export function explainDataCopies({ all }: DataInput): Diagnostic[] {
  const twice = all.filter(data => data.copies > 0)
  if (twice.length === 0) return []
  const sum = (of: (data: DataSa) => number) => twice.reduce((n, data) => n + of(data), 0)
  return [
    dataFinding(
      twice[0],
      "captured-twice",
      "info",
      `${plural(
        sum(d => d.copies),
        "packet",
      )} of ${twice.length === 1 ? dataText(twice[0]) : `${twice.length} data SAs`} came again at once, beside ${sum(d => d.packets)} that count: ${PLACES}; ikedump counts each once`,
    ),
  ]
}

export function explainCopies(sa: IkeSa, say: Say): void {
  const copies: MessageRecord[] = []
  let sendings = 0
  for (const exchange of sa.exchanges)
    for (const m of exchange.messages)
      if (isCopy(exchange, m)) copies.push(m)
      else sendings++
  // A capture without times cannot tell a copy from what was sent again.
  if (copies.length === 0 || secondsBetween(sa.first, sa.last) === 0) return
  const [first] = sa.exchanges
  // Who moves asks at each address of the peer at once (RFC 4555 §3.10), which looks like two places of a NAT; not in the first exchange.
  const moved = sa.paths.some(p =>
    sa.exchanges.some(x => x.type === EXCHANGE_TYPE.INFORMATIONAL && x.messages.some(m => m.frame === p.frame)),
  )
  const probes = sa.version === 2 && moved && !copies.some(m => first.messages.includes(m))
  say(
    "captured-twice",
    "info",
    copies[0],
    `${plural(copies.length, "message")} came again at once (${framesText(copies.map(m => m.frame))}), beside ${sendings} that count: ${probes ? `sent to several addresses of the peer (MOBIKE), or ${PLACES}` : PLACES}, not sent again`,
  )
}
