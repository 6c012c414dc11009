/** Transform payload of a proposal. RFC 2408 §3.6. */
import type { Cursor } from "../../bytes/cursor.ts"
import { type Field, field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { PROTOCOL_ID } from "../../registry/ikev1/protocol-ids.ts"
import { TRANS_AH } from "../../registry/ikev1/trans-ah.ts"
import { TRANS_ESP } from "../../registry/ikev1/trans-esp.ts"
import { TRANS_IPCOMP } from "../../registry/ikev1/trans-ipcomp.ts"
import { TRANS_ISAKMP } from "../../registry/ikev1/trans-isakmp.ts"
import { type Attribute, decodeAttribute } from "../shared/attribute.ts"
import { typePayloadField } from "../shared/chain.ts"
import * as f from "../shared/fields.ts"
import { nextPayloadField } from "../shared/header.ts"
import { decodeItems, type Item, item } from "../shared/items.ts"
import { IKE_ATTRIBUTE_DETAIL, ikeAttributeFields } from "./ike-attributes.ts"
import { IPSEC_ATTRIBUTE_DETAIL, ipsecAttributeFields } from "./ipsec-attributes.ts"

export interface TransformV1 extends Item {
  /** Next Payload: 3 when another transform follows, else 0. */
  readonly next: number
  readonly number: number
  /** Of the proposal's protocol: KEY_IKE, or what AH, ESP, IPCOMP offer. */
  readonly id: number
  readonly attributes: readonly Attribute[]
}

const number = field("isakmp.trans.number", "Transform Number")
const otherId = field("isakmp.trans.id", "Transform ID")
const idFields = new Map<number, Field>([
  [PROTOCOL_ID.PROTO_ISAKMP, field("isakmp.trans.id", "Transform ID", { names: TRANS_ISAKMP })],
  [PROTOCOL_ID.PROTO_IPSEC_AH, field("isakmp.trans.id", "Transform ID", { names: TRANS_AH })],
  [PROTOCOL_ID.PROTO_IPSEC_ESP, field("isakmp.trans.id", "Transform ID", { names: TRANS_ESP })],
  [PROTOCOL_ID.PROTO_IPCOMP, field("isakmp.trans.id", "Transform ID", { names: TRANS_IPCOMP })],
])

const HEADING = { field: typePayloadField(1), value: PAYLOAD_TYPE.TRANSFORM }

/**
 * Reads one transform of a proposal for `protocol`; throws DecodeError only when its own length cannot be read.
 *
 *     | NEXT Payload  |   RESERVED    |        Payload Length         |
 *     |  Transform #  |  Transform ID |           RESERVED2           |
 *     ~                        SA Attributes                          ~
 */
export function decodeTransformV1(c: Cursor, protocol: number): TransformV1 {
  c.require(f.payloadLength, 4)
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  const attributes: Attribute[] = []
  let next = 0
  let transformNumber = 0
  let id = 0
  const read = (t: Cursor): void => {
    next = t.u8(nextPayloadField(1))
    t.pass(f.reserved, 1)
    t.u16(f.payloadLength)
    if (length < 8)
      throw t.invalid(
        f.payloadLength,
        t.pos - 2,
        `Payload Length ${length} of a transform is less than its header of 8`,
      )
    transformNumber = t.u8(number)
    id = t.u8(idFields.get(protocol) ?? otherId)
    t.pass(f.reserved, 2)
    decodeItems(
      t,
      attributes,
      () => t.left > 0,
      a => decodeTransformAttribute(a, protocol),
    )
  }
  const at = item(c, HEADING, Math.max(length, 4), "Payload Length", read)
  // Written out, here and elsewhere: a spread costs more than all the reads.
  return { start: at.start, end: at.end, fault: at.fault, next, number: transformNumber, id, attributes }
}

/** One attribute of the table that the protocol has: IKE's for ISAKMP, IPsec's for the others. */
export const decodeTransformAttribute = (c: Cursor, protocol: number): Attribute =>
  protocol === PROTOCOL_ID.PROTO_ISAKMP
    ? decodeAttribute(c, ikeAttributeFields, drawIke)
    : decodeAttribute(c, ipsecAttributeFields, drawIpsec)

const drawIke = (v: Cursor, type: number): void => IKE_ATTRIBUTE_DETAIL.get(type)?.(v)
const drawIpsec = (v: Cursor, type: number): void => IPSEC_ATTRIBUTE_DETAIL.get(type)?.(v)
