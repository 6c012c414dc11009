/** LISP data packets: IP in UDP behind eight octets. RFC 9300 §5.3. */
import { field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"

const header = {
  heading: field("lisp-data", "Locator/ID Separation Protocol (Data)", { kind: "none" }),
  flags: field("lisp-data.flags", "Flags", { kind: "hex" }),
  nonce: field("lisp-data.nonce", "Nonce", { kind: "hex" }),
  locator: field("lisp-data.lsb", "Instance ID and locator status bits", { kind: "hex" }),
}

const LISP = layer(header, c =>
  c.group(header.heading, c.left, () => {
    c.u8(header.flags)
    c.u24(header.nonce)
    c.u32(header.locator)
  }),
)

export function lisp(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at <= 8) return
  const version = b[at + 8] >> 4
  if (version !== 4 && version !== 6) return
  l.tap?.layer(LISP, b, at, at + 8, 0)
  l.ip(b, at + 8, end)
}
