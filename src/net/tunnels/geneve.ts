/** Geneve. RFC 8926 §3.4. */
import { field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"

const header = {
  heading: field("geneve", "Generic Network Virtualization Encapsulation", { kind: "none" }),
  flags: field("geneve.flags", "Flags", { kind: "hex" }),
  type: field("geneve.proto_type", "Protocol Type", { kind: "hex" }),
  vni: field("geneve.vni", "Virtual Network Identifier (VNI)", { kind: "hex" }),
  rest: field("geneve.options", "Options", { kind: "bytes" }),
}

const GENEVE = layer(header, c =>
  c.group(header.heading, c.left, () => {
    c.u16(header.flags)
    c.u16(header.type)
    c.u24(header.vni)
    c.bytes(header.rest)
  }),
)

/** Geneve. RFC 8926 §3.4. */
export function geneve(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8 || b[at] >> 6 !== 0) return
  const body = at + 8 + ((b[at] & 0x3f) << 2)
  if (body >= end) return
  l.tap?.layer(GENEVE, b, at, body, 0)
  l.etherType((b[at + 2] << 8) | b[at + 3], b, body, end)
}
