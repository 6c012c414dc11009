/** Key Download payload of GDOI: the keys of the group. RFC 6407 §5.6. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { type Field, field, type Names } from "../../bytes/field.ts"
import { KEK_KEY_ATTRIBUTE } from "../../registry/ikev1/kek-key-attributes.ts"
import { KEY_DOWNLOAD_TYPE } from "../../registry/ikev1/key-download-types.ts"
import { LKH_ATTRIBUTE } from "../../registry/ikev1/lkh-attributes.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { SID_ATTRIBUTE } from "../../registry/ikev1/sid-attributes.ts"
import { TEK_KEY_ATTRIBUTE } from "../../registry/ikev1/tek-key-attributes.ts"
import { type Attribute, type AttributeFields, decodeAttribute } from "../shared/attribute.ts"
import * as f from "../shared/fields.ts"
import { attempt, decodeItems, type Item, item } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { attributeFields } from "./attributes.ts"
import { NO_SPI } from "./sa-fields.ts"

/** A Key Packet. RFC 6407 §5.6. */
interface KeyPacket extends Item {
  /** KD Type: 1 TEK, 2 KEK, 3 LKH, 4 SID. */
  readonly type: number
  /** A view of the packet. */
  readonly spi: Uint8Array
  readonly attributes: readonly Attribute[]
}

export interface KeyDownload {
  /** Number of Key Packets as the payload says. */
  readonly count: number
  readonly packets: readonly KeyPacket[]
  /** Why the walk ended before the payload did. */
  readonly fault?: DecodeError
}

const count = field("isakmp.kd.num_pkt", "Number of Key Packets")
const packetField = field("isakmp.kd.payload", "Key Packet", { kind: "none" })
const type = field("isakmp.kd.payload.type", "Key Download Type", { names: KEY_DOWNLOAD_TYPE })
const length = field("isakmp.kd.payload.length", "Key Download Length")
const spiSize = field("isakmp.kd.payload.spi_size", "SPI Size")
const spi = field("isakmp.kd.payload.spi", "SPI", { kind: "bytes" })

/** The values are keys, so they are shown only where keys are. */
const keyAttribute = (names: Names): AttributeFields => ({
  ...attributeFields("isakmp.key_download.attr", "Key Download Attribute", names),
  value: secretValue,
})
const secretValue: Field = field("isakmp.key_download.attr.value", "Value", { kind: "bytes", secret: true })
const tekAttribute = keyAttribute(TEK_KEY_ATTRIBUTE)
const attributesByType = new Map([
  [1, tekAttribute],
  [2, keyAttribute(KEK_KEY_ATTRIBUTE)],
  [3, keyAttribute(LKH_ATTRIBUTE)],
  [4, keyAttribute(SID_ATTRIBUTE)],
])

/**
 *     |    Number of Key Packets      |            RESERVED2          |
 *     ~                    Key Packets                                ~
 */
export const keyDownload: PayloadDecoder<KeyDownload> = {
  type: PAYLOAD_TYPE.KD,
  name: "Key Download",
  notation: "KD",
  rfc: "RFC 6407 §5.6",
  decode(c) {
    const said = c.u16(count)
    c.pass(f.reserved, 2)
    const packets: KeyPacket[] = []
    const { fault } = attempt(c, () => decodeItems(c, packets, () => packets.length < said, decodeKeyPacket))
    return fault ? { count: said, packets, fault } : { count: said, packets }
  },
}

/**
 *     |   KD Type     |   RESERVED    |            KD Length          |
 *     |    SPI Size   |                   SPI (variable)              ~
 *     ~                    Key Packet Attributes                      ~
 */
function decodeKeyPacket(c: Cursor): KeyPacket {
  c.require(packetField, 4)
  const kdLength = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  const attributes: Attribute[] = []
  let kind = 0
  let spiValue = NO_SPI
  const at = item(c, packetField, Math.max(kdLength, 4), "KD Length", p => {
    kind = p.u8(type)
    p.pass(f.reserved, 1)
    p.u16(length)
    if (kdLength < 5) throw p.invalid(length, p.pos - 2, `KD Length ${kdLength} is less than its own header of 5`)
    const bytes = p.u8(spiSize)
    if (bytes > 0) spiValue = p.bytes(spi, bytes)
    const fields = attributesByType.get(kind) ?? tekAttribute
    decodeItems(
      p,
      attributes,
      () => p.left > 0,
      a => decodeAttribute(a, fields),
    )
  })
  return { start: at.start, end: at.end, fault: at.fault, type: kind, spi: spiValue, attributes }
}
