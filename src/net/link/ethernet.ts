/** Ethernet, 802.3 with LLC and SNAP, and the tags behind it: VLANs, Provider Backbone Bridges, Cisco MetaData. */
import { bits, field } from "../../bytes/field.ts"
import { LINK_TYPE } from "../../registry/link-types.ts"
import { type Descent, layer } from "../layers.ts"
import type { LinkWalk } from "./link-walk.ts"

const eth = {
  heading: field("eth", "Ethernet II", { kind: "none" }),
  dst: field("eth.dst", "Destination", { kind: "ether" }),
  src: field("eth.src", "Source", { kind: "ether" }),
  addr: field("eth.addr", "Address", { kind: "ether", hidden: true }),
  type: field("eth.type", "Type", { kind: "hex" }),
  length: field("eth.len", "Length"),
}
const vlanTag = {
  heading: field("vlan", "802.1Q Virtual LAN", { kind: "none" }),
  priority: field("vlan.priority", "Priority", bits(0xe0)),
  dei: field("vlan.dei", "DEI", { kind: "bool" }),
  id: field("vlan.id", "ID", bits(0x0fff, 16)),
  type: field("vlan.etype", "Type", { kind: "hex" }),
}
const llcHeader = {
  heading: field("llc", "Logical-Link Control", { kind: "none" }),
  dsap: field("llc.dsap", "DSAP", { kind: "hex" }),
  ssap: field("llc.ssap", "SSAP", { kind: "hex" }),
  control: field("llc.control", "Control field", { kind: "hex" }),
  oui: field("llc.oui", "Organization Code"),
  type: field("llc.type", "Type", { kind: "hex" }),
}
const pbb = {
  heading: field("ieee8021ah", "IEEE 802.1ah", { kind: "none" }),
  isid: field("ieee8021ah.isid", "I-SID"),
  customerDst: field("ieee8021ah.cdst", "C-Destination", { kind: "ether" }),
  customerSrc: field("ieee8021ah.csrc", "C-Source", { kind: "ether" }),
}
const cmd = {
  heading: field("cmd", "Cisco MetaData", { kind: "none" }),
  version: field("cmd.version", "Version"),
  length: field("cmd.length", "Length"),
  options: field("cmd.options", "Options", { kind: "bytes" }),
  type: field("cmd.type", "Type", { kind: "hex" }),
}

/** Below this the field behind the addresses is a length. IEEE 802.3 §3.2.6. */
const MIN_ETHERTYPE = 0x600

const ETHERNET = layer(eth, c =>
  c.group(eth.heading, c.left, () => {
    for (const which of [eth.dst, eth.src]) {
      const address = c.bytes(which, 6)
      c.note(eth.addr, c.pos - 6, c.pos, address)
    }
    const type = ((c.peek() ?? 0) << 8) | (c.peek(1) ?? 0)
    c.u16(type < MIN_ETHERTYPE ? eth.length : eth.type)
  }),
)

const VLAN = layer(vlanTag, c =>
  c.group(vlanTag.heading, c.left, () => {
    const tag = ((c.peek() ?? 0) << 8) | (c.peek(1) ?? 0)
    c.note(vlanTag.priority, c.pos, c.pos + 1, tag >> 13)
    c.note(vlanTag.dei, c.pos, c.pos + 1, (tag & 0x1000) !== 0)
    c.note(vlanTag.id, c.pos, c.pos + 2, tag & 0xfff)
    c.pos += 2
    c.u16(vlanTag.type)
  }),
)

const LLC = layer(llcHeader, c =>
  c.group(llcHeader.heading, c.left, () => {
    c.u8(llcHeader.dsap)
    c.u8(llcHeader.ssap)
    c.u8(llcHeader.control)
    c.u24(llcHeader.oui)
    c.u16(llcHeader.type)
  }),
)

const PBB = layer(pbb, c =>
  c.group(pbb.heading, c.left, () => {
    c.note(pbb.isid, c.pos + 1, c.pos + 4, c.ahead(pbb.isid, 4) & 0xffffff)
    c.pos += 4
    c.bytes(pbb.customerDst, 6)
    c.bytes(pbb.customerSrc, 6)
  }),
)

const CMD = layer(cmd, c =>
  c.group(cmd.heading, c.left, () => {
    c.u8(cmd.version)
    c.u8(cmd.length)
    c.bytes(cmd.options, c.left - 2)
    c.u16(cmd.type)
  }),
)

/** Ethernet II, or 802.3 with LLC. */
export function ethernet(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 14) return
  l.tap?.layer(ETHERNET, b, at, at + 14, 0)
  typeOrLength(l, b, at + 12, end)
}

/** An EtherType at `at`, or the length of an 802.3 frame. */
function typeOrLength(l: Descent, b: Uint8Array, at: number, end: number): void {
  const type = (b[at] << 8) | b[at + 1]
  if (type >= MIN_ETHERTYPE) l.etherType(type, b, at + 2, end)
  else llc(l, b, at + 2, end)
}

/** An 802.1Q or 802.1ad tag, behind its EtherType. */
export function vlan(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 4) return
  l.tap?.layer(VLAN, b, at, at + 4, 0)
  typeOrLength(l, b, at + 2, end)
}

/** 802.2 LLC with SNAP: an EtherType behind an OUI. RFC 1042. */
export function llc(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8 || b[at] !== 0xaa || b[at + 1] !== 0xaa || b[at + 2] !== 3) return
  l.tap?.layer(LLC, b, at, at + 8, 0)
  if (b[at + 3] === 0 && b[at + 4] === 0) l.etherType((b[at + 6] << 8) | b[at + 7], b, at + 8, end)
}

/** The I-TAG of a Provider Backbone Bridge: priority and I-SID, the customer's two addresses and its EtherType. IEEE 802.1ah §9.7. */
export function backbone(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 18) return
  l.tap?.layer(PBB, b, at, at + 16, 0)
  typeOrLength(l, b, at + 16, end)
}

/** Cisco MetaData: version, length in units of 4 octets beyond the first option, options, and the EtherType of what follows. */
export function ciscoMetadata(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8) return
  const typeAt = at + 2 + 4 * Math.max(1, b[at + 1])
  if (typeAt + 2 > end) return
  l.tap?.layer(CMD, b, at, typeAt + 2, 0)
  typeOrLength(l, b, typeAt, end)
}

export const ETHERNET_LINKS: readonly LinkWalk[] = [[LINK_TYPE.ETHERNET, ethernet]]
