/** What stands behind the ports of IKE: IKE, ESP, WESP or a keepalive, with or without the non-ESP marker. RFC 3948 §2, RFC 5840 §2.1. */

import { u32At } from "../../bytes/bytes.ts"
import { field } from "../../bytes/field.ts"
import { hex8 } from "../../bytes/hex.ts"
import { sourceAddress } from "../address.ts"
import { looksLikeIke } from "../ike-shape.ts"
import { type Descent, layer } from "../layers.ts"
import { Encapsulation, Kind } from "../packet-view.ts"
import { encapsulatingPayload } from "./esp.ts"
import { wrappedEsp } from "./wesp.ts"

const encapsulation = {
  heading: field("udpencap", "UDP Encapsulation of IPsec Packets", { kind: "none" }),
  /** No value in Wireshark: there when the packet has it. */
  marker: field("udpencap.non_esp_marker", "Non-ESP Marker", { kind: "bool" }),
  keepalive: field("udpencap.nat_keepalive", "NAT-keepalive packet", { kind: "bool" }),
}

const UDP_ENCAPSULATION = layer(encapsulation, c =>
  c.group(encapsulation.heading, c.left, () => {
    if (c.left > 0) c.note(c.left === 1 ? encapsulation.keepalive : encapsulation.marker, c.pos, c.end, true)
  }),
)

const NON_ESP_MARKER_BYTES = 4
/** What stands in place of an SPI before a WESP header in UDP. RFC 5840 §2.1. */
const WESP_IN_UDP = 2

/** A datagram of port 500. */
export function ikePort(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  l.view.encapsulation = Encapsulation.UDP
  if (wireEnd - at === 1 && b[at] === 0xff) keepalive(l, b, at, end)
  else if (end - at > NON_ESP_MARKER_BYTES && u32At(b, at) === 0 && isMarked(b, at, end, wireEnd)) {
    if (!l.quoting)
      l.finding(
        "esp-marker-on-500",
        "an IKE message on port 500 behind a Non-ESP Marker, which belongs to port 4500 alone (RFC 7296 §3.1): its receiver takes the zeros for the initiator's SPI and drops it",
        `${sourceAddress(l.view)}:${l.view.sourcePort}`,
      )
    isakmp(l, b, at + NON_ESP_MARKER_BYTES, end, wireEnd)
  } else isakmp(l, b, at, end, wireEnd)
}

/** Whether a message stands behind four zeros, and none with them. */
function isMarked(b: Uint8Array, at: number, end: number, wireEnd: number): boolean {
  const behind = at + NON_ESP_MARKER_BYTES
  return !looksLikeIke(b, at, end, wireEnd - at) && looksLikeIke(b, behind, end, wireEnd - behind)
}

/** A datagram of a port that the user named: its content decides. */
export function eitherPort(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  if (looksLikeIke(b, at, end, wireEnd - at)) ikePort(l, b, at, end, wireEnd)
  else udpEncapsulated(l, b, at, end, wireEnd)
}

/** Whether a datagram of any port is IKE by its shape, with or without the non-ESP marker. */
export function isUserMessage(b: Uint8Array, at: number, end: number, wireEnd: number): boolean {
  if (end - at < 28) return false
  const from = u32At(b, at) === 0 ? at + NON_ESP_MARKER_BYTES : at
  return looksLikeIke(b, from, end, wireEnd - from)
}

/** What stands in UDP on port 4500. RFC 3948 §2. */
export function udpEncapsulated(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  l.view.encapsulation = Encapsulation.UDP
  encapsulated(l, b, at, end, wireEnd)
}

/** A message of an RFC 9329 stream, behind its length; `bare`: of another, which says itself what it is. */
export function tcpEncapsulated(l: Descent, b: Uint8Array, at: number, end: number, bare?: "ike" | "esp"): void {
  l.view.encapsulation = Encapsulation.TCP
  if (bare === "ike") isakmp(l, b, at, end, end)
  else if (bare === "esp") encapsulatingPayload(l, b, at, end, end)
  else encapsulated(l, b, at, end, end)
}

function encapsulated(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  if (wireEnd - at === 1 && b[at] === 0xff) {
    keepalive(l, b, at, end)
    return
  }
  if (end - at < NON_ESP_MARKER_BYTES) return
  const first = u32At(b, at)
  if (first === 0) {
    l.tap?.layer(UDP_ENCAPSULATION, b, at, at + 4, 0)
    isakmp(l, b, at + 4, end, wireEnd)
  } else if (first === WESP_IN_UDP) {
    l.tap?.layer(UDP_ENCAPSULATION, b, at, at + 4, 0)
    wrappedEsp(l, b, at + 4, end, wireEnd)
  } else if (looksLikeIke(b, at, end, wireEnd - at)) {
    if (!l.quoting)
      l.finding(
        "no-esp-marker",
        `an IKE message without the Non-ESP Marker (RFC 3948 §2.2): its receiver takes it for ESP with SPI ${hex8(first)} and drops it`,
        `${sourceAddress(l.view)}:${l.view.sourcePort}`,
      )
    isakmp(l, b, at, end, wireEnd)
  } else {
    // ESP follows UDP at once: the encapsulation has no byte of its own.
    if (l.view.encapsulation === Encapsulation.UDP) l.tap?.layer(UDP_ENCAPSULATION, b, at, at, 0)
    encapsulatingPayload(l, b, at, end, wireEnd)
  }
}

function keepalive(l: Descent, b: Uint8Array, at: number, end: number): void {
  l.tap?.layer(UDP_ENCAPSULATION, b, at, end, 0)
  l.view.spi = l.view.sequence = 0
  if (!l.quoting) l.found(Kind.KEEPALIVE, b, at, end, 1)
}

function isakmp(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  l.view.spi = l.view.sequence = 0
  if (at < end) l.found(l.quoting ? Kind.QUOTED_ISAKMP : Kind.ISAKMP, b, at, end, wireEnd - at)
}
