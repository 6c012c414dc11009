/** An IKE message as it would stand on the wire without encryption, for tools that have no keys. RFC 7296 §3.14, RFC 7383 §2.5. */

import type { Message } from "../ike/message.ts"
import { FLAG_ENCRYPTION, HEADER_BYTES } from "../ike/shared/header.ts"
import type { Opened } from "../ike/shared/payload.ts"
import { fold, sum16 } from "../ipsec/checksum.ts"
import { behindOuterHeader, outerHeaderBytes } from "../ipsec/outer-header.ts"
import { Encapsulation, type PacketView } from "../net/packet-view.ts"
import { PAYLOAD_TYPE } from "../registry/ikev2/payload-types.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { putU32 } from "./esp-suite.ts"

/** Where the flags, the Next Payload and the Length stand in the header. RFC 2408 §3.1. */
const NEXT_PAYLOAD_AT = 16
const FLAGS_AT = 19
const LENGTH_AT = 24

/**
 * The message with SK replaced by its payloads (IKEv1: the body decrypted), Next Payload and Length rewritten, the Encryption bit
 * cleared. Undefined for a fragment that did not complete its message, and for a message without an encrypted part.
 */
export function clearIkeMessage(message: Message, opened: Opened): Uint8Array | undefined {
  const wire = message.src.bytes
  if (message.version === 1) {
    if (!message.encrypted) return undefined
    const out = assemble(
      wire.subarray(message.start, message.encrypted.start),
      opened.clear.bytes.subarray(0, opened.end),
    )
    out[FLAGS_AT] &= ~FLAG_ENCRYPTION
    return out
  }
  const at = message.payloads.findIndex(p => p.type === PAYLOAD_TYPE.SK || p.type === PAYLOAD_TYPE.SKF)
  if (at < 0) return undefined
  const sealed = message.payloads[at]
  const whole = opened.reassembled
  if (sealed.type === PAYLOAD_TYPE.SKF && !whole) return undefined
  const inside = whole ? whole.clear.bytes : opened.clear.bytes.subarray(0, opened.end)
  const out = assemble(wire.subarray(message.start, sealed.start), inside)
  const first = whole ? whole.first : opened.first
  const nextAt = at === 0 ? NEXT_PAYLOAD_AT : message.payloads[at - 1].start - message.start
  out[nextAt] = inside.length > 0 ? first : 0
  return out
}

/** Header and payloads in the clear, then what was encrypted; with the Length of the whole. */
function assemble(head: Uint8Array, inside: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.max(head.length, HEADER_BYTES) + inside.length)
  out.set(head)
  out.set(inside, head.length)
  putU32(out, LENGTH_AT, out.length)
  return out
}

const UDP_HEADER_BYTES = 8
const MARKER_BYTES = 4
const MAX_UDP_BYTES = 65_535 - 40

/**
 * An IP packet that carries `message` where the view's packet carried its IKE message: the same addresses and ports, the non-ESP marker
 * kept (a message out of TCP goes into UDP with a marker), checksums right. Undefined without an IP header or when it is too long.
 */
export function reframeIke(view: PacketView, message: Uint8Array): Uint8Array | undefined {
  const headerBytes = outerHeaderBytes(view.ipVersion, view.ipBytes, view.ipStart)
  const markerBytes = hasMarker(view) ? MARKER_BYTES : 0
  const length = UDP_HEADER_BYTES + markerBytes + message.length
  if (headerBytes === 0 || length > MAX_UDP_BYTES) return undefined
  const udp = new Uint8Array(length)
  putU32(udp, 0, ((view.sourcePort << 16) | view.destinationPort) >>> 0)
  udp[4] = length >>> 8
  udp[5] = length
  udp.set(message, UDP_HEADER_BYTES + markerBytes)
  const size = view.ipVersion === 4 ? 4 : 16
  let sum = sum16(view.ipBytes, view.sourceAt, view.sourceAt + size, IP_PROTOCOL.UDP + length)
  sum = sum16(view.ipBytes, view.destinationAt, view.destinationAt + size, sum)
  const checksum = fold(sum16(udp, 0, length, sum)) || 0xffff
  udp[6] = checksum >>> 8
  udp[7] = checksum
  const header = view.ipBytes.subarray(view.ipStart, view.ipStart + headerBytes)
  return behindOuterHeader(header, IP_PROTOCOL.UDP, udp)
}

/** The four octets before the message are zero: a UDP header without a marker ends in its length and checksum, and that length is never 0. */
function hasMarker({ encapsulation, payloadBytes: b, payloadStart: at }: PacketView): boolean {
  if (encapsulation === Encapsulation.TCP) return true
  return at >= MARKER_BYTES && (b[at - 1] | b[at - 2] | b[at - 3] | b[at - 4]) === 0
}
