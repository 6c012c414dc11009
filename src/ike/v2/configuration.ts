/** Configuration payload of IKEv2: what a client asks for and what its gateway gives. RFC 7296 §3.15. */

import type { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { bits, field } from "../../bytes/field.ts"
import { CFG_ATTRIBUTE } from "../../registry/ikev2/cfg-attributes.ts"
import { CFG_TYPE } from "../../registry/ikev2/cfg-types.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import * as f from "../shared/fields.ts"
import { attempt, decodeItems, type Item, item } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { ATTRIBUTE_VALUES } from "./configuration/values.ts"

interface ConfigurationAttribute extends Item {
  readonly type: number
  /** Empty in a request for any value; a view of the packet. */
  readonly value: Uint8Array
  /** The value as people write it: an address, `10.0.0.0/255.0.0.0`, seconds. Undefined when empty or of an unknown type. */
  readonly text?: string
}

export interface Configuration {
  /** 1 CFG_REQUEST, 2 CFG_REPLY, 3 CFG_SET, 4 CFG_ACK. */
  readonly type: number
  readonly attributes: readonly ConfigurationAttribute[]
  /** Why the list ended early. A bad attribute carries a fault of its own. */
  readonly fault?: DecodeError
}

const configurationType = field("isakmp.cfg.type", "CFG Type", { names: CFG_TYPE })
const attribute = field("isakmp.cfg.attr", "Configuration Attribute", { kind: "none" })
/** The reserved bit and the type in one; the two are drawn apart. */
const head = field("", "Reserved bit and Attribute Type")
const attributeType = field("isakmp.cfg.attr.type", "Attribute Type", { names: CFG_ATTRIBUTE })
const reservedBit = field("isakmp.cfg.attr.format", "Reserved bit", { kind: "bool", ...bits(0x8000, 16) })
const length = field("isakmp.cfg.attr.length", "Length")
const value = field("isakmp.cfg.attr.value", "Value", { kind: "bytes" })

/**
 * Configuration payload.
 *
 *     |   CFG Type    |                    RESERVED                   |
 *     ~                   Configuration Attributes                    ~
 */
export const cp: PayloadDecoder<Configuration> = {
  type: PAYLOAD_TYPE.CP,
  name: "Configuration",
  notation: "CP",
  rfc: "RFC 7296 §3.15",
  decode(c) {
    const type = c.u8(configurationType)
    c.pass(f.reserved, 3)
    const attributes: ConfigurationAttribute[] = []
    const { fault } = attempt(c, () => decodeItems(c, attributes, () => c.left > 0, decodeAttribute))
    return fault ? { type, attributes, fault } : { type, attributes }
  },
}

/**
 * RFC 7296 §3.15.1. Throws DecodeError only when not even the Length is there.
 *
 *     |R|         Attribute Type      |            Length             |
 *     ~                             Value                             ~
 */
function decodeAttribute(c: Cursor): ConfigurationAttribute {
  c.require(attribute, 4)
  const first = ((c.peek(0) ?? 0) << 8) | (c.peek(1) ?? 0)
  const bytes = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  const type = first & 0x7fff
  const read: { value: Uint8Array; text?: string } = { value: c.src.bytes.subarray(c.pos, c.pos) }
  const at = item(c, attribute, 4 + bytes, "attribute Length", a => {
    a.u16(head)
    a.note(attributeType, a.pos - 2, a.pos, type)
    a.note(reservedBit, a.pos - 2, a.pos, (first & 0x8000) !== 0)
    a.u16(length)
    if (a.left === 0) return
    read.value = a.src.bytes.subarray(a.pos, a.end)
    a.window(
      value,
      a.left,
      a.limit,
      v => {
        read.text = ATTRIBUTE_VALUES.get(type)?.(v)
        if (v.left > 0 && ATTRIBUTE_VALUES.has(type)) v.pass(f.extraData)
      },
      read.value,
    )
  })
  return { start: at.start, end: at.end, fault: at.fault, type, value: read.value, text: read.text }
}
