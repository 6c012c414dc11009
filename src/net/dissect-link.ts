/** Link layers drawn. */
import type { Cursor } from "../bytes/cursor.ts"
import type { Field } from "../bytes/field.ts"
import * as f from "./dissect-fields.ts"
import { Layer } from "./layers.ts"

interface Drawing {
  readonly heading: Field
  readonly draw: (c: Cursor) => void
}

/** Draws one link header. Throws DecodeError when it is cut off. */
export function drawLink(layer: Layer, c: Cursor): void {
  const drawing = DRAWINGS[layer]
  if (drawing) c.group(drawing.heading, c.left, drawing.draw)
}

const DRAWINGS: Readonly<Partial<Record<Layer, Drawing>>> = {
  [Layer.ETHERNET]: { heading: f.eth.heading, draw: drawEthernet },
  [Layer.VLAN]: { heading: f.vlan.heading, draw: drawVlan },
  [Layer.MPLS]: { heading: f.mpls.heading, draw: drawMpls },
  [Layer.PPPOE]: { heading: f.pppoe.heading, draw: drawPppoe },
  [Layer.PPP]: { heading: f.ppp.heading, draw: drawPpp },
  [Layer.SLL]: { heading: f.sll.heading, draw: drawSll },
  [Layer.SLL2]: { heading: f.sll.heading, draw: drawSll2 },
  [Layer.NULL]: { heading: f.nul.heading, draw: drawNull },
  [Layer.LLC]: { heading: f.llc.heading, draw: drawLlc },
  [Layer.RADIOTAP]: { heading: f.wlan.radiotap, draw: drawRadiotap },
  [Layer.WLAN]: { heading: f.wlan.heading, draw: drawWlan },
  [Layer.NFLOG]: { heading: f.nflog.heading, draw: drawNflog },
}

const MIN_ETHERTYPE = 0x600

function drawEthernet(c: Cursor): void {
  for (const which of [f.eth.dst, f.eth.src]) {
    const address = c.bytes(which, 6)
    c.note(f.eth.addr, c.pos - 6, c.pos, address)
  }
  const type = ((c.peek() ?? 0) << 8) | (c.peek(1) ?? 0)
  c.u16(type < MIN_ETHERTYPE ? f.eth.length : f.eth.type)
}

function drawVlan(c: Cursor): void {
  const tag = ((c.peek() ?? 0) << 8) | (c.peek(1) ?? 0)
  c.note(f.vlan.priority, c.pos, c.pos + 1, tag >> 13)
  c.note(f.vlan.dei, c.pos, c.pos + 1, (tag & 0x1000) !== 0)
  c.note(f.vlan.id, c.pos, c.pos + 2, tag & 0xfff)
  c.pos += 2
  c.u16(f.vlan.type)
}

function drawMpls(c: Cursor): void {
  const b = c.src.bytes
  const at = c.pos
  c.note(f.mpls.label, at, at + 3, (b[at] << 12) | (b[at + 1] << 4) | (b[at + 2] >> 4))
  c.note(f.mpls.exp, at + 2, at + 3, (b[at + 2] >> 1) & 7)
  c.note(f.mpls.bottom, at + 2, at + 3, b[at + 2] & 1)
  c.pos += 3
  c.u8(f.mpls.ttl)
}

function drawPppoe(c: Cursor): void {
  const first = c.peek() ?? 0
  c.note(f.pppoe.version, c.pos, c.pos + 1, first >> 4)
  c.note(f.pppoe.type, c.pos, c.pos + 1, first & 15)
  c.pos += 1
  c.u8(f.pppoe.code)
  c.u16(f.pppoe.session)
  c.u16(f.pppoe.length)
}

function drawPpp(c: Cursor): void {
  if (c.left >= 3) {
    c.u8(f.ppp.address)
    c.u8(f.ppp.control)
  }
  c.uint(f.ppp.protocol, c.left)
}

function drawSll(c: Cursor): void {
  c.u16(f.sll.packetType)
  c.u16(f.sll.arpType)
  drawSllAddress(c, c.u16(f.sll.addressLength))
  c.u16(f.sll.type)
}

function drawSll2(c: Cursor): void {
  c.u16(f.sll.type)
  c.bytes(f.sll.unused, 2)
  c.u32(f.sll.interface)
  c.u16(f.sll.arpType)
  c.u8(f.sll.packetType)
  drawSllAddress(c, c.u8(f.sll.addressLength))
}

/** Eight octets, of which the address takes as many as its length says. */
function drawSllAddress(c: Cursor, length: number): void {
  if (length !== 6) {
    c.bytes(f.sll.unused, 8)
    return
  }
  c.bytes(f.sll.address, 6)
  c.bytes(f.sll.unused, 2)
}

function drawNull(c: Cursor): void {
  const b = c.src.bytes
  const at = c.pos
  const big = b[at] === 0 && b[at + 1] === 0
  c.note(f.nul.family, at, at + 4, big ? (b[at + 2] << 8) | b[at + 3] : b[at] | (b[at + 1] << 8))
}

function drawLlc(c: Cursor): void {
  c.u8(f.llc.dsap)
  c.u8(f.llc.ssap)
  c.u8(f.llc.control)
  c.u24(f.llc.oui)
  c.u16(f.llc.type)
}

function drawRadiotap(c: Cursor): void {
  const length = (c.peek(2) ?? 0) | ((c.peek(3) ?? 0) << 8)
  c.note(f.wlan.radiotapLength, c.pos + 2, c.pos + 4, length)
}

function drawWlan(c: Cursor): void {
  c.u16(f.wlan.control)
  c.u16(f.wlan.duration)
  c.bytes(f.wlan.address1, 6)
  c.bytes(f.wlan.address2, 6)
  c.bytes(f.wlan.address3, 6)
}

function drawNflog(c: Cursor): void {
  c.u8(f.nflog.family)
  c.u8(f.nflog.version)
  c.u16(f.nflog.resource)
}
