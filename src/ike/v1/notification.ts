/** Notification payload of IKEv1 and the data of each Notify Message Type. RFC 2408 §3.14, RFC 2407 §4.6.3, RFC 3706 §5.3. */

import { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { field } from "../../bytes/field.ts"
import { DOI } from "../../registry/ikev1/doi.ts"
import { IKE_ATTRIBUTE } from "../../registry/ikev1/ike-attributes.ts"
import { IPSEC_ATTRIBUTE } from "../../registry/ikev1/ipsec-attributes.ts"
import { NOTIFY, NOTIFY as NOTIFY_V1 } from "../../registry/ikev1/notify.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { PROTOCOL_ID } from "../../registry/ikev1/protocol-ids.ts"
import { type Attribute, decodeAttribute } from "../shared/attribute.ts"
import { attempt, decodeItems } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { attributeFields, type Lifetime, lifeDetails, lifetimes } from "./attributes.ts"
import { NO_SPI, spi, spiSize } from "./sa-fields.ts"

export interface NotificationV1 {
  readonly doi: number
  readonly protocol: number
  /** Notify Message Type. */
  readonly type: number
  /** Views of the packet. An ISAKMP SA's SPI is both cookies, 16 bytes. */
  readonly spi: Uint8Array
  readonly data: Uint8Array
  /** R-U-THERE and R-U-THERE-ACK: the sequence number. RFC 3706 §5.3. */
  readonly sequence?: number
  /** RESPONDER-LIFETIME and NOTIFY-SA-LIFETIME. RFC 2407 §4.6.3.1. */
  readonly lifetimes?: readonly Lifetime[]
  /** REPLAY-STATUS: whether the responder checks for replay. RFC 2407 §4.6.3.2. */
  readonly replayDetection?: boolean
  /** Data that is not what its type demands. */
  readonly fault?: DecodeError
}

const doi = field("isakmp.notify.doi", "Domain of interpretation", { names: DOI })
const protocol = field("isakmp.notify.protoid", "Protocol ID", { names: PROTOCOL_ID })
const messageType = field("isakmp.notify.msgtype", "Notify Message Type", { names: NOTIFY })
const data = field("isakmp.notify.data", "Notification Data", { kind: "bytes" })
const dpd = field("isakmp.notify.data.dpd.are_you_there", "DPD ARE-YOU-THERE sequence")
const dpdAck = field("isakmp.notify.data.dpd.are_you_there_ack", "DPD ARE-YOU-THERE-ACK sequence")
const loadBalance = field("isakmp.notify.data.unity.load_balance", "UNITY LOAD BALANCE", { kind: "ipv4" })
const replay = field("isakmp.notify.data.replay_status", "Replay status")

const IKE_PREFIX = "isakmp.notify.data.resp_lifetime.ike.attr"
const IPSEC_PREFIX = "isakmp.notify.data.resp_lifetime.ipsec.attr"
const lifetimeTable = (fields: ReturnType<typeof attributeFields>, prefix: string, type: number) => ({
  fields,
  type,
  duration: type + 1,
  ...lifeDetails(prefix),
})
const ikeLifetime = lifetimeTable(attributeFields(IKE_PREFIX, "IKE Attribute", IKE_ATTRIBUTE), IKE_PREFIX, 11)
const ipsecLifetime = lifetimeTable(attributeFields(IPSEC_PREFIX, "IPsec Attribute", IPSEC_ATTRIBUTE), IPSEC_PREFIX, 1)

/** What the data of a type says; merged into the value. */
type DataReader = (c: Cursor, protocol: number) => Partial<NotificationV1>

const READERS: ReadonlyMap<number, DataReader> = new Map<number, DataReader>([
  [NOTIFY_V1.NOTIFY_SA_LIFETIME, decodeLifetimes],
  [NOTIFY_V1.RESPONDER_LIFETIME, decodeLifetimes],
  [NOTIFY_V1.REPLAY_STATUS, c => ({ replayDetection: c.u32(replay) !== 0 })],
  [NOTIFY_V1.R_U_THERE, c => ({ sequence: c.u32(dpd) })],
  [NOTIFY_V1.R_U_THERE_ACK, c => ({ sequence: c.u32(dpdAck) })],
  [
    NOTIFY_V1.UNITY_LOAD_BALANCE,
    c => {
      c.bytes(loadBalance, 4)
      return {}
    },
  ],
])

/**
 * Notification payload. RFC 2408 §3.14.
 *
 *     |              Domain of Interpretation  (DOI)                  |
 *     |  Protocol-ID  |   SPI Size    |      Notify Message Type      |
 *     ~                Security Parameter Index (SPI)                 ~
 *     ~                       Notification Data                       ~
 */
export const notification: PayloadDecoder<NotificationV1> = {
  type: PAYLOAD_TYPE.NOTIFICATION,
  name: "Notification",
  notation: "N",
  rfc: "RFC 2408 §3.14",
  decode(c) {
    const domain = c.u32(doi)
    const proto = c.u8(protocol)
    const spiBytes = c.u8(spiSize)
    const type = c.u16(messageType)
    const spiValue = spiBytes > 0 ? c.bytes(spi, spiBytes) : NO_SPI
    const start = c.pos
    const all = c.left > 0 ? c.bytes(data) : c.src.bytes.subarray(c.pos, c.pos)
    const head = { doi: domain, protocol: proto, type, spi: spiValue, data: all }
    const reader = READERS.get(type)
    if (!reader || all.length === 0) return head
    const inner = new Cursor(c.src, start, c.end, c.limit, c.sink)
    const { value, fault } = attempt(c, () => reader(inner, proto))
    return { ...head, ...value, ...(fault && { fault }) }
  },
}

function decodeLifetimes(c: Cursor, proto: number): Partial<NotificationV1> {
  const table = proto === PROTOCOL_ID.PROTO_ISAKMP ? ikeLifetime : ipsecLifetime
  const attributes: Attribute[] = []
  const detail = (v: Cursor, type: number): void => {
    if (type === table.type) table.lifeType(v)
    else if (type === table.duration) table.lifeDuration(v)
  }
  decodeItems(
    c,
    attributes,
    () => c.left > 0,
    a => decodeAttribute(a, table.fields, detail),
  )
  return { lifetimes: lifetimes(attributes, table.type, table.duration) }
}
