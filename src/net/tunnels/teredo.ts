/** Teredo: IPv6 in UDP over IPv4, behind authentication and origin indications. RFC 4380 §5.1. */
import { field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"

const header = {
  heading: field("teredo", "Teredo IPv6 over UDP tunneling", { kind: "none" }),
  indications: field("teredo.indications", "Authentication and origin indications", { kind: "bytes" }),
}

const TEREDO = layer(header, c => c.group(header.heading, c.left, () => c.left > 0 && c.bytes(header.indications)))

const AUTHENTICATION = 1
const ORIGIN = 0

/** An IPv6 packet, with up to one indication of each kind before it. */
export function teredo(l: Descent, b: Uint8Array, at: number, end: number): void {
  let body = at
  if (end - body >= 13 && b[body] === 0 && b[body + 1] === AUTHENTICATION) body += 13 + b[body + 2] + b[body + 3]
  if (end - body >= 8 && b[body] === 0 && b[body + 1] === ORIGIN) body += 8
  if (end - body < 40 || b[body] >> 4 !== 6) return
  l.tap?.layer(TEREDO, b, at, body, 0)
  l.ip(b, body, end)
}
