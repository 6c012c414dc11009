/** An EAP packet as IKE carries it: code, identifier, length, and the method's data. RFC 3748 §4. */
import type { Cursor } from "../../../bytes/cursor.ts"
import { DecodeError } from "../../../bytes/errors.ts"
import { field } from "../../../bytes/field.ts"
import { EAP_CODE, EAP_TYPE } from "../../../registry/eap-types.ts"
import * as f from "../fields.ts"
import { attempt } from "../items.ts"
import { decodeFiveG, EAP_5G, type EapFiveG, VENDOR_3GPP } from "./five-g.ts"
import { decodeMschapv2, type EapMschapv2 } from "./mschapv2.ts"
import { decodeSim, type EapSim } from "./sim.ts"
import { decodeTls, type EapTls } from "./tls.ts"

/** What the data of a method says, as far as its headers go; `kind` says which. */
type EapMethod =
  | { readonly kind: "identity"; readonly identity: string }
  | { readonly kind: "notification"; readonly message: string }
  | { readonly kind: "nak"; readonly desired: readonly number[] }
  | { readonly kind: "md5"; readonly value: Uint8Array; readonly name: string }
  | { readonly kind: "gtc"; readonly message: string }
  | { readonly kind: "tls"; readonly tls: EapTls }
  | { readonly kind: "mschapv2"; readonly mschapv2: EapMschapv2 }
  | { readonly kind: "sim"; readonly sim: EapSim }
  | { readonly kind: "5g"; readonly fiveG: EapFiveG }

export interface EapPacket {
  /** 1 Request, 2 Response, 3 Success, 4 Failure, 5 Initiate, 6 Finish. */
  readonly code: number
  readonly identifier: number
  /** As the packet says, bytes. */
  readonly length: number
  /** Method type; absent in Success and Failure. */
  readonly type?: number
  /** Of an Expanded Type (254): SMI Private Enterprise Code and the vendor's type. Vendor 0 counts the IETF's types on. */
  readonly vendor?: { readonly id: number; readonly type: number }
  /** Type-Data, a view of the packet. */
  readonly data: Uint8Array
  readonly method?: EapMethod
  /** Why the method's data could not be read. */
  readonly fault?: DecodeError
}

const code = field("eap.code", "Code", { names: EAP_CODE })
const identifier = field("eap.id", "Id")
const packetLength = field("eap.len", "Length")
const type = field("eap.type", "Type", { names: EAP_TYPE })
const typeData = field("eap.data", "EAP Data", { kind: "bytes" })
const vendorId = field("eap.ext.vendor_id", "Vendor Id", { kind: "hex" })
const vendorType = field("eap.ext.vendor_type", "Vendor Type", { kind: "hex" })
const identity = field("eap.identity", "Identity", { kind: "text" })
const notification = field("eap.notification", "Notification", { kind: "text" })
const desiredType = field("eap.desired_type", "Desired Auth Type", { names: EAP_TYPE })
const md5Size = field("eap.md5.value_size", "EAP-MD5 Value-Size")
const md5Value = field("eap.md5.value", "EAP-MD5 Value", { kind: "bytes" })
const md5Name = field("eap.md5.extra_data", "EAP-MD5 Name", { kind: "text" })
const gtcMessage = field("eap.gtc.message", "EAP-GTC Message", { kind: "text" })
const gtcResponse = field("eap.gtc.response", "EAP-GTC Response", { kind: "text", secret: true })

const HEADER_BYTES = 4

/**
 * Reads the packet that fills the cursor's window. Throws DecodeError when its header is cut off; faults of a method stay in `fault`.
 *
 *     |     Code      |  Identifier   |            Length             |
 *     |     Type      |  Type-Data ...
 */
export function decodeEap(c: Cursor): EapPacket {
  const head = { code: c.u8(code), identifier: c.u8(identifier), length: c.u16(packetLength) }
  const none = c.src.bytes.subarray(c.pos, c.pos)
  if (head.length < HEADER_BYTES)
    throw c.invalid(packetLength, c.pos - 2, `EAP Length ${head.length} is less than its own header of 4`)
  if (head.length === HEADER_BYTES) return { ...head, data: none }
  if (head.length - HEADER_BYTES > c.left)
    throw new DecodeError({
      code: "truncated",
      field: typeData,
      at: c.pos,
      need: head.length - HEADER_BYTES,
      have: c.left,
      limit: c.limit,
    })
  const kind = c.u8(type)
  const start = c.pos
  const left = head.length - HEADER_BYTES - 1
  const data = c.src.bytes.subarray(start, start + left)
  if (kind === EAP_TYPE.EXPANDED) return decodeExpanded(c, head, left)
  const { value: method, fault } = decodeMethod(c, head.code, kind, left)
  return { ...head, type: kind, data, method, fault }
}

