/** Messages that the capture has twice, as it was taken at two places: said once, as they are drawn and counted once. */
import { EXCHANGE_TYPE } from "../../registry/ikev2/exchange-types.ts"
import { isCopy, type MessageRecord } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import { secondsBetween } from "../../track/moment.ts"
import type { Say } from "./say.ts"
import { framesText, plural } from "./words.ts"

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
  const places = "captured at two places (tcpdump -i any, a mirror port, merged files)"
  say(
    "captured-twice",
    "info",
    copies[0],
    `${plural(copies.length, "message")} came again at once (${framesText(copies.map(m => m.frame))}), beside ${sendings} that count: ${probes ? `sent to several addresses of the peer (MOBIKE), or ${places}` : places}, not sent again`,
  )
}
