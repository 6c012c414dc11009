/** CAPWAP data channel: 802.11 or 802.3 frames between an access point and its controller, without DTLS. RFC 5415 §4.3. */
import { field } from "../../bytes/field.ts"
import { LINK_TYPE } from "../../registry/link-types.ts"
import { type Descent, layer } from "../layers.ts"

const header = {
  heading: field("capwap", "Control And Provisioning of Wireless Access Points - Data", { kind: "none" }),
  preamble: field("capwap.preamble", "Preamble", { kind: "hex" }),
  bits: field("capwap.header", "Header", { kind: "bytes" }),
}

const CAPWAP = layer(header, c =>
  c.group(header.heading, c.left, () => {
    c.u8(header.preamble)
    c.bytes(header.bits)
  }),
)

const WIRELESS_80211 = 1
/** Flags of the header's third octet: native frame format, a fragment. */
const FLAG_NATIVE = 0x01
const FLAG_FRAGMENT = 0x80

/**
 *     |CAPWAP Preamble|  HLEN   |   RID   | WBID    |T|F|L|W|M|K|Flags|
 *     |          Fragment ID          |     Frag Offset         |Rsvd |
 *
 * Frames in their native format begin with an 802.11 header in which the octets of Frame Control are exchanged by some; fragments are
 * passed over.
 */
export function capwap(l: Descent, b: Uint8Array, at: number, end: number): void {
  // Preamble 0: version 0, not DTLS.
  if (end - at < 8 || b[at] !== 0) return
  const headerBytes = (b[at + 1] >> 3) * 4
  const wirelessId = (b[at + 2] >> 1) & 31
  const native = (b[at + 2] & FLAG_NATIVE) !== 0
  const body = at + headerBytes
  if (headerBytes < 8 || body >= end || (b[at + 3] & FLAG_FRAGMENT) !== 0) return
  l.tap?.layer(CAPWAP, b, at, body, 0)
  if (!l.enter()) return
  if (!native) l.link(LINK_TYPE.ETHERNET, b, body, end)
  else if (wirelessId === WIRELESS_80211) l.link(LINK_TYPE.IEEE802_11, b, body, end)
}
