/** A packet in one line, in the words of Wireshark's packet list: protocol and info. */

import { u32At } from "../bytes/bytes.ts"
import { hex8, toHex } from "../bytes/hex.ts"
import { plural } from "../bytes/words.ts"
import { HEADER_BYTES } from "../ike/shared/header.ts"
import { addressText, destinationAddress, sourceAddress } from "../net/address.ts"
import { isQuoted, Kind, type PacketView } from "../net/packet-view.ts"
import { EXCHANGE_TYPE as EXCHANGE_TYPE_V1 } from "../registry/ikev1/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_V1 } from "../registry/ikev1/payload-types.ts"
import { EXCHANGE_TYPE as EXCHANGE_TYPE_V2 } from "../registry/ikev2/exchange-types.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import { otherInfo, otherProtocol } from "./other-summary.ts"

export interface PacketSummary {
  /** Addresses of the packet; of the link where there is no IP; empty where there is neither. */
  source: string
  destination: string
  protocol: string
  info: string
}

/** The summary of the current packet. Text only: nothing in it comes from the capture as it stands. */
export function summarize(view: PacketView): PacketSummary {
  if (isQuoted(view.kind)) return quoted(view)
  return { ...addresses(view), protocol: protocolOf(view), info: infoOf(view) }
}

const PROTOCOL: Readonly<Partial<Record<Kind, string>>> = {
  [Kind.ISAKMP]: "ISAKMP",
  [Kind.ESP]: "ESP",
  [Kind.AH]: "AH",
  [Kind.WESP]: "WESP",
  [Kind.KEEPALIVE]: "UDPENCAP",
}

const protocolOf = (view: PacketView): string => PROTOCOL[view.kind] ?? otherProtocol(view)

function infoOf(view: PacketView): string {
  switch (view.kind) {
    case Kind.ISAKMP:
      return isakmpInfo(view.payloadBytes, view.payloadStart, view.payloadEnd)
    case Kind.ESP:
    case Kind.AH:
    case Kind.WESP:
      return `${PROTOCOL[view.kind]} (SPI=0x${hex8(view.spi)})`
    case Kind.KEEPALIVE:
      return "NAT-keepalive"
    default:
      return otherInfo(view)
  }
}

function addresses(view: PacketView): { source: string; destination: string } {
  if (view.ipVersion !== 0) return { source: sourceAddress(view), destination: destinationAddress(view) }
  const ETHERNET = 1
  const { frameBytes: b, frameStart: at, frameEnd } = view
  if (view.linkType !== ETHERNET || frameEnd - at < 12) return { source: "", destination: "" }
  const mac = (from: number) => toHex(b, from, from + 6).replace(/..(?=.)/g, "$&:")
  return { source: mac(at + 6), destination: mac(at) }
}

/** An IKE message that an ICMP error quotes: the line is the error's. */
function quoted(view: PacketView): PacketSummary {
  const { outerVersion, outerBytes, outerIpStart } = view
  const source = outerIpStart + (outerVersion === 6 ? 8 : 12)
  const message = quotedInfo(view)
  return {
    source: addressText(outerVersion, outerBytes, source),
    destination: addressText(outerVersion, outerBytes, source + (outerVersion === 6 ? 16 : 4)),
    protocol: outerVersion === 6 ? "ICMPv6" : "ICMP",
    info: `${otherInfo(view)}, quotes ${message}`,
  }
}

function quotedInfo({ kind, payloadBytes, payloadStart, payloadEnd, spi }: PacketView): string {
  if (kind === Kind.QUOTED_ISAKMP) return isakmpInfo(payloadBytes, payloadStart, payloadEnd)
  return `${kind === Kind.QUOTED_AH ? "AH" : "ESP"} SPI=0x${hex8(spi)}`
}

/** `IKE_SA_INIT MID=00 Initiator Request`, `Quick Mode`, with the fragment's number if it is one. */
function isakmpInfo(b: Uint8Array, at: number, end: number): string {
  if (end - at < HEADER_BYTES) return `cut off after ${plural(end - at, "byte")}`
  const major = b[at + 17] >> 4
  const exchange = b[at + 18]
  if (major !== 1 && major !== 2) return `IKE version ${major}.${b[at + 17] & 15}`
  if (major < 2) return `${EXCHANGE_TYPE_V1.name(exchange) ?? `Unknown ${exchange}`}${fragmentV1(b, at, end)}`
  const name = EXCHANGE_TYPE_V2.name(exchange) ?? `Unknown ${exchange}`
  const flags = b[at + 19]
  const messageId = u32At(b, at + 20)
  const side = flags & 0x08 ? "Initiator" : "Responder"
  const way = flags & 0x20 ? "Response" : "Request"
  return `${name} MID=${String(messageId).padStart(2, "0")} ${side} ${way}${fragmentV2(b, at, end)}`
}

/** Encrypted Fragment payload: number and total. RFC 7383 §2.5. */
function fragmentV2(b: Uint8Array, at: number, end: number): string {
  let next = b[at + 16]
  let payload = at + HEADER_BYTES
  while (next !== PAYLOAD_TYPE.SKF && next !== PAYLOAD_TYPE.SK && next !== 0 && payload + 4 <= end) {
    const length = (b[payload + 2] << 8) | b[payload + 3]
    if (length < 4) return ""
    next = b[payload]
    payload += length
  }
  if (next !== PAYLOAD_TYPE.SKF || payload + 8 > end) return ""
  const number = (b[payload + 4] << 8) | b[payload + 5]
  return ` (fragment ${number}/${(b[payload + 6] << 8) | b[payload + 7]})`
}

/** The fragment payload that Cisco made and others took over: id, number, last. */
function fragmentV1(b: Uint8Array, at: number, end: number): string {
  const payload = at + HEADER_BYTES
  if (b[at + 16] !== PAYLOAD_V1.FRAG || payload + 8 > end) return ""
  return ` (Message fragment ${b[payload + 6]}${b[payload + 7] & 1 ? " - last" : ""})`
}
