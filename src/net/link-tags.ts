/** What may stand between a link and IP: MPLS labels, PPPoE, PPP. */
import { Layer, type Layers } from "./layers.ts"
import { ethernet } from "./link.ts"

/** MPLS labels down to the bottom of the stack; then IP, or a pseudowire's Ethernet. RFC 3032, RFC 4448. */
export function mpls(l: Layers, b: Uint8Array, at: number, end: number): void {
  let bottom = false
  while (!bottom) {
    if (end - at < 4) return
    bottom = (b[at + 2] & 1) !== 0
    l.tap?.layer(Layer.MPLS, b, at, at + 4, 0)
    at += 4
  }
  const nibble = b[at] >> 4
  if (nibble === 4 || nibble === 6) l.ip(b, at, end)
  else if (l.enter()) ethernet(l, b, nibble === 0 && b[at + 1] === 0 ? at + 4 : at, end)
}

/** PPPoE, session stage. RFC 2516 §4. */
export function pppoe(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 6 || b[at] !== 0x11 || b[at + 1] !== 0) return
  l.tap?.layer(Layer.PPPOE, b, at, at + 6, 0)
  const wireEnd = at + 6 + ((b[at + 4] << 8) | b[at + 5])
  ppp(l, b, at + 6, Math.min(wireEnd, end))
}

const PPP_IPV4 = 0x0021
const PPP_IPV6 = 0x0057
const PPP_MPLS = 0x0281

/** PPP, with or without the HDLC address and control octets and with a protocol of one or two octets. RFC 1661, RFC 1662. */
export function ppp(l: Layers, b: Uint8Array, at: number, end: number): void {
  const start = at
  if (end - at >= 2 && b[at] === 0xff && b[at + 1] === 3) at += 2
  if (end - at < 2) return
  const compressed = b[at] & 1
  const protocol = compressed ? b[at] : (b[at] << 8) | b[at + 1]
  at += compressed ? 1 : 2
  l.tap?.layer(Layer.PPP, b, start, at, protocol)
  if (protocol === PPP_IPV4 || protocol === PPP_IPV6) l.ip(b, at, end)
  else if (protocol === PPP_MPLS) mpls(l, b, at, end)
}
