/** GTP-U, version 1. 3GPP TS 29.281 §5. */
import { field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"

const gtp = {
  heading: field("gtp", "GPRS Tunneling Protocol", { kind: "none" }),
  flags: field("gtp.flags", "Flags", { kind: "hex" }),
  message: field("gtp.message", "Message Type", { kind: "hex" }),
  length: field("gtp.length", "Length"),
  teid: field("gtp.teid", "TEID", { kind: "hex" }),
  rest: field("gtp.ext_hdr", "Extension headers", { kind: "bytes" }),
}

const GTP = layer(gtp, c =>
  c.group(gtp.heading, c.left, () => {
    c.u8(gtp.flags)
    c.u8(gtp.message)
    c.u16(gtp.length)
    c.u32(gtp.teid)
    if (c.left > 0) c.bytes(gtp.rest)
  }),
)

const GTP_T_PDU = 255

/** GTP-U version 1, a T-PDU with its extension headers. 3GPP TS 29.281 §5. */
export function gtpU(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8 || (b[at] & 0xf0) !== 0x30 || b[at + 1] !== GTP_T_PDU) return
  let body = at + 8
  if (b[at] & 7) {
    body += 4
    if (body > end) return
    let next = b[at] & 4 ? b[body - 1] : 0
    while (next !== 0) {
      const length = b[body] << 2
      if (length === 0 || body + length > end) return
      body += length
      next = b[body - 1]
    }
  }
  l.tap?.layer(GTP, b, at, body, 0)
  l.ip(b, body, end)
}
