/** COOKIE challenges that go round in circles or are never answered, and REDIRECT. RFC 7296 §2.6, RFC 5685 §3. */

import { NOTIFY } from "../../registry/ikev2/notify.ts"
import type { IkeSa } from "../../track/ike-sa.ts"
import type { Say } from "./say.ts"
import { addressOf, framesText } from "./words.ts"

const LOOP = 3

export function explainCookies(sa: IkeSa, say: Say): void {
  if (sa.version !== 2 || sa.notices.length === 0) return
  const cookies = sa.notices.filter(n => n.type === NOTIFY.COOKIE)
  const last = cookies.at(-1)
  const responder = addressOf(sa, "responder")
  const initiator = addressOf(sa, "initiator")
  if (last && (cookies.length >= LOOP || (cookies.length > 1 && sa.choice === null)))
    say(
      "cookie-loop",
      sa.choice ? "warning" : "error",
      last,
      `${responder} asked for a COOKIE ${cookies.length} times (${framesText(cookies.map(c => c.frame))}): it does not recognise its own cookie, which several responders behind one address, a changed source port, or a restarted responder would explain`,
    )
  else if (last && sa.choice === null && !sa.exchanges.some(x => x.messages.some(m => m.frame > last.frame)))
    say(
      "cookie-not-returned",
      "info",
      last,
      `${responder} asks for a COOKIE (frame ${last.frame}) and ${initiator} never sends it back: a forged source address, a scanner, or the answer did not arrive`,
    )
  for (const n of sa.notices)
    if (n.type === NOTIFY.REDIRECT)
      say(
        "redirected",
        "info",
        n,
        `${addressOf(sa, n.from)} redirects the client to ${n.detail ?? "another gateway"} (frame ${n.frame}): look for the negotiation with that gateway`,
      )
}
