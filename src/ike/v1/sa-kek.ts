/** SA KEK payload of GDOI: the policy of the rekey SA. RFC 6407 §5.3, RFC 3547 §5.3. */

import { field } from "../../bytes/field.ts"
import { KEK_ATTRIBUTE } from "../../registry/ikev1/kek-attributes.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { type Attribute, decodeAttribute } from "../shared/attribute.ts"
import * as f from "../shared/fields.ts"
import { decodeItems } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { attributeFields } from "./attributes.ts"
import { decodeGdoiIdentity, type GdoiIdentity, gdoiIdentityFields } from "./gdoi-id.ts"

export interface SaKek {
  /** IP protocol of the rekey datagrams. */
  readonly protocol: number
  readonly source: GdoiIdentity
  readonly destination: GdoiIdentity
  /** Both cookies of the GROUPKEY-PUSH exchange, 16 bytes; a view of the packet. */
  readonly spi: Uint8Array
  readonly attributes: readonly Attribute[]
}

const SPI_BYTES = 16

const protocol = field("isakmp.sak.protoid", "Protocol")
const source = gdoiIdentityFields("isakmp.sak.src", "Source")
const destination = gdoiIdentityFields("isakmp.sak.dst", "Destination")
const spi = field("isakmp.sak.spi", "SPI", { kind: "bytes" })
const attribute = attributeFields("isakmp.sak.attr", "KEK Attribute", KEK_ATTRIBUTE)

/**
 *     |   Protocol    |  SRC ID Type  |         SRC ID Port           |
 *     |SRC ID Data Len|          SRC Identification Data              ~
 *     | DST ID Type   |         DST ID Port           |DST ID Data Len|
 *     |                    DST Identification Data                    ~
 *     ~                              SPI                              ~
 *     |                           RESERVED2                           |
 *     ~                        KEK Attributes                         ~
 */
export const saKek: PayloadDecoder<SaKek> = {
  type: PAYLOAD_TYPE.SAK,
  name: "SA KEK Payload",
  notation: "SAK",
  rfc: "RFC 6407 §5.3",
  decode(c) {
    const head = {
      protocol: c.u8(protocol),
      source: decodeGdoiIdentity(c, source),
      destination: decodeGdoiIdentity(c, destination),
      spi: c.bytes(spi, SPI_BYTES),
    }
    c.pass(f.reserved, 4)
    const attributes: Attribute[] = []
    decodeItems(
      c,
      attributes,
      () => c.left > 0,
      a => decodeAttribute(a, attribute),
    )
    return { ...head, attributes }
  },
}
