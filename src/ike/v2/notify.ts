/** Notify payload of IKEv2; the data of each type is decoded by the table in `notify/`. */

import { byteSource } from "../../bytes/byte-source.ts"
import { Cursor } from "../../bytes/cursor.ts"
import { DecodeError } from "../../bytes/errors.ts"
import { field } from "../../bytes/field.ts"
import { NOTIFY } from "../../registry/ikev2/notify.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { SECURITY_PROTOCOL } from "../../registry/ikev2/security-protocols.ts"
import * as f from "../shared/fields.ts"
import { attempt } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import type { NotifyDecoder } from "./notify/decoder.ts"
import { NOTIFY_DATA } from "./notify/table.ts"

export interface Notify {
  /** Of `spi`: 2 AH, 3 ESP; 0 when no SPI is there. */
  readonly protocol: number
  /** Notify Message Type; below 16384 it is an error. */
  readonly type: number
  /** A view of the packet, empty when the notification concerns no SA. */
  readonly spi: Uint8Array
  /** Notification Data, a view of the packet. */
  readonly data: Uint8Array
  /** What the data means, for the types that have data; ask `notifyData`, which gives it with its type. */
  readonly decoded?: unknown
  /** Data that its type does not allow. */
  readonly fault?: DecodeError
}

/** Decoded data of a notification if it is of this decoder's type and was decoded. */
export function notifyData<T>(notify: Notify | undefined, decoder: NotifyDecoder<T>): T | undefined {
  if (notify?.type !== decoder.type) return undefined
  const { data: bytes, decoded } = notify
  if (decoded === undefined && bytes.length === decoder.plainBytes)
    return decoder.decode(new Cursor(byteSource(bytes, "Notification Data"), 0, bytes.length, "Payload Length"))
  return decoded as T | undefined
}

const protocol = field("isakmp.notify.protoid", "Protocol ID", { names: SECURITY_PROTOCOL })
const spiSize = field("isakmp.spisize", "SPI Size")
const type = field("isakmp.notify.msgtype", "Notify Message Type", { names: NOTIFY })
const spi = field("isakmp.spi", "SPI", { kind: "bytes" })
const data = field("isakmp.notify.data", "Notification Data", { kind: "bytes" })

/**
 * Notify payload. RFC 7296 §3.10.
 *
 *     |  Protocol ID  |   SPI Size    |      Notify Message Type      |
 *     ~                Security Parameter Index (SPI)                 ~
 *     ~                       Notification Data                       ~
 */
export const notify: PayloadDecoder<Notify> = {
  type: PAYLOAD_TYPE.NOTIFY,
  name: "Notify",
  notation: "N",
  rfc: "RFC 7296 §3.10",
  fixed: (bytes, start, end) => (end - start > LONGEST_FIXED ? start + 4 + bytes[start + 1] : end),
  decode(c, { wanted }) {
    const kind = c.u8(protocol)
    const spiBytes = c.u8(spiSize)
    const message = c.u16(type)
    const index = spiBytes > 0 ? c.bytes(spi, spiBytes) : NO_BYTES
    if (wanted?.notifyData === false) return { protocol: kind, type: message, spi: index, data: NO_BYTES }
    const all = c.left > 0 ? c.src.bytes.subarray(c.pos, c.end) : NO_BYTES
    const decoder = NOTIFY_DATA.get(message)
    const plain = decoder?.plainBytes === c.left
    if (!decoder || (plain && !c.sink)) {
      if (c.left > 0) c.pass(data)
      return { protocol: kind, type: message, spi: index, data: all }
    }
    const { value, fault } = decodeData(c, decoder, all)
    return { protocol: kind, type: message, spi: index, data: all, decoded: plain ? undefined : value, fault }
  },
}

/** Bodies longer than this hold hashes, cookies or tickets; shorter ones algorithm numbers, or nothing. */
const LONGEST_FIXED = 20

/** One for all: an empty view of each packet would cost as much as the notification. */
const NO_BYTES: Uint8Array = new Uint8Array()

function decodeData(c: Cursor, decoder: NotifyDecoder, bytes: Uint8Array): { value?: unknown; fault?: DecodeError } {
  // A type that means something even without data decodes an empty window, which is not worth a field.
  if (c.left === 0) return attempt(c, () => decoder.decode(c))
  if (!c.sink) {
    const d = new Cursor(c.src, c.pos, c.end, "Payload Length")
    c.pos = c.end
    try {
      return { value: decoder.decode(d) }
    } catch (e) {
      if (e instanceof DecodeError) return { fault: e }
      throw e
    }
  }
  return c.window(
    data,
    c.left,
    "Payload Length",
    d =>
      attempt(d, () => {
        const value = decoder.decode(d)
        if (d.left > 0) d.bytes(f.extraData)
        return value
      }),
    bytes,
  )
}
