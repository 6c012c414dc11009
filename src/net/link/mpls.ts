/** MPLS labels. RFC 3032. */
import { field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"
import { ethernet } from "./ethernet.ts"

const mplsLabel = {
  heading: field("mpls", "MultiProtocol Label Switching Header", { kind: "none" }),
  label: field("mpls.label", "MPLS Label"),
  exp: field("mpls.exp", "MPLS Experimental Bits"),
  bottom: field("mpls.bottom", "MPLS Bottom Of Label Stack"),
  ttl: field("mpls.ttl", "MPLS TTL"),
}

const MPLS = layer(mplsLabel, c =>
  c.group(mplsLabel.heading, c.left, () => {
    const b = c.src.bytes
    const at = c.pos
    c.note(mplsLabel.label, at, at + 3, (b[at] << 12) | (b[at + 1] << 4) | (b[at + 2] >> 4))
    c.note(mplsLabel.exp, at + 2, at + 3, (b[at + 2] >> 1) & 7)
    c.note(mplsLabel.bottom, at + 2, at + 3, b[at + 2] & 1)
    c.pos += 3
    c.u8(mplsLabel.ttl)
  }),
)

/** MPLS labels down to the bottom of the stack; then IP, or a pseudowire's Ethernet. RFC 3032, RFC 4448. */
export function mpls(l: Descent, b: Uint8Array, at: number, end: number): void {
  let bottom = false
  while (!bottom) {
    if (end - at < 4) return
    bottom = (b[at + 2] & 1) !== 0
    l.tap?.layer(MPLS, b, at, at + 4, 0)
    at += 4
  }
  const nibble = b[at] >> 4
  if (nibble === 4 || nibble === 6) l.ip(b, at, end)
  else if (l.enter()) ethernet(l, b, nibble === 0 && b[at + 1] === 0 ? at + 4 : at, end)
}
