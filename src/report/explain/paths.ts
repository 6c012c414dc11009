/** Addresses that an SA moved between: the float to port 4500, NAT rebinding, MOBIKE. RFC 7296 §2.23, RFC 3947 §4, RFC 4555 §3.5. */

import type { IkeSa, PathChange } from "../../track/ike-sa.ts"
import type { Moment } from "../../track/moment.ts"
import type { Peer, PerSide } from "../../track/peer.ts"
import type { Say } from "./say.ts"

/** Moves reported one by one. */
const MAX_REPORTED = 16

/** One end has another address or port. */
interface Move {
  readonly code: "port-float" | "nat-rebinding" | "address-change"
  readonly frame: number
  /** Null where its message is forgotten. */
  readonly time: Moment | null
  /** What happened, with what is said behind it of where: ` at frame 12`. */
  text(where: string): string
}

export function explainPaths(sa: IkeSa, say: Say): void {
  for (const move of movesOf(sa)) say(move.code, "info", move, move.text(` at frame ${move.frame}`))
  explainAstray(sa, say)
}

/** The moves of an SA, from each path to the next. */
export const movesOf = (sa: IkeSa): Move[] =>
  sa.paths.slice(0, MAX_REPORTED).map((path, i) => moveOf(sa, sa.paths[i - 1] ?? sa, path))

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

function moveOf(sa: IkeSa, before: Readonly<PerSide<Peer>>, now: PathChange): Move {
  const message = sa.exchanges.flatMap(x => x.messages).find(m => m.frame === now.frame)
  const at = { frame: now.frame, time: message?.time ?? null }
  const moved = (["initiator", "responder"] as const).filter(side => before[side].address !== now[side].address)
  const route = `${peerText(now.initiator)} ⇄ ${peerText(now.responder)}`
  if (moved.length === 0) {
    const [port, old] = [now.initiator.port, before.initiator.port]
    if (before.responder.port !== now.responder.port)
      return {
        ...at,
        code: "port-float",
        text: where => `both ends move to UDP port ${now.responder.port}${where}: ${route}`,
      }
    return {
      ...at,
      code: "nat-rebinding",
      text: where =>
        behindNat(sa)
          ? `the NAT gives the initiator port ${port}${where} instead of ${old}: ${route}`
          : `the initiator sends from port ${port}${where} instead of ${old}: a NAT in front of it changed its mapping, or it opened another socket: ${route}`,
    }
  }
  if (message && sa.exchanges[0].messages.includes(message) && moved.join() === message.from && !message.request) {
    const [asked, answers] = [before[message.from].address, now[message.from].address]
    return {
      ...at,
      code: "address-change",
      text: () =>
        `the first answer comes from ${answers} (frame ${now.frame}), while ${asked} was asked: some initiators take no such answer`,
    }
  }
  const mobike = sa.exchanges.some(
    x => x.messages.some(m => m.frame >= now.frame) && x.messages.some(m => m.notifies.includes("UPDATE_SA_ADDRESSES")),
  )
  const how = mobike ? "by MOBIKE (UPDATE_SA_ADDRESSES)" : "by MOBIKE, or because a NAT changed its mapping"
  return {
    ...at,
    code: "address-change",
    text: where => `the ${moved.join(" and the ")} moved${where}, ${how}: now ${route}`,
  }
}

/** Whether NAT detection says that the initiator is behind a NAT. */
const behindNat = (sa: IkeSa): boolean => sa.natClaims.some(c => (c.end === "source") === (c.from === "initiator"))

const peerText = ({ address, port }: Peer): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