/** EAP-5G among the readers of methods: no EAP type has this number. */
const EAP_5G_METHOD = 256

/** RFC 3748 §5.7. */
function decodeExpanded(
  c: Cursor,
  head: { code: number; identifier: number; length: number },
  left: number,
): EapPacket {
  if (left < 7)
    throw new DecodeError({ code: "truncated", field: vendorId, at: c.pos, need: 7, have: left, limit: "EAP Length" })
  const vendor = { id: c.u24(vendorId), type: c.u32(vendorType) }
  const data = c.src.bytes.subarray(c.pos, c.pos + left - 7)
  if (vendor.id === VENDOR_3GPP && vendor.type === EAP_5G) {
    const { value: method, fault } = decodeMethod(c, head.code, EAP_5G_METHOD, left - 7)
    return { ...head, type: EAP_TYPE.EXPANDED, vendor, data, method, fault }
  }
  // The IETF's own types may come in expanded form too.
  if (vendor.id !== 0 || vendor.type > 253) {
    if (left > 7) c.bytes(typeData, left - 7)
    return { ...head, type: EAP_TYPE.EXPANDED, vendor, data }
  }
  const { value: method, fault } = decodeMethod(c, head.code, vendor.type, left - 7)
  return { ...head, type: EAP_TYPE.EXPANDED, vendor, data, method, fault }
}

function decodeMethod(c: Cursor, kind: number, method: number, length: number) {
  const read = METHODS.get(method)
  if (length === 0 && !read) return {}
  const bytes = c.src.bytes.subarray(c.pos, c.pos + length)
  return c.window(
    typeData,
    length,
    "EAP Length",
    d =>
      attempt(d, () => {
        if (!read) return undefined
        const value = read(d, kind, method)
        if (d.left > 0) d.bytes(f.extraData)
        return value
      }),
    bytes,
  )
}

type MethodReader = (c: Cursor, code: number, type: number) => EapMethod

const readTls: MethodReader = (c, _code, type) => ({ kind: "tls", tls: decodeTls(c, type) })
const readSim: MethodReader = (c, _code, type) => ({ kind: "sim", sim: decodeSim(c, type) })

const METHODS: ReadonlyMap<number, MethodReader> = new Map<number, MethodReader>([
  [EAP_TYPE.IDENTITY, c => ({ kind: "identity", identity: c.text(identity) })],
  [EAP_TYPE.NOTIFICATION, c => ({ kind: "notification", message: c.text(notification) })],
  [EAP_TYPE.NAK, readNak],
  [EAP_TYPE.EAP_MD5, readMd5],
  [
    EAP_TYPE.EAP_GTC,
    (c, code) => ({ kind: "gtc", message: c.text(code === EAP_CODE.RESPONSE ? gtcResponse : gtcMessage) }),
  ],
  [EAP_TYPE.EAP_TLS, readTls],
  [EAP_TYPE.EAP_TTLS, readTls],
  [EAP_TYPE.EAP_PEAP, readTls],
  [EAP_TYPE.EAP_FAST, readTls],
  [EAP_TYPE.EAP_TEAP, readTls],
  // Microsoft's number is what everybody sends; IANA has another one beside it.
  [EAP_TYPE.MS_EAP_AUTHENTICATION, c => ({ kind: "mschapv2", mschapv2: decodeMschapv2(c) })],
  [EAP_TYPE.EAP_MSCHAPV2, c => ({ kind: "mschapv2", mschapv2: decodeMschapv2(c) })],
  [EAP_TYPE.EAP_SIM, readSim],
  [EAP_TYPE.EAP_AKA, readSim],
  [EAP_TYPE.EAP_AKA_PRIME, readSim],
  [EAP_5G_METHOD, (c, code) => ({ kind: "5g", fiveG: decodeFiveG(c, code) })],
])

/** RFC 3748 §5.3.1. */
function readNak(c: Cursor): EapMethod {
  const desired: number[] = []
  while (c.left > 0) desired.push(c.u8(desiredType))
  return { kind: "nak", desired }
}

/** RFC 3748 §5.4, as CHAP: Value-Size, Value, Name. */
function readMd5(c: Cursor): EapMethod {
  const value = c.bytes(md5Value, c.u8(md5Size))
  return { kind: "md5", value, name: c.left > 0 ? c.text(md5Name) : "" }
}
