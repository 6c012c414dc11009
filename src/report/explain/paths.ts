/** Addresses that an SA moved between: the float to port 4500, NAT rebinding, MOBIKE. RFC 7296 §2.23, RFC 3947 §4, RFC 4555 §3.5. */

import type { IkeSa, PathChange } from "../../track/ike-sa.ts"
import type { Peer } from "../../track/peer.ts"
import type { Say } from "./say.ts"

/** Moves reported one by one. */
const MAX_REPORTED = 16

export function explainPaths(sa: IkeSa, say: Say): void {
  let before: Pick<PathChange, "initiator" | "responder"> = sa
  for (const path of sa.paths.slice(0, MAX_REPORTED)) {
    explainMove(sa, say, before, path)
    before = path
  }
  explainAstray(sa, say)
}

/** Answers that went where nobody asked from; one finding for all. */
function explainAstray(sa: IkeSa, say: Say): void {
  const [first, ...more] = sa.astray
  if (!first) return
  const message = sa.exchanges.flatMap(x => x.messages).find(m => m.frame === first.frame)
  const others = more.length > 0 ? ` (and ${more.length} more answers)` : ""
  say(
    "answer-to-other-port",
    "warning",
    { frame: first.frame, time: message?.time ?? null },
    `frame ${first.frame}${others} answers to port ${first.to.port} of ${first.to.address}, from which nobody asked: the request in frame ${first.requestFrame} came from port ${first.asked.port}, and an answer must go back there; a NAT drops it, or hands it to somebody else`,
  )
}

function explainMove(sa: IkeSa, say: Say, before: Pick<PathChange, "initiator" | "responder">, now: PathChange): void {
  const message = sa.exchanges.flatMap(x => x.messages).find(m => m.frame === now.frame)
  const at = { frame: now.frame, time: message?.time ?? null }
  const moved = (["initiator", "responder"] as const).filter(side => before[side].address !== now[side].address)
  const route = `${peerText(now.initiator)} ⇄ ${peerText(now.responder)}`
  if (moved.length === 0) {
    if (before.responder.port !== now.responder.port)
      say("port-float", "info", at, `both ends move to UDP port ${now.responder.port} at frame ${now.frame}: ${route}`)
    else
      say(
        "nat-rebinding",
        "info",
        at,
        behindNat(sa)
          ? `the NAT gives the initiator port ${now.initiator.port} at frame ${now.frame} instead of ${before.initiator.port}: ${route}`
          : `the initiator sends from port ${now.initiator.port} at frame ${now.frame} instead of ${before.initiator.port}: a NAT in front of it changed its mapping, or it opened another socket: ${route}`,
      )
    return
  }
  if (message && sa.exchanges[0].messages.includes(message) && moved.join() === message.from && !message.request) {
    const [asked, answers] = [before[message.from].address, now[message.from].address]
    say(
      "address-change",
      "info",
      at,
      `the first answer comes from ${answers} (frame ${now.frame}), while ${asked} was asked: some initiators take no such answer`,
    )
    return
  }
  const mobike = sa.exchanges.some(
    x => x.messages.some(m => m.frame >= now.frame) && x.messages.some(m => m.notifies.includes("UPDATE_SA_ADDRESSES")),
  )
  const how = mobike ? "by MOBIKE (UPDATE_SA_ADDRESSES)" : "by MOBIKE, or because a NAT changed its mapping"
  say("address-change", "info", at, `the ${moved.join(" and the ")} moved at frame ${now.frame}, ${how}: now ${route}`)
}

/** Whether NAT detection says that the initiator is behind a NAT. */
const behindNat = (sa: IkeSa): boolean => sa.natClaims.some(c => (c.end === "source") === (c.from === "initiator"))

const peerText = ({ address, port }: Peer): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
