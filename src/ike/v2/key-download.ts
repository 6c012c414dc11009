/** Key Download payload: the wrapped keys of a group and of one of its members. RFC 9838 §4.5. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { field } from "../../bytes/field.ts"
import { GROUP_KEY_BAG_ATTRIBUTE } from "../../registry/ikev2/group-key-bag-attributes.ts"
import { MEMBER_KEY_BAG_ATTRIBUTE } from "../../registry/ikev2/member-key-bag-attributes.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { SECURITY_PROTOCOL } from "../../registry/ikev2/security-protocols.ts"
import type { Registry } from "../../registry/registry.ts"
import { type Attribute, attributeFields, decodeAttribute } from "../shared/attribute.ts"
import { attempt, decodeItems, type Item, item } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

/** A key that is encrypted with another one. RFC 9838 §4.5.4. */
interface WrappedKey {
  readonly keyId: number
  /** Which key wraps it; 0 is the default key wrap key. */
  readonly kwkId: number
  /** A view of the packet. */
  readonly encrypted: Uint8Array
}

interface KeyBagAttribute extends Attribute {
  readonly wrapped?: WrappedKey
}

interface KeyBag extends Item {
  /** 2 AH, 3 ESP, 6 GIKE_UPDATE; 0 for the bag of the member itself. */
  readonly protocol: number
  /** A view of the packet. */
  readonly spi: Uint8Array
  readonly attributes: readonly KeyBagAttribute[]
}

export interface KeyDownload {
  readonly bags: readonly KeyBag[]
  readonly fault?: DecodeError
}

const MEMBER = 0

const bag = field("isakmp.kd.bag", "Key Bag", { kind: "none" })
const protocol = field("isakmp.kd.protoid", "Protocol", { names: SECURITY_PROTOCOL })
const spiSize = field("isakmp.kd.payload.spi_size", "SPI Size")
const bagLength = field("isakmp.kd.payload.length", "Length")
const spi = field("isakmp.kd.payload.spi", "SPI", { kind: "bytes" })
const attributesOf = (names: Registry) =>
  attributeFields("isakmp.key_download.attr", "Key Bag Attribute", names, "Attribute ")
const groupFields = attributesOf(GROUP_KEY_BAG_ATTRIBUTE)
const memberFields = attributesOf(MEMBER_KEY_BAG_ATTRIBUTE)
const keyId = field("isakmp.kd.key_id", "Key ID", { kind: "hex" })
const kwkId = field("isakmp.kd.kwk_id", "KWK ID", { kind: "hex" })
const encryptedKey = field("isakmp.kd.encrypted_key", "Encrypted Key", { kind: "bytes" })
const authKey = field("isakmp.kd.auth_key", "AUTH_KEY", { kind: "bytes" })
const senderId = field("isakmp.kd.sender_id", "GM_SENDER_ID", { kind: "bytes" })

/** Key Download payload: key bags to its end. RFC 9838 §4.5. */
export const kd: PayloadDecoder<KeyDownload> = {
  type: PAYLOAD_TYPE.KD,
  name: "Key Download",
  notation: "KD",
  rfc: "RFC 9838 §4.5",
  decode(c) {
    const bags: KeyBag[] = []
    const { fault } = attempt(c, () => decodeItems(c, bags, () => c.left > 0, decodeBag))
    return fault ? { bags, fault } : { bags }
  },
}

/**
 * Throws DecodeError only when the Length does not say where the next one begins.
 *
 *     |   Protocol    |   SPI Size    |            Length             |
 *     ~                              SPI                              ~
 *     ~                    <Key Bag Attributes>                       ~
 */
function decodeBag(c: Cursor): KeyBag {
  c.require(bag, 4)
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  if (length < 4) throw c.invalid(bagLength, c.pos + 2, `key bag Length ${length} is less than its own header of 4`)
  const read = { protocol: 0, spi: c.src.bytes.subarray(c.pos, c.pos) }
  const attributes: KeyBagAttribute[] = []
  const at = item(c, bag, length, "key bag Length", b => {
    read.protocol = b.u8(protocol)
    const spiBytes = b.u8(spiSize)
    b.u16(bagLength)
    if (spiBytes > 0) read.spi = b.bytes(spi, spiBytes)
    decodeItems(
      b,
      attributes,
      () => b.left > 0,
      a => decodeBagAttribute(a, read.protocol === MEMBER),
    )
  })
  return { start: at.start, end: at.end, fault: at.fault, protocol: read.protocol, spi: read.spi, attributes }
}

function decodeBagAttribute(b: Cursor, member: boolean): KeyBagAttribute {
  let wrapped: WrappedKey | undefined
  const attribute = decodeAttribute(b, member ? memberFields : groupFields, (v, type) => {
    if (type === (member ? MEMBER_KEY_BAG_ATTRIBUTE.WRAP_KEY : GROUP_KEY_BAG_ATTRIBUTE.SA_KEY))
      wrapped = { keyId: v.u32(keyId), kwkId: v.u32(kwkId), encrypted: v.bytes(encryptedKey) }
    else if (member && type === MEMBER_KEY_BAG_ATTRIBUTE.AUTH_KEY) v.bytes(authKey)
    else if (member && type === MEMBER_KEY_BAG_ATTRIBUTE.GM_SENDER_ID) v.bytes(senderId)
  })
  return wrapped ? { ...attribute, wrapped } : attribute
}
