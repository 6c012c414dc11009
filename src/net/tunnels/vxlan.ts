/** VXLAN and VXLAN-GPE. RFC 7348 §5, draft-ietf-nvo3-vxlan-gpe. */
import { field } from "../../bytes/field.ts"
import { type Descent, layer } from "../layers.ts"
import { inEthernet } from "./in-ethernet.ts"

const header = {
  heading: field("vxlan", "Virtual eXtensible Local Area Network", { kind: "none" }),
  flags: field("vxlan.flags", "Flags", { kind: "hex" }),
  reserved: field("vxlan.gbp", "Group Policy ID"),
  vni: field("vxlan.vni", "VXLAN Network Identifier (VNI)"),
  reserved8: field("vxlan.reserved8", "Reserved"),
}

const VXLAN = layer(header, c =>
  c.group(header.heading, c.left, () => {
    c.u16(header.flags)
    c.u16(header.reserved)
    c.u24(header.vni)
    c.u8(header.reserved8)
  }),
)

/** VXLAN: Ethernet behind 8 octets. RFC 7348 §5. */
export function vxlan(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8 || !(b[at] & 8)) return
  l.tap?.layer(VXLAN, b, at, at + 8, 0)
  inEthernet(l, b, at + 8, end)
}

/** VXLAN-GPE: the last octet of the first word says what is inside. draft-ietf-nvo3-vxlan-gpe §3.1. */
export function vxlanGpe(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8) return
  l.tap?.layer(VXLAN, b, at, at + 8, 0)
  const next = b[at] & 4 ? b[at + 3] : 3
  if (next === 1 || next === 2) l.ip(b, at + 8, end)
  else if (next === 3) inEthernet(l, b, at + 8, end)
}
