/** Link layers by their LINKTYPE number, down to what is inside. https://www.tcpdump.org/linktypes.html */
import { u16, u32 } from "../capture/format.ts"
import { LINK_TYPE } from "../registry/link-types.ts"
import { ETHERTYPE, Layer, type Layers } from "./layers.ts"
import { ppp, pppoe } from "./link-tags.ts"
import { avs, ppi, prism, radiotap, wlan } from "./wlan.ts"

/** Walks a frame of the link type. An unknown link type is a frame of which nothing is known. */
export function link(l: Layers, linkType: number, b: Uint8Array, at: number, end: number): void {
  switch (linkType) {
    case LINK_TYPE.ETHERNET:
      ethernet(l, b, at, end)
      break
    case LINK_TYPE.RAW_BSD:
    case LINK_TYPE.RAW_OPENBSD:
    case LINK_TYPE.RAW:
    case LINK_TYPE.IPV4:
    case LINK_TYPE.IPV6:
      l.ip(b, at, end)
      break
    case LINK_TYPE.LINUX_SLL:
      if (end - at < 16) break
      l.tap?.layer(Layer.SLL, b, at, at + 16, 0)
      etherTypeOrLlc(l, u16(b, at + 14, false), b, at + 16, end)
      break
    case LINK_TYPE.LINUX_SLL2:
      if (end - at < 20) break
      l.tap?.layer(Layer.SLL2, b, at, at + 20, 0)
      etherTypeOrLlc(l, u16(b, at, false), b, at + 20, end)
      break
    case LINK_TYPE.NULL:
    case LINK_TYPE.LOOP:
      addressFamily(l, b, at, at + 4, end)
      break
    case LINK_TYPE.ENC:
      addressFamily(l, b, at, at + 12, end)
      break
    case LINK_TYPE.PFLOG:
      if (end - at > 4) l.ip(b, at + ((b[at] + 3) & ~3), end)
      break
    case LINK_TYPE.PPP:
    case LINK_TYPE.PPP_PPPD:
      ppp(l, b, at, end)
      break
    case LINK_TYPE.PPP_HDLC:
      if (end - at >= 4 && b[at + 1] === 0) cHdlc(l, b, at, end)
      else ppp(l, b, at, end)
      break
    case LINK_TYPE.PPP_WITH_DIR:
      ppp(l, b, at + 1, end)
      break
    case LINK_TYPE.PPP_ETHER:
      pppoe(l, b, at, end)
      break
    case LINK_TYPE.C_HDLC:
      cHdlc(l, b, at, end)
      break
    case LINK_TYPE.FRELAY:
      frameRelay(l, b, at, end)
      break
    case LINK_TYPE.NFLOG:
      nflog(l, b, at, end)
      break
    case LINK_TYPE.IEEE802_11:
      wlan(l, b, at, end, 0)
      break
    case LINK_TYPE.IEEE802_11_RADIOTAP:
      radiotap(l, b, at, end)
      break
    case LINK_TYPE.IEEE802_11_PRISM:
      prism(l, b, at, end)
      break
    case LINK_TYPE.IEEE802_11_AVS:
      avs(l, b, at, end)
      break
    case LINK_TYPE.PPI:
      ppi(l, b, at, end)
      break
  }
}

/** Ethernet II, or 802.3 with LLC. */
export function ethernet(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 14) return
  l.tap?.layer(Layer.ETHERNET, b, at, at + 14, 0)
  const type = (b[at + 12] << 8) | b[at + 13]
  if (type >= 0x600) l.etherType(type, b, at + 14, end)
  else llc(l, b, at + 14, end)
}

/** An 802.1Q or 802.1ad tag, behind its EtherType. */
export function vlan(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 4) return
  l.tap?.layer(Layer.VLAN, b, at, at + 4, 0)
  const type = (b[at + 2] << 8) | b[at + 3]
  if (type >= 0x600) l.etherType(type, b, at + 4, end)
  else llc(l, b, at + 4, end)
}

/** 802.2 LLC with SNAP: an EtherType behind an OUI. RFC 1042. */
export function llc(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 8 || b[at] !== 0xaa || b[at + 1] !== 0xaa || b[at + 2] !== 3) return
  l.tap?.layer(Layer.LLC, b, at, at + 8, 0)
  if (b[at + 3] === 0 && b[at + 4] === 0) l.etherType((b[at + 6] << 8) | b[at + 7], b, at + 8, end)
}

/** The protocol of a Linux cooked header: an EtherType, or 4 for 802.2 frames. */
function etherTypeOrLlc(l: Layers, type: number, b: Uint8Array, at: number, end: number): void {
  if (type === 4) llc(l, b, at, end)
  else l.etherType(type, b, at, end)
}

/** The header of a null or loopback link: an address family in either byte order. What follows says itself which IP it is. */
function addressFamily(l: Layers, b: Uint8Array, at: number, body: number, end: number): void {
  if (body >= end) return
  l.tap?.layer(Layer.NULL, b, at, body, 0)
  const family = Math.min(u32(b, at, true), u32(b, at, false))
  if (family === 2 || AF_INET6.includes(family)) l.ip(b, body, end)
}

/** AF_INET6 of Linux, BSD/OS, NetBSD and OpenBSD, FreeBSD, macOS. */
const AF_INET6 = [10, 23, 24, 28, 30]

/** Cisco HDLC: address, control, EtherType. */
function cHdlc(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at > 4) l.etherType((b[at + 2] << 8) | b[at + 3], b, at + 4, end)
}

/** Frame relay with an NLPID, or with SNAP behind it. RFC 2427. */
function frameRelay(l: Layers, b: Uint8Array, at: number, end: number): void {
  while (at < end && !(b[at] & 1)) at++
  if (end - at < 4 || b[at + 1] !== 3) return
  at += b[at + 2] === 0 ? 3 : 2
  if (b[at] === 0xcc || b[at] === 0x8e) l.ip(b, at + 1, end)
  else if (b[at] === 0x80 && end - at > 6) l.etherType((b[at + 4] << 8) | b[at + 5], b, at + 6, end)
}

const NFULA_PAYLOAD = 9

/** Linux netfilter log: TLVs in the byte order of the host, one of them the IP packet. */
function nflog(l: Layers, b: Uint8Array, at: number, end: number): void {
  if (end - at < 4) return
  l.tap?.layer(Layer.NFLOG, b, at, at + 4, 0)
  const little = l.view.littleEndian
  let tlv = at + 4
  while (tlv + 4 <= end) {
    const length = u16(b, tlv, little)
    if (length < 4) return
    if (u16(b, tlv + 2, little) === NFULA_PAYLOAD) {
      l.ip(b, tlv + 4, Math.min(end, tlv + length))
      return
    }
    tlv += (length + 3) & ~3
  }
}

export const isVlanType = (type: number): boolean =>
  type === ETHERTYPE.VLAN ||
  type === ETHERTYPE.SERVICE_VLAN ||
  type === ETHERTYPE.OLD_QINQ ||
  type === ETHERTYPE.OLD_QINQ_2
