/** GRE, ERSPAN in it, and Ethernet in IP. RFC 2784, RFC 2890, RFC 1701, RFC 2637, RFC 3378. */
import { field } from "../../bytes/field.ts"
import { type Descent, ETHERTYPE, layer } from "../layers.ts"
import { inEthernet } from "./in-ethernet.ts"

const header = {
  heading: field("gre", "Generic Routing Encapsulation", { kind: "none" }),
  flags: field("gre.flags_and_version", "Flags and Version", { kind: "hex" }),
  protocol: field("gre.proto", "Protocol Type", { kind: "hex" }),
  rest: field("gre.rest", "Optional fields", { kind: "bytes" }),
}

const GRE = layer(header, c =>
  c.group(header.heading, c.left, () => {
    c.u16(header.flags)
    c.u16(header.protocol)
    if (c.left > 0) c.bytes(header.rest)
  }),
)

/** GRE, both versions, and ERSPAN in it. RFC 2784, RFC 2890, RFC 1701 §1, RFC 2637 §4.1. */
export function gre(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 4) return
  const flags = (b[at] << 8) | b[at + 1]
  const type = (b[at + 2] << 8) | b[at + 3]
  const version = flags & 7
  let body = at + 4
  if (version === 0 && flags & 0xc000) body += 4
  if (flags & 0x2000) body += 4
  if (flags & 0x1000) body += 4
  if (version === 1 && flags & 0x0080) body += 4
  if (version === 0 && flags & 0x4000) body = afterRouting(b, body, end)
  if (version > 1 || body >= end) return
  l.tap?.layer(GRE, b, at, body, 0)
  if (type === ETHERTYPE.ERSPAN) inEthernet(l, b, flags & 0x1000 ? body + 8 : body, end)
  else if (type === ETHERTYPE.ERSPAN_3) inEthernet(l, b, body + 12 + (b[body + 11] & 1 ? 8 : 0), end)
  else l.etherType(type, b, body, end)
}

/** Passes over the source route entries: address family, offset, length, route; a zero family and length end them. */
function afterRouting(b: Uint8Array, at: number, end: number): number {
  while (at + 4 <= end) {
    const length = b[at + 3]
    if (length === 0) return at + 4
    at += 4 + length
  }
  return end
}

/** Ethernet in IP. RFC 3378. */
export function etherIp(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at > 2 && b[at] >> 4 === 3) inEthernet(l, b, at + 2, end)
}
