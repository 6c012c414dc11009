/** 802.11 data frames, and the headers that capture tools put before them. IEEE 802.11-2020 §9.2-9.3; radiotap.org. */
import { field } from "../../bytes/field.ts"
import { u16, u32 } from "../../capture/format.ts"
import { LINK_TYPE } from "../../registry/link-types.ts"
import { type Descent, layer } from "../layers.ts"
import { llc } from "./ethernet.ts"
import type { LinkWalk } from "./link-walk.ts"

const tap = {
  heading: field("radiotap", "Radiotap Header", { kind: "none" }),
  length: field("radiotap.length", "Header length"),
}
const wifi = {
  heading: field("wlan", "IEEE 802.11", { kind: "none" }),
  control: field("wlan.fc", "Frame Control Field", { kind: "hex" }),
  duration: field("wlan.duration", "Duration"),
  address1: field("wlan.ra", "Receiver address", { kind: "ether" }),
  address2: field("wlan.ta", "Transmitter address", { kind: "ether" }),
  address3: field("wlan.addr", "Address", { kind: "ether" }),
}

const RADIOTAP = layer(tap, c =>
  c.group(tap.heading, c.left, () => {
    const length = (c.peek(2) ?? 0) | ((c.peek(3) ?? 0) << 8)
    c.note(tap.length, c.pos + 2, c.pos + 4, length)
  }),
)

const WLAN = layer(wifi, c =>
  c.group(wifi.heading, c.left, () => {
    c.u16(wifi.control)
    c.u16(wifi.duration)
    c.bytes(wifi.address1, 6)
    c.bytes(wifi.address2, 6)
    c.bytes(wifi.address3, 6)
  }),
)

/** Radiotap field 1, Flags: the frame has a check sequence, and padding between header and body. */
const FLAG_DATA_PAD = 0x20

/** A radiotap header, little-endian, then 802.11. */
function radiotap(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8) return
  const body = at + u16(b, at + 2, true)
  if (body - at < 8 || body > end) return
  l.tap?.layer(RADIOTAP, b, at, body, 0)
  wlan(l, b, body, end, radiotapFlags(b, at, body))
}

/** The Flags field, which stands behind the presence words and the 8-byte aligned TSFT. */
function radiotapFlags(b: Uint8Array, at: number, end: number): number {
  const present = u32(b, at + 4, true)
  let fields = at + 8
  for (let word = present; word & 0x80000000 && fields + 4 <= end; fields += 4) word = u32(b, fields, true)
  if (present & 1) fields = at + ((fields - at + 7) & ~7) + 8
  return present & 2 && fields < end ? b[fields] : 0
}

const TYPE_DATA = 2

/** An 802.11 frame: data frames that are not encrypted go on with LLC, A-MSDUs with each of theirs. */
function wlan(l: Descent, b: Uint8Array, at: number, end: number, radiotapFlag: number): void {
  if (end - at < 24) return
  const control = b[at]
  const flags = b[at + 1]
  const subtype = control >> 4
  const isData = ((control >> 2) & 3) === TYPE_DATA && (subtype & 4) === 0
  const isProtected = (flags & 0x40) !== 0
  const qos = (subtype & 8) !== 0
  let body = at + 24
  if ((flags & 3) === 3) body += 6
  const qosAt = body
  if (qos) body += flags & 0x80 ? 6 : 2
  if (radiotapFlag & FLAG_DATA_PAD) body = at + ((body - at + 3) & ~3)
  if (!isData || body >= end) return
  l.tap?.layer(WLAN, b, at, body, 0)
  if (isProtected) return
  if (qos && b[qosAt] & 0x80) aggregated(l, b, body, end)
  else llc(l, b, body, end)
}

/** A-MSDU: subframes of destination, source, length, LLC, padded to 4. IEEE 802.11-2020 §9.3.2.2. */
function aggregated(l: Descent, b: Uint8Array, at: number, end: number): void {
  const layersLeft = l.layersLeft
  while (at + 14 <= end) {
    const length = (b[at + 12] << 8) | b[at + 13]
    l.layersLeft = layersLeft
    llc(l, b, at + 14, Math.min(end, at + 14 + length))
    at += (14 + length + 3) & ~3
  }
}

/** Prism: 144 octets, or an AVS header that says so itself. */
function prism(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at >= 4 && (u32(b, at, false) & 0xfffff000) >>> 0 === 0x80211000) avs(l, b, at, end)
  else wlan(l, b, at + 144, end, 0)
}

/** AVS: the header's length is its second word. */
function avs(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at >= 8) wlan(l, b, Math.min(end, at + u32(b, at + 4, false)), end, 0)
}

/** Per-Packet Information: little-endian length and the link type of what follows. */
function ppi(l: Descent, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8) return
  const body = at + u16(b, at + 2, true)
  if (body - at >= 8 && body < end && l.enter()) l.link(u32(b, at + 4, true), b, body, end)
}

export const WLAN_LINKS: readonly LinkWalk[] = [
  [LINK_TYPE.IEEE802_11, (l, b, at, end) => wlan(l, b, at, end, 0)],
  [LINK_TYPE.IEEE802_11_RADIOTAP, radiotap],
  [LINK_TYPE.IEEE802_11_PRISM, prism],
  [LINK_TYPE.IEEE802_11_AVS, avs],
  [LINK_TYPE.PPI, ppi],
]
