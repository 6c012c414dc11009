/** Linux cooked captures, versions 1 and 2. https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html */
import type { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import { u16 } from "../../capture/format.ts"
import { LINK_TYPE } from "../../registry/link-types.ts"
import { type Descent, layer } from "../layers.ts"
import { llc } from "./ethernet.ts"
import type { LinkWalk } from "./link-walk.ts"

const sll = {
  heading: field("sll", "Linux cooked capture", { kind: "none" }),
  packetType: field("sll.pkttype", "Packet type"),
  arpType: field("sll.hatype", "Link-layer address type"),
  addressLength: field("sll.halen", "Link-layer address length"),
  address: field("sll.src.eth", "Source", { kind: "ether" }),
  unused: field("sll.unused", "Unused", { kind: "bytes" }),
  type: field("sll.etype", "Protocol", { kind: "hex" }),
  interface: field("sll.ifindex", "Interface index"),
}

const SLL = layer(sll, c =>
  c.group(sll.heading, c.left, () => {
    c.u16(sll.packetType)
    c.u16(sll.arpType)
    drawAddress(c, c.u16(sll.addressLength))
    c.u16(sll.type)
  }),
)

const SLL2 = layer(sll, c =>
  c.group(sll.heading, c.left, () => {
    c.u16(sll.type)
    c.bytes(sll.unused, 2)
    c.u32(sll.interface)
    c.u16(sll.arpType)
    c.u8(sll.packetType)
    drawAddress(c, c.u8(sll.addressLength))
  }),
)

/** Eight octets, of which the address takes as many as its length says. */
function drawAddress(c: Cursor, length: number): void {
  if (length !== 6) {
    c.bytes(sll.unused, 8)
    return
  }
  c.bytes(sll.address, 6)
  c.bytes(sll.unused, 2)
}

function cooked(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 16) return
  l.tap?.layer(SLL, b, at, at + 16, 0)
  etherTypeOrLlc(l, u16(b, at + 14, false), b, at + 16, end)
}

function cooked2(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 20) return
  l.tap?.layer(SLL2, b, at, at + 20, 0)
  etherTypeOrLlc(l, u16(b, at, false), b, at + 20, end)
}

/** The protocol of a Linux cooked header: an EtherType, or 4 for 802.2 frames. */
function etherTypeOrLlc(l: Descent, type: number, b: Uint8Array, at: number, end: number): void {
  if (type === 4) llc(l, b, at, end)
  else l.etherType(type, b, at, end)
}

export const COOKED_LINKS: readonly LinkWalk[] = [
  [LINK_TYPE.LINUX_SLL, cooked],
  [LINK_TYPE.LINUX_SLL2, cooked2],
]
