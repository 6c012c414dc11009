/** Attributes payload of Config Mode: what an edge device gives a client, and XAUTH's questions and answers. draft-dukes-ike-mode-cfg §3.2, draft-beaulieu-ike-xauth §6. */

import { field } from "../../bytes/field.ts"
import { CFG_ATTRIBUTE } from "../../registry/ikev1/cfg-attributes.ts"
import { CFG_TYPE } from "../../registry/ikev1/cfg-types.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { type Attribute, decodeAttribute } from "../shared/attribute.ts"
import * as f from "../shared/fields.ts"
import { decodeItems } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { attributeFields } from "./attributes.ts"
import { CONFIG_ATTRIBUTE_DETAIL, SECRET_CONFIG_ATTRIBUTES } from "./configuration-attributes.ts"

export interface ConfigurationV1 {
  /** 1 ISAKMP_CFG_REQUEST, 2 REPLY, 3 SET, 4 ACK. */
  readonly type: number
  readonly identifier: number
  readonly attributes: readonly Attribute[]
}

const type = field("isakmp.cfg.type", "Type", { names: CFG_TYPE })
const identifier = field("isakmp.cfg.identifier", "Identifier")
const attribute = attributeFields("isakmp.cfg.attr", "Configuration Attribute", CFG_ATTRIBUTE)
const secretAttribute = {
  ...attribute,
  value: field("isakmp.cfg.attr.value", "Value", { kind: "bytes", secret: true }),
}

/**
 * Attributes payload. draft-dukes-ike-mode-cfg §3.2.
 *
 *     |     Type      |   RESERVED    |           Identifier          |
 *     ~                           Attributes                          ~
 */
export const configuration: PayloadDecoder<ConfigurationV1> = {
  type: PAYLOAD_TYPE.ATTR,
  name: "Attributes",
  notation: "ATTR",
  rfc: "draft-dukes-ike-mode-cfg §3.2",
  decode(c) {
    const kind = c.u8(type)
    c.pass(f.reserved, 1)
    const id = c.u16(identifier)
    const attributes: Attribute[] = []
    decodeItems(
      c,
      attributes,
      () => c.left > 0,
      a => {
        const next = (((a.peek(0) ?? 0) << 8) | (a.peek(1) ?? 0)) & 0x7fff
        const fields = SECRET_CONFIG_ATTRIBUTES.has(next) ? secretAttribute : attribute
        return decodeAttribute(a, fields, (v, n) => CONFIG_ATTRIBUTE_DETAIL.get(n)?.(v))
      },
    )
    return { type: kind, identifier: id, attributes }
  },
}
