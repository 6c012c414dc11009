/** Tunnels without encryption, looked into: GRE, EtherIP, GTP-U, VXLAN, VXLAN-GPE, Geneve. */
import { ETHERTYPE, Layer, type Layers } from "./layers.ts"
import { ethernet } from "./link.ts"

/** GRE, both versions, and ERSPAN in it. RFC 2784, RFC 2890, RFC 1701 §1, RFC 2637 §4.1. */
export function gre(l: Layers, b: Uint8Array, at: number, end: number): void {
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
  l.tap?.layer(Layer.GRE, b, at, body, 0)
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

function inEthernet(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (l.enter()) ethernet(l, b, at, end)
}

/** Ethernet in IP. RFC 3378. */
export function etherIp(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at > 2 && b[at] >> 4 === 3) inEthernet(l, b, at + 2, end)
}

const GTP_T_PDU = 255

/** GTP-U version 1, a T-PDU with its extension headers. 3GPP TS 29.281 §5. */
export function gtpU(l: Layers, b: Uint8Array, at: number, end: number): void {
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
  l.tap?.layer(Layer.GTP, b, at, body, 0)
  l.ip(b, body, end)
}

/** VXLAN: Ethernet behind 8 octets. RFC 7348 §5. */
export function vxlan(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8 || !(b[at] & 8)) return
  l.tap?.layer(Layer.VXLAN, b, at, at + 8, 0)
  inEthernet(l, b, at + 8, end)
}

/** VXLAN-GPE: the last octet of the first word says what is inside. draft-ietf-nvo3-vxlan-gpe §3.1. */
export function vxlanGpe(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8) return
  l.tap?.layer(Layer.VXLAN, b, at, at + 8, 0)
  const next = b[at] & 4 ? b[at + 3] : 3
  if (next === 1 || next === 2) l.ip(b, at + 8, end)
  else if (next === 3) inEthernet(l, b, at + 8, end)
}

/** Geneve. RFC 8926 §3.4. */
export function geneve(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8 || b[at] >> 6 !== 0) return
  const body = at + 8 + ((b[at] & 0x3f) << 2)
  if (body >= end) return
  l.tap?.layer(Layer.GENEVE, b, at, body, 0)
  l.etherType((b[at + 2] << 8) | b[at + 3], b, body, end)
}
