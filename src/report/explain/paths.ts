/** Addresses that an SA moved between: the float to port 4500, NAT rebinding, MOBIKE. RFC 7296 §2.23, RFC 3947 §4, RFC 4555 §3.5. */

import type { IkeSa, PathChange } from "../../track/ike-sa.ts"
import type { Peer } from "../../track/peer.ts"
import type { Say } from "./say.ts"

/** Moves told one by one. */
const MAX_TOLD = 16

export function explainPaths(sa: IkeSa, say: Say): void {
  let before: Pick<PathChange, "initiator" | "responder"> = sa
  for (const path of sa.paths.slice(0, MAX_TOLD)) {
    explainMove(sa, say, before, path)
    before = path
  }
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
        `the NAT gives the initiator port ${now.initiator.port} at frame ${now.frame} instead of ${before.initiator.port}: ${route}`,
      )
    return
  }
  const mobike = sa.exchanges.some(
    x => x.messages.some(m => m.frame >= now.frame) && x.messages.some(m => m.notifies.includes("UPDATE_SA_ADDRESSES")),
  )
  const how = mobike ? "by MOBIKE (UPDATE_SA_ADDRESSES)" : "by MOBIKE, or because a NAT changed its mapping"
  say("address-change", "info", at, `the ${moved.join(" and the ")} moved at frame ${now.frame}, ${how}: now ${route}`)
}

const peerText = ({ address, port }: Peer): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
