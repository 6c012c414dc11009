/** PPP, in its framings, and PPPoE. RFC 1661, RFC 1662, RFC 2516. */
import { field } from "../../bytes/field.ts"
import { LINK_TYPE } from "../../registry/link-types.ts"
import { type Descent, layer } from "../layers.ts"
import type { LinkWalk } from "./link-walk.ts"
import { mpls } from "./mpls.ts"

const pppHeader = {
  heading: field("ppp", "Point-to-Point Protocol", { kind: "none" }),
  address: field("ppp.address", "Address", { kind: "hex" }),
  control: field("ppp.control", "Control", { kind: "hex" }),
  protocol: field("ppp.protocol", "Protocol", { kind: "hex" }),
}
const pppoeHeader = {
  heading: field("pppoe", "PPP-over-Ethernet", { kind: "none" }),
  version: field("pppoe.version", "Version"),
  type: field("pppoe.type", "Type"),
  code: field("pppoe.code", "Code", { kind: "hex" }),
  session: field("pppoe.session_id", "Session ID", { kind: "hex" }),
  length: field("pppoe.payload_length", "Payload Length"),
}

const PPP = layer(pppHeader, c =>
  c.group(pppHeader.heading, c.left, () => {
    if (c.left >= 3) {
      c.u8(pppHeader.address)
      c.u8(pppHeader.control)
    }
    c.uint(pppHeader.protocol, c.left)
  }),
)

const PPPOE = layer(pppoeHeader, c =>
  c.group(pppoeHeader.heading, c.left, () => {
    const first = c.peek() ?? 0
    c.note(pppoeHeader.version, c.pos, c.pos + 1, first >> 4)
    c.note(pppoeHeader.type, c.pos, c.pos + 1, first & 15)
    c.pos += 1
    c.u8(pppoeHeader.code)
    c.u16(pppoeHeader.session)
    c.u16(pppoeHeader.length)
  }),
)

/** PPPoE, session stage. RFC 2516 §4. */
export function pppoe(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 6 || b[at] !== 0x11 || b[at + 1] !== 0) return
  l.tap?.layer(PPPOE, b, at, at + 6, 0)
  const wireEnd = at + 6 + ((b[at + 4] << 8) | b[at + 5])
  ppp(l, b, at + 6, Math.min(wireEnd, end))
}

const PPP_IPV4 = 0x0021
const PPP_IPV6 = 0x0057
const PPP_MPLS = 0x0281

/** PPP, with or without the HDLC address and control octets and with a protocol of one or two octets. RFC 1661, RFC 1662. */
export function ppp(l: Descent, b: Uint8Array, at: number, end: number): void {
  const start = at
  if (end - at >= 2 && b[at] === 0xff && b[at + 1] === 3) at += 2
  if (end - at < 2) return
  const compressed = b[at] & 1
  const protocol = compressed ? b[at] : (b[at] << 8) | b[at + 1]
  at += compressed ? 1 : 2
  l.tap?.layer(PPP, b, start, at, protocol)
  if (protocol === PPP_IPV4 || protocol === PPP_IPV6) l.ip(b, at, end)
  else if (protocol === PPP_MPLS) mpls(l, b, at, end)
}

export const PPP_LINKS: readonly LinkWalk[] = [
  [LINK_TYPE.PPP, ppp],
  [LINK_TYPE.PPP_PPPD, ppp],
  [LINK_TYPE.PPP_WITH_DIR, (l, b, at, end) => ppp(l, b, at + 1, end)],
  [LINK_TYPE.PPP_ETHER, pppoe],
]
