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
  const parts = exchange.messages.filter(m => m.request === request && m.fragment)
  const sender = request ? exchange.startedBy : otherSide(exchange.startedBy)
  // Who got the whole message answers it, or goes on with its next request.
  const arrived = request
    ? exchange.messages.some(m => !m.request)
    : sa.exchanges.some(x => x.startedBy === exchange.startedBy && x.messageId > exchange.messageId)
  // Who lacks a part waits, or asks again.
  const again = exchange.messages.some(m => m.request && m.retransmissionOf !== null && m.frame > parts[0].frame)
  const which = `fragment ${missingText(seen, total)} of ${total} of the ${exchangeText(sa, exchange)} ${request ? "request" : "response"}`
  const there = framesText(parts.map(m => m.frame))
  if (arrived)
    say(
      "fragment-missing",
      "info",
      parts[0],
      `${which} is not in the capture (${there} are), yet ${request ? "it was answered" : `${addressOf(sa, exchange.startedBy)} goes on`}: the capture lost it`,
    )
  else
    say(
      "fragment-missing",
      "error",
      parts[0],
      `${which} from ${addressOf(sa, sender)} never came (${there} did): without it the message cannot be decrypted; ${again ? "look for a filter or a size limit on the path" : "the path or the capture lost it, or the capture ends too soon"}`,
    )
}

/** Missing fragments named one by one. */
const MAX_NAMED = 8

/** `2, 3 and 5`, or, of many, `2 to 65535`: what it costs is what came, not what was announced. */
function missingText(seen: readonly number[], total: number): string {
  const runs: [first: number, last: number][] = []
  let next = 1
  for (const n of [...seen, total + 1]) {
    if (n > next) runs.push([next, n - 1])
    next = Math.max(next, n + 1)
  }
  if (total - seen.length <= MAX_NAMED)
    return listText(runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)))
  const texts = runs.slice(0, MAX_NAMED).map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`))
  return `${texts.join(", ")}${runs.length > MAX_NAMED ? ", …" : ""}`
}
