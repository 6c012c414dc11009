/** L2TP version 2 data messages: PPP in UDP. RFC 2661 §3.1. */
import { field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"
import { ppp } from "../link/ppp.ts"

const header = {
  heading: field("l2tp", "Layer 2 Tunneling Protocol", { kind: "none" }),
  flags: field("l2tp.flags", "Flags and version", { kind: "hex" }),
  rest: field("l2tp.header", "Tunnel, session and optional fields", { kind: "bytes" }),
}

const L2TP = layer(header, c =>
  c.group(header.heading, c.left, () => {
    c.u16(header.flags)
    c.bytes(header.rest)
  }),
)

const FLAG_CONTROL = 0x8000
const FLAG_LENGTH = 0x4000
const FLAG_SEQUENCE = 0x0800
const FLAG_OFFSET = 0x0200

/**
 *     |T|L|x|x|S|x|O|P|x|x|x|x|  Ver  |          Length (opt)         |
 *     |           Tunnel ID           |           Session ID          |
 *     |             Ns (opt)          |             Nr (opt)          |
 *     |      Offset Size (opt)        |    Offset pad... (opt)
 */
export function l2tp(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 6) return
  const flags = (b[at] << 8) | b[at + 1]
  if ((flags & 15) !== 2 || (flags & FLAG_CONTROL) !== 0) return
  let body = at + 6
  if (flags & FLAG_LENGTH) body += 2
  if (flags & FLAG_SEQUENCE) body += 4
  if (flags & FLAG_OFFSET) body += 2 + (body + 2 <= end ? (b[body] << 8) | b[body + 1] : 0)
  if (body >= end) return
  l.tap?.layer(L2TP, b, at, body, 0)
  if (l.enter()) ppp(l, b, body, end)
}
