/** SKF fragments that never came: the message they belong to cannot be opened by anybody. RFC 7383 §2.6. */
import { type Exchange, fragmentsSeen } from "../../track/exchange.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Say } from "./say.ts"
import { addressOf, exchangeText, framesText, listText, otherSide } from "./words.ts"

export function explainFragments(sa: IkeSa, say: Say): void {
  if (sa.version !== 2 || !sa.exchanges.some(x => x.messages.some(m => m.fragment))) return
  for (const exchange of sa.exchanges) for (const request of [true, false]) explain(sa, say, exchange, request)
}

function explain(sa: IkeSa, say: Say, exchange: Exchange, request: boolean): void {
  const fragments = fragmentsSeen(exchange, request)
  if (!fragments || fragments.seen.length >= fragments.total) return
  const { seen, total } = fragments
  const missing = Array.from({ length: total }, (_, i) => i + 1).filter(n => !seen.includes(n))
  const parts = exchange.messages.filter(m => m.request === request && m.fragment)
  const sender = request ? exchange.startedBy : otherSide(exchange.startedBy)
  const answered = request && exchange.messages.some(m => !m.request)
  const which = `fragment ${listText(missing)} of ${total} of the ${exchangeText(sa, exchange)} ${request ? "request" : "response"}`
  say(
    "fragment-missing",
    answered ? "info" : "error",
    parts[0],
    answered
      ? `${which} is not in the capture (${framesText(parts.map(m => m.frame))} are), yet it was answered: the capture lost it`
      : `${which} from ${addressOf(sa, sender)} never came (${framesText(parts.map(m => m.frame))} did): without it the message cannot be decrypted; look for a filter or a size limit on the path`,
  )
}
