/** Cisco HDLC, PPP in HDLC framing, frame relay. RFC 1547, RFC 1662, RFC 2427. */
import { LINK_TYPE } from "../../registry/link-types.ts"
import type { Descent, Walk } from "../layers.ts"
import type { LinkWalk } from "./link-walk.ts"
import { ppp } from "./ppp.ts"

/** Cisco HDLC: address, control, EtherType. */
function cHdlc(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at > 4) l.etherType((b[at + 2] << 8) | b[at + 3], b, at + 4, end)
}

const pppOrCisco: Walk = (l, b, at, end) => {
  if (end - at >= 4 && b[at + 1] === 0) cHdlc(l, b, at, end)
  else ppp(l, b, at, end)
}

/** Frame relay with an NLPID, or with SNAP behind it. RFC 2427. */
function frameRelay(l: Descent, b: Uint8Array, at: number, end: number): void {
  while (at < end && !(b[at] & 1)) at++
  if (end - at < 4 || b[at + 1] !== 3) return
  at += b[at + 2] === 0 ? 3 : 2
  if (b[at] === 0xcc || b[at] === 0x8e) l.ip(b, at + 1, end)
  else if (b[at] === 0x80 && end - at > 6) l.etherType((b[at + 4] << 8) | b[at + 5], b, at + 6, end)
}

export const HDLC_LINKS: readonly LinkWalk[] = [
  [LINK_TYPE.C_HDLC, cHdlc],
  [LINK_TYPE.PPP_HDLC, pppOrCisco],
  [LINK_TYPE.FRELAY, frameRelay],
]
