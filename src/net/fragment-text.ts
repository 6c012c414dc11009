/** What the first fragment of an incomplete IP datagram says of it: the headers of UDP and IKE stand there. */

import { u16At, u32At } from "../bytes/bytes.ts"
import type { Carried } from "../bytes/diagnostic.ts"
import { toHex } from "../bytes/hex.ts"
import { plural } from "../bytes/words.ts"
import { EXCHANGE_TYPE as EXCHANGE_V1 } from "../registry/ikev1/exchange-types.ts"
import { EXCHANGE_TYPE } from "../registry/ikev2/exchange-types.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { looksLikeIke } from "./ike-shape.ts"

const UDP_BYTES = 8
const IKE_BYTES = 28
const MARKER_BYTES = 4
/** ESP in UDP, and IKE behind a marker of zeros. RFC 3948 §2. */
const NAT_T = 4500
const FLAG_RESPONSE = 0x20

export interface CutOff {
  /** `: it carries IKE_AUTH 1 …`, with the advice that fits; empty when the datagram does not say what it is. */
  readonly text: string
  readonly carries?: Carried
}

/** Of a datagram of which the first `have` bytes came. */
export function cutOff(protocol: number, b: Uint8Array, have: number): CutOff {
  if (protocol === IP_PROTOCOL.ESP && have >= 8)
    return {
      text: `: it carries ESP of SPI ${toHex(b, 0, 4)}, number ${u32At(b, 4)}`,
      carries: { protocol: "ESP", spi: u32At(b, 0) },
    }
  if (protocol === IP_PROTOCOL.AH && have >= 12)
    return {
      text: `: it carries AH of SPI ${toHex(b, 4, 8)}, number ${u32At(b, 8)}`,
      carries: { protocol: "AH", spi: u32At(b, 4) },
    }
  if (protocol !== IP_PROTOCOL.UDP || have < UDP_BYTES + IKE_BYTES) return { text: "" }
  if ((u16At(b, 0) === NAT_T || u16At(b, 2) === NAT_T) && u32At(b, UDP_BYTES) !== 0)
    return cutOff(IP_PROTOCOL.ESP, b.subarray(UDP_BYTES), have - UDP_BYTES)
  const bytes = u16At(b, 4) - UDP_BYTES
  const marked = u32At(b, UDP_BYTES) === 0 ? MARKER_BYTES : 0
  const at = UDP_BYTES + marked
  // All of the message that there is ends with the datagram: its Length is held against the UDP length.
  if (have < at + IKE_BYTES || !looksLikeIke(b, at, have, bytes - marked)) {
    const ports = `${u16At(b, 0)} to ${u16At(b, 2)}`
    return { text: `: UDP ${ports}, ${plural(bytes, "byte")}` }
  }
  return {
    text: `: it carries ${messageText(b, at)} of ${plural(bytes - marked, "byte")}, whose receiver never gets it whole; ${advice(b[at + 17])}`,
    carries: { spiI: toHex(b, at, at + 8), spiR: toHex(b, at + 8, at + 16) },
  }
}

function messageText(b: Uint8Array, at: number): string {
  const spis = `SPIs ${toHex(b, at, at + 8)}, ${toHex(b, at + 8, at + 16)}`
  const type = b[at + 18]
  if (b[at + 17] >> 4 === 1) return `a message of ${EXCHANGE_V1.label(type)} (${spis})`
  const way = b[at + 19] & FLAG_RESPONSE ? "response" : "request"
  return `the ${EXCHANGE_TYPE.label(type)} ${u32At(b, at + 20)} ${way} (${spis})`
}

const advice = (version: number): string =>
  version >> 4 === 1
    ? "the fragments of IKE itself (Vendor ID FRAGMENTATION) avoid those of IP"
    : "IKE fragmentation (RFC 7383) avoids IP fragments: enable it on both ends"
