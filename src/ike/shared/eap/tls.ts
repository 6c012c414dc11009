/** Methods that carry TLS in fragments: EAP-TLS, TTLS, PEAP, FAST, TEAP. RFC 5216 §3.1, RFC 5281 §9.1, RFC 4851 §4.1, RFC 7170 §4.1. */

import type { Cursor } from "../../../bytes/cursor.ts"
import { bits, field } from "../../../bytes/field.ts"
import { EAP_TYPE } from "../../../registry/eap-types.ts"

export interface EapTls {
  readonly lengthIncluded: boolean
  readonly moreFragments: boolean
  readonly start: boolean
  /** Version of TTLS, PEAP, FAST and TEAP; 0 in EAP-TLS, where the bits are reserved. */
  readonly version: number
  /** Of the whole TLS message, bytes, when it is said. */
  readonly length?: number
  /** This fragment, a view of the packet. Empty in an acknowledgement. */
  readonly data: Uint8Array
  /** The first TLS record, when the fragment begins with one. */
  readonly record?: { readonly type: number; readonly version: number; readonly length: number }
}

const flags = field("eap.tls.flags", "Flags", { kind: "hex" })
const lengthIncluded = field("eap.tls.flags.len_included", "Length Included", { kind: "bool", ...bits(0x80) })
const moreFragments = field("eap.tls.flags.more_fragments", "More Fragments", { kind: "bool", ...bits(0x40) })
const start = field("eap.tls.flags.start", "Start", { kind: "bool", ...bits(0x20) })
const outerTlv = field("eap.tls.flags.outer_tlv_len_included", "Outer TLV Length Included", {
  kind: "bool",
  ...bits(0x10),
})
const version = field("eap.tls.flags.version", "Version")
const messageLength = field("eap.tls.len", "TLS Message Length")
const outerTlvLength = field("eap.tls.outer_tlv_len", "Outer TLV Length")
const outerTlvs = field("eap.tls.outer_tlvs", "Outer TLVs", { kind: "bytes" })
const data = field("eap.tls.data", "TLS Data", { kind: "bytes" })

const names = (map: ReadonlyMap<number, string>) => ({ name: (n: number) => map.get(n) })
const CONTENT = new Map([
  [20, "Change Cipher Spec"],
  [21, "Alert"],
  [22, "Handshake"],
  [23, "Application Data"],
])
const VERSION = new Map([
  [0x0301, "TLS 1.0"],
  [0x0302, "TLS 1.1"],
  [0x0303, "TLS 1.2"],
  [0x0304, "TLS 1.3"],
])
/** RFC 8446 §4, RFC 5246 §7.4. */
const HANDSHAKE = new Map([
  [1, "Client Hello"],
  [2, "Server Hello"],
  [4, "New Session Ticket"],
  [8, "Encrypted Extensions"],
  [11, "Certificate"],
  [12, "Server Key Exchange"],
  [13, "Certificate Request"],
  [14, "Server Hello Done"],
  [15, "Certificate Verify"],
  [16, "Client Key Exchange"],
  [20, "Finished"],
  [22, "Certificate Status"],
  [24, "Key Update"],
])
export const RECORD_TYPE = names(CONTENT)
export const HANDSHAKE_TYPE = names(HANDSHAKE)
const recordType = field("tls.record.content_type", "TLS Content Type", { names: RECORD_TYPE })
const recordVersion = field("tls.record.version", "TLS Version", { kind: "hex", names: names(VERSION) })
const recordLength = field("tls.record.length", "TLS Record Length")
const handshakeType = field("tls.handshake.type", "TLS Handshake Type", { names: HANDSHAKE_TYPE })

/**
 * Reads the Type-Data of a method of EAP type `type`.
 *
 *     |L M S O R| Ver |  TLS Message Length (if L)  |  Outer TLV Length (if O, TEAP)  |  TLS Data ...
 */
export function decodeTls(c: Cursor, type: number): EapTls {
  const octet = c.u8(flags)
  const bit = (mask: number) => (octet & mask) !== 0
  const head = {
    lengthIncluded: bit(0x80),
    moreFragments: bit(0x40),
    start: bit(0x20),
    version: type === EAP_TYPE.EAP_TLS ? 0 : octet & 7,
  }
  const outer = type === EAP_TYPE.EAP_TEAP && bit(0x10)
  const at = c.pos - 1
  c.note(lengthIncluded, at, c.pos, head.lengthIncluded)
  c.note(moreFragments, at, c.pos, head.moreFragments)
  c.note(start, at, c.pos, head.start)
  if (type === EAP_TYPE.EAP_TEAP) c.note(outerTlv, at, c.pos, outer)
  if (type !== EAP_TYPE.EAP_TLS) c.note(version, at, c.pos, head.version)
  const length = head.lengthIncluded ? c.u32(messageLength) : undefined
  const outerBytes = outer ? c.u32(outerTlvLength) : 0
  const bytes = c.src.bytes.subarray(c.pos, Math.max(c.pos, c.end - outerBytes))
  const record = bytes.length > 0 ? c.window(data, bytes.length, c.limit, decodeRecord, bytes) : undefined
  if (c.left > 0) c.bytes(outerTlvs)
  return { ...head, length, data: bytes, record }
}

/** The first record's header; undefined when the bytes begin with none (a later fragment). RFC 8446 §5.1. */
function decodeRecord(c: Cursor): EapTls["record"] {
  if (c.left < 5 || !CONTENT.has(c.peek() ?? 0) || c.peek(1) !== 3) return undefined
  const record = { type: c.u8(recordType), version: c.u16(recordVersion), length: c.u16(recordLength) }
  if (record.type === 22 && HANDSHAKE.has(c.peek() ?? 0)) c.u8(handshakeType)
  return record
}
