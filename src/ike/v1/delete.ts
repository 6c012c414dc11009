/** Delete payload of IKEv1. RFC 2408 §3.15. */

import { field } from "../../bytes/field.ts"
import { DOI } from "../../registry/ikev1/doi.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { PROTOCOL_ID } from "../../registry/ikev1/protocol-ids.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { spiSize } from "./sa-fields.ts"

export interface DeleteV1 {
  readonly doi: number
  readonly protocol: number
  readonly spiBytes: number
  /** Number of SPIs as the payload says. */
  readonly count: number
  /** Views of the packet. An ISAKMP SA's is both cookies, 16 bytes. */
  readonly spis: readonly Uint8Array[]
}

const doi = field("isakmp.delete.doi", "Domain of interpretation", { names: DOI })
const protocol = field("isakmp.delete.protoid", "Protocol ID", { names: PROTOCOL_ID })
const count = field("isakmp.spinum", "Number of SPIs")
const spi = field("isakmp.delete.spi", "Delete SPI", { kind: "bytes" })

/**
 *     |              Domain of Interpretation  (DOI)                  |
 *     |  Protocol-Id  |   SPI Size    |           # of SPIs           |
 *     ~               Security Parameter Index(es) (SPI)              ~
 */
export const del: PayloadDecoder<DeleteV1> = {
  type: PAYLOAD_TYPE.DELETE,
  name: "Delete",
  notation: "D",
  rfc: "RFC 2408 §3.15",
  decode(c) {
    const head = { doi: c.u32(doi), protocol: c.u8(protocol), spiBytes: c.u8(spiSize), count: c.u16(count) }
    const spis: Uint8Array[] = []
    if (head.spiBytes > 0) for (let i = 0; i < head.count; i++) spis.push(c.bytes(spi, head.spiBytes))
    return { ...head, spis }
  },
}
