/** IPsec by protocol number and behind the ports of IKE: who is IKE, ESP, WESP, AH or a keepalive. RFC 3948, 4302, 4303, 5840. */
import { looksLikeIke } from "./ike-shape.ts"
import { Layer, type Layers } from "./layers.ts"
import { Encapsulation, Kind } from "./packet-view.ts"

const NON_ESP_MARKER_BYTES = 4
/** What stands in place of an SPI before a WESP header in UDP. RFC 5840 §2.1. */
const WESP_IN_UDP = 2

const u32 = (b: Uint8Array, at: number): number =>
  ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0

/** A datagram of port 500, or with `either` of a port that the user named: there the content tells. */
export function ikePort(l: Layers, b: Uint8Array, at: number, end: number, wireEnd: number, either = true): void {
  if (wireEnd - at === 1 && b[at] === 0xff) keepalive(l, Encapsulation.UDP, b, at, end)
  else if (!either || looksLikeIke(b, at, end, wireEnd - at)) isakmp(l, Encapsulation.UDP, b, at, end, wireEnd)
  else udpEncapsulated(l, Encapsulation.UDP, b, at, end, wireEnd)
}

/** Whether a datagram of any port is IKE by its shape, with or without the non-ESP marker. */
export function isUserMessage(b: Uint8Array, at: number, end: number, wireEnd: number): boolean {
  if (end - at < 28) return false
  const from = u32(b, at) === 0 ? at + NON_ESP_MARKER_BYTES : at
  return looksLikeIke(b, from, end, wireEnd - from)
}

/** What stands in UDP on port 4500, or in a message of an RFC 9329 stream behind its length. RFC 3948 §2. */
export function udpEncapsulated(
  l: Layers,
  encapsulation: Encapsulation,
  b: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
): void {
  if (wireEnd - at === 1 && b[at] === 0xff) {
    keepalive(l, encapsulation, b, at, end)
    return
  }
  if (end - at < NON_ESP_MARKER_BYTES) return
  const first = u32(b, at)
  if (first === 0) {
    l.tap?.layer(Layer.UDP_ENCAPSULATION, b, at, at + 4, 0)
    isakmp(l, encapsulation, b, at + 4, end, wireEnd)
  } else if (first === WESP_IN_UDP) {
    l.tap?.layer(Layer.UDP_ENCAPSULATION, b, at, at + 4, 0)
    wrappedEsp(l, encapsulation, b, at + 4, end, wireEnd)
  } else {
    // ESP follows UDP at once: the encapsulation has no byte of its own.
    if (encapsulation === Encapsulation.UDP) l.tap?.layer(Layer.UDP_ENCAPSULATION, b, at, at, 0)
    encapsulatingPayload(l, encapsulation, b, at, end, wireEnd)
  }
}

function keepalive(l: Layers, encapsulation: Encapsulation, b: Uint8Array, at: number, end: number): void {
  l.tap?.layer(Layer.UDP_ENCAPSULATION, b, at, end, 0)
  if (!l.quoting) l.found(Kind.KEEPALIVE, encapsulation, b, at, end, 1, 0, 0)
}

function isakmp(l: Layers, via: Encapsulation, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  if (at < end) l.found(l.quoting ? Kind.QUOTED_ISAKMP : Kind.ISAKMP, via, b, at, end, wireEnd - at, 0, 0)
}

/** An ESP packet at `at`. RFC 4303 §2. */
export function encapsulatingPayload(
  l: Layers,
  encapsulation: Encapsulation,
  b: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
): void {
  l.tap?.layer(Layer.ESP, b, at, end, 0)
  if (l.quoting) return
  if (end - at < 8) l.finding("esp-truncated", `an ESP packet of ${end - at} bytes has no SPI and sequence number`)
  else l.found(Kind.ESP, encapsulation, b, at, end, wireEnd - at, u32(b, at), u32(b, at + 4))
}

/** An AH header at `at`; what it protects is looked into as well. RFC 4302 §2. */
export function authenticationHeader(l: Layers, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  l.tap?.layer(Layer.AH, b, at, end, 0)
  if (end - at < 12) {
    if (!l.quoting) l.finding("ah-truncated", `an AH header of ${end - at} bytes is cut off`)
    return
  }
  const next = b[at]
  const body = at + ((b[at + 1] + 2) << 2)
  if (!l.quoting) l.found(Kind.AH, Encapsulation.NONE, b, at, end, wireEnd - at, u32(b, at + 4), u32(b, at + 8))
  if (body - at < 12) l.finding("ah-length", `the length of ${body - at} bytes that an AH header says is below 12`)
  if (body <= end) l.protocol(next, b, body, end, wireEnd)
}

const WESP_PADDING = 0x10

/** A WESP header at `at`, the ESP packet behind it. RFC 5840 §2. */
export function wrappedEsp(
  l: Layers,
  encapsulation: Encapsulation,
  b: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
): void {
  l.tap?.layer(Layer.WESP, b, at, end, 0)
  const esp = at + 4 + (b[at + 3] & WESP_PADDING ? 4 : 0)
  if (l.quoting) return
  if (end - esp < 8) l.finding("esp-truncated", `a WESP packet of ${end - at} bytes has no SPI and sequence number`)
  else l.found(Kind.WESP, encapsulation, b, at, end, wireEnd - at, u32(b, esp), u32(b, esp + 4))
}
