/** Transform substructure of a proposal: one algorithm that is offered, with its attributes. RFC 7296 §3.3.2, §3.3.5. */

import type { Cursor } from "../../bytes/cursor.ts"
import { bits, type Field, field } from "../../bytes/field.ts"
import { plural } from "../../bytes/words.ts"
import { ENCR } from "../../registry/ikev2/encr.ts"
import { GCAUTH } from "../../registry/ikev2/gcauth.ts"
import { INTEG } from "../../registry/ikev2/integ.ts"
import { KE_METHOD } from "../../registry/ikev2/ke-methods.ts"
import { KWA } from "../../registry/ikev2/key-wrap.ts"
import { PRF } from "../../registry/ikev2/prf.ts"
import { SEQUENCE_NUMBERS } from "../../registry/ikev2/sequence-numbers.ts"
import { TRANSFORM_ATTRIBUTE_TYPE } from "../../registry/ikev2/transform-attribute-types.ts"
import { TRANSFORM_TYPE } from "../../registry/ikev2/transform-types.ts"
import { type Attribute, decodeAttribute } from "../shared/attribute.ts"
import * as f from "../shared/fields.ts"
import { decodeItems, type Item, item } from "../shared/items.ts"
import { keyLengthFault } from "../shared/key-length.ts"
import { type AlgorithmIdentifier, decodeAlgorithmIdentifier } from "./algorithm-identifier.ts"
import { type Substructure, substructureNext, substructureType, TRANSFORM } from "./substructure.ts"

export interface Transform extends Item, Substructure {
  /** Transform Type: 1 ENCR, 2 PRF, 3 INTEG, 4 KE, 5 SN, 6 to 12 ADDKE1 to ADDKE7, 13 KWA, 14 GCAUTH. */
  readonly type: number
  readonly id: number
  /** Of the Key Length attribute, bits. */
  readonly keyBits?: number
  /** Of the Signature Algorithm Identifier attribute. RFC 9838 §4.4.2.1.3. */
  readonly signature?: AlgorithmIdentifier
  readonly attributes: readonly Attribute[]
}

const TRANSFORM_BYTES = 8

const transformType = field("isakmp.tf.type", "Transform Type", { names: TRANSFORM_TYPE })
const keyExchangeId = field("isakmp.tf.id.dh", "Transform ID (KE)", { names: KE_METHOD })
const additionalKeyExchangeId = field("isakmp.tf.id", "Transform ID (ADDKE)", { names: KE_METHOD })
const otherId = field("isakmp.tf.id", "Transform ID")
const idFields = new Map<number, Field>([
  [1, field("isakmp.tf.id.encr", "Transform ID (ENCR)", { names: ENCR })],
  [2, field("isakmp.tf.id.prf", "Transform ID (PRF)", { names: PRF })],
  [3, field("isakmp.tf.id.integ", "Transform ID (INTEG)", { names: INTEG })],
  [4, keyExchangeId],
  [5, field("isakmp.tf.id.esn", "Transform ID (SN)", { names: SEQUENCE_NUMBERS })],
  ...[6, 7, 8, 9, 10, 11, 12].map(n => [n, additionalKeyExchangeId] as const),
  [13, field("isakmp.tf.id", "Transform ID (KWA)", { names: KWA })],
  [14, field("isakmp.tf.id", "Transform ID (GCAUTH)", { names: GCAUTH })],
])

const attributeFields = {
  item: field("isakmp.ike2.attr", "Transform Attribute", { kind: "none" }),
  type: field("isakmp.ike2.attr.type", "Type", { names: TRANSFORM_ATTRIBUTE_TYPE }),
  format: field("isakmp.ike2.attr.format", "Format", {
    kind: "bool",
    words: ["Type/Length/Value (TLV)", "Type/Value (TV)"],
    ...bits(0x8000, 16),
  }),
  length: field("isakmp.ike2.attr.length", "Length"),
  value: field("isakmp.ike2.attr.value", "Value", { kind: "bytes" }),
}
const keyLength = field("isakmp.ike2.attr.key_length", "Key Length (bits)")

const HEADING = { field: substructureType, value: TRANSFORM }

/**
 * Reads one transform; throws DecodeError only when its length does not say where the next one begins.
 *
 *     | Last Substruc |   RESERVED    |        Transform Length       |
 *     |Transform Type |   RESERVED    |          Transform ID         |
 *     |                      Transform Attributes                     |
 */
export function decodeTransform(c: Cursor): Transform {
  c.require(f.payloadLength, 4)
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  if (length < TRANSFORM_BYTES)
    throw c.invalid(f.payloadLength, c.pos + 2, `Transform Length ${length} is less than its own header of 8`)
  const attributes: Attribute[] = []
  let last = 0
  let type = 0
  let id = 0
  let keyBits: number | undefined
  let signature: AlgorithmIdentifier | undefined
  const at = item(c, HEADING, length, "Transform Length", t => {
    last = t.u8(substructureNext)
    t.pass(f.reserved, 1)
    t.u16(f.payloadLength)
    type = t.u8(transformType)
    t.pass(f.reserved, 1)
    id = t.u16(idFields.get(type) ?? otherId)
    if (t.left === 0) return
    decodeItems(
      t,
      attributes,
      () => t.left > 0,
      a => decodeAttribute(a, attributeFields, drawAttribute),
    )
  })
  // Written out: a spread costs more than all the reads here.
  return { start: at.start, end: at.end, fault: at.fault, last, type, id, keyBits, signature, attributes }

  function drawAttribute(v: Cursor, attribute: number, short: boolean): void {
    if (attribute === TRANSFORM_ATTRIBUTE_TYPE.KEY_LENGTH) {
      if (!short && v.left !== 2)
        throw v.invalid(
          keyLength,
          v.pos,
          `Key Length attribute of ${plural(v.left, "byte")}; the RFC has two in the place of the length`,
        )
      keyBits = v.u16(keyLength)
      const fault = keyLengthFault(keyBits)
      if (fault) throw v.invalid(keyLength, v.pos - 2, fault)
    } else if (attribute === TRANSFORM_ATTRIBUTE_TYPE.SIGNATURE_ALGORITHM_IDENTIFIER)
      signature = decodeAlgorithmIdentifier(v)
  }
}
