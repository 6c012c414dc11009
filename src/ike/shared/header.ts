/** The ISAKMP header, 28 octets, the same layout in IKEv1 and IKEv2. RFC 7296 §3.1, RFC 2408 §3.1. */
import type { ByteSource } from "../../bytes/byte-source.ts"
import { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import type { FieldSink } from "../../bytes/field-sink.ts"
import { hexOf8 } from "../../bytes/hex.ts"
import { EXCHANGE_TYPE as EXCHANGE_TYPE_V1 } from "../../registry/ikev1/exchange-types.ts"
import { isGdoiExchange, NOT_GDOI, PAYLOAD_TYPE as PAYLOAD_TYPE_V1 } from "../../registry/ikev1/payload-types.ts"
import { EXCHANGE_TYPE as EXCHANGE_TYPE_V2 } from "../../registry/ikev2/exchange-types.ts"
import { PAYLOAD_TYPE as PAYLOAD_TYPE_V2 } from "../../registry/ikev2/payload-types.ts"
import * as f from "./fields.ts"

export const HEADER_BYTES = 28

export interface IsakmpHeader {
  /** 16 lower-case hex digits; IKEv1 calls them cookies. */
  readonly spiI: string
  readonly spiR: string
  readonly nextPayload: number
  readonly major: number
  readonly minor: number
  readonly exchangeType: number
  readonly flags: number
  readonly messageId: number
  /** Of the whole message with this header, bytes, as the header says. */
  readonly length: number
}

/** IKEv2 flags. RFC 7296 §3.1. */
export const FLAG_INITIATOR = 0x08
const FLAG_VERSION = 0x10
export const FLAG_RESPONSE = 0x20
/** IKEv1 flags. RFC 2408 §3.1. */
export const FLAG_ENCRYPTION = 0x01
const FLAG_COMMIT = 0x02
const FLAG_AUTHENTICATION_ONLY = 0x04

const nextPayloadV1 = field("isakmp.nextpayload", "Next payload", { names: PAYLOAD_TYPE_V1 })
const nextPayloadV2 = field("isakmp.nextpayload", "Next payload", { names: PAYLOAD_TYPE_V2 })
const nextPayloadNoGdoi = field("isakmp.nextpayload", "Next payload", { names: NOT_GDOI })
const exchangeV1 = field("isakmp.exchangetype", "Exchange type", { names: EXCHANGE_TYPE_V1 })
const exchangeV2 = field("isakmp.exchangetype", "Exchange type", { names: EXCHANGE_TYPE_V2 })

const exchangeField = (major: number) => (major === 1 ? exchangeV1 : exchangeV2)

/** Next Payload in the number space of the IKE version, and of the exchange: only GDOI's have GDOI's payloads. */
export const nextPayloadField = (major: number, exchangeType = 0) =>
  major !== 1 ? nextPayloadV2 : isGdoiExchange(exchangeType) ? nextPayloadV1 : nextPayloadNoGdoi

/** Reads the header. Throws DecodeError when fewer than 28 bytes are left. With `drawOnly` the SPIs are not returned. */
export function decodeHeader(c: Cursor, drawOnly = false): IsakmpHeader {
  const { pos, src } = c
  const major = (c.peek(17) ?? 0) >> 4
  c.pass(f.ispi, 8)
  c.pass(f.rspi, 8)
  return {
    spiI: drawOnly ? "" : hexOf8(src.bytes, pos),
    spiR: drawOnly ? "" : hexOf8(src.bytes, pos + 8),
    nextPayload: c.u8(nextPayloadField(major, c.peek(2))),
    major,
    minor: readVersion(c) & 15,
    exchangeType: c.u8(exchangeField(major)),
    flags: readFlags(c, major),
    messageId: c.u32(f.messageId),
    length: c.u32(f.length),
  }
}

function readVersion(c: Cursor): number {
  const version = c.u8(f.version)
  c.note(f.mjver, c.pos - 1, c.pos, version >> 4)
  c.note(f.mnver, c.pos - 1, c.pos, version & 15)
  return version
}

function readFlags(c: Cursor, major: number): number {
  const flags = c.u8(f.flags)
  const at = c.pos - 1
  if (major === 1) {
    c.note(f.flagE, at, c.pos, (flags & FLAG_ENCRYPTION) !== 0)
    c.note(f.flagC, at, c.pos, (flags & FLAG_COMMIT) !== 0)
    c.note(f.flagA, at, c.pos, (flags & FLAG_AUTHENTICATION_ONLY) !== 0)
  } else {
    c.note(f.flagI, at, c.pos, (flags & FLAG_INITIATOR) !== 0)
    c.note(f.flagV, at, c.pos, (flags & FLAG_VERSION) !== 0)
    c.note(f.flagR, at, c.pos, (flags & FLAG_RESPONSE) !== 0)
  }
  return flags
}

/** Draws the header of the message in `src.bytes[start, end)` and nothing behind it. False when it is cut off: nothing is drawn. */
export function drawHeader(src: ByteSource, start: number, end: number, sink: FieldSink): boolean {
  if (end - start < HEADER_BYTES) return false
  sink.open(f.isakmp, src, start, end)
  const c = new Cursor(src, start, end, "datagram", sink)
  const major = src.bytes[start + 17] >> 4
  c.pass(f.ispi, 8)
  c.pass(f.rspi, 8)
  c.u8(nextPayloadField(major, c.peek(2)))
  readVersion(c)
  c.u8(exchangeField(major))
  readFlags(c, major)
  c.u32(f.messageId)
  c.u32(f.length)
  sink.close()
  return true
}
