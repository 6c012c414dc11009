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
import { attempt, decodeItems } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { type GroupItem, groupItem } from "./group-item.ts"

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

interface KeyBag extends GroupItem {
  readonly attributes: readonly KeyBagAttribute[]
}

export interface KeyDownload {
  readonly bags: readonly KeyBag[]
  readonly fault?: DecodeError
}

const MEMBER = 0

const bag = {
  heading: field("isakmp.kd.bag", "Key Bag", { kind: "none" }),
  protocol: field("isakmp.kd.protoid", "Protocol", { names: SECURITY_PROTOCOL }),
  spiSize: field("isakmp.kd.payload.spi_size", "SPI Size"),
  length: field("isakmp.kd.payload.length", "Length"),
  spi: field("isakmp.kd.payload.spi", "SPI", { kind: "bytes" }),
}
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

/** The header (`groupItem`), then key bag attributes. */
function decodeBag(c: Cursor): KeyBag {
  const attributes: KeyBagAttribute[] = []
  const head = groupItem(c, bag, "key bag", (b, protocol) =>
    decodeItems(
      b,
      attributes,
      () => b.left > 0,
      a => decodeBagAttribute(a, protocol === MEMBER),
    ),
  )
  return { ...head, attributes }
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
