/** SA TEK payload of GDOI: the policy of a data SA. RFC 6407 §5.4. */

import type { Cursor } from "../../bytes/cursor.ts"
import { type Field, field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { PROTOCOL_ID } from "../../registry/ikev1/protocol-ids.ts"
import { SAT_PROTOCOL_ID } from "../../registry/ikev1/sat-protocol-ids.ts"
import { TRANS_AH } from "../../registry/ikev1/trans-ah.ts"
import { TRANS_ESP } from "../../registry/ikev1/trans-esp.ts"
import type { Attribute } from "../shared/attribute.ts"
import { decodeItems } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { decodeGdoiIdentity, type GdoiIdentity, gdoiIdentityFields } from "./gdoi-id.ts"
import { decodeTransformAttribute } from "./transform.ts"

export interface SaTek {
  /** 1 GDOI_PROTO_IPSEC_ESP, 2 GDOI_PROTO_IPSEC_AH. */
  readonly protocol: number
  /** What an ESP or AH policy says; undefined for other protocols. */
  readonly ipsec?: {
    /** IP protocol of the traffic; 0 any. */
    readonly ipProtocol: number
    readonly source: GdoiIdentity
    readonly destination: GdoiIdentity
    readonly transformId: number
    /** Four bytes, a view of the packet. */
    readonly spi: Uint8Array
    readonly attributes: readonly Attribute[]
  }
}

const protocolId = field("isakmp.sat.protocol_id", "Protocol ID", { names: SAT_PROTOCOL_ID })
const ipProtocol = field("isakmp.sat.protocol", "Protocol")
const source = gdoiIdentityFields("isakmp.sat.src", "Source")
const destination = gdoiIdentityFields("isakmp.sat.dst", "Destination")
const espTransform = field("isakmp.sat.transform_id", "Transform ID", { names: TRANS_ESP })
const ahTransform = field("isakmp.sat.transform_id", "Transform ID", { names: TRANS_AH })
const spi = field("isakmp.sat.spi", "SPI", { kind: "bytes" })
const payload = field("isakmp.sat.payload", "TEK protocol-specific payload", { kind: "bytes" })

/**
 *     |  Protocol-ID  |       TEK Protocol-Specific Payload           ~
 */
export const saTek: PayloadDecoder<SaTek> = {
  type: PAYLOAD_TYPE.SAT,
  name: "SA TEK Payload",
  notation: "SAT",
  rfc: "RFC 6407 §5.4",
  decode(c) {
    const protocol = c.u8(protocolId)
    if (protocol === SAT_PROTOCOL_ID.GDOI_PROTO_IPSEC_ESP)
      return { protocol, ipsec: decodeIpsec(c, PROTOCOL_ID.PROTO_IPSEC_ESP, espTransform) }
    if (protocol === SAT_PROTOCOL_ID.GDOI_PROTO_IPSEC_AH)
      return { protocol, ipsec: decodeIpsec(c, PROTOCOL_ID.PROTO_IPSEC_AH, ahTransform) }
    if (c.left > 0) c.bytes(payload)
    return { protocol }
  },
}

/**
 * RFC 6407 §5.4.1.
 *
 *     |    Protocol   |  SRC ID Type  |         SRC ID Port           |
 *     |SRC ID Data Len|          SRC Identification Data              ~
 *     | DST ID Type   |         DST ID Port           |DST ID Data Len|
 *     ~                    DST Identification Data                    ~
 *     | Transform ID  |                        SPI                    |
 *     |      SPI      |      RFC 2407 SA Attributes                   ~
 */
function decodeIpsec(c: Cursor, protocol: number, transform: Field): SaTek["ipsec"] {
  const head = {
    ipProtocol: c.u8(ipProtocol),
    source: decodeGdoiIdentity(c, source),
    destination: decodeGdoiIdentity(c, destination),
    transformId: c.u8(transform),
    spi: c.bytes(spi, 4),
  }
  const attributes: Attribute[] = []
  decodeItems(
    c,
    attributes,
    () => c.left > 0,
    a => decodeTransformAttribute(a, protocol),
  )
  return { ...head, attributes }
}
