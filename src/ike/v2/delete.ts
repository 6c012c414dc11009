/** Delete payload of IKEv2: the IKE SA itself, or the SPIs of Child SAs. */

import type { DecodeError } from "../../bytes/errors.ts"
import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { SECURITY_PROTOCOL } from "../../registry/ikev2/security-protocols.ts"
import { attempt } from "../shared/items.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

export interface Delete {
  /** 1 IKE, 2 AH, 3 ESP. */
  readonly protocol: number
  /** The sender's inbound SPIs, views of the packet; none for the IKE SA. */
  readonly spis: readonly Uint8Array[]
  /** SPIs that are announced but missing. */
  readonly fault?: DecodeError
}

const protocol = field("isakmp.delete.protoid", "Protocol ID", { names: SECURITY_PROTOCOL })
const spiSize = field("isakmp.spisize", "SPI Size")
const spiCount = field("isakmp.spinum", "Num of SPIs")
const spi = field("isakmp.delete.spi", "SPI", { kind: "bytes" })

/**
 * Delete payload. RFC 7296 §3.11.
 *
 *     | Protocol ID   |   SPI Size    |          Num of SPIs          |
 *     ~               Security Parameter Index(es) (SPI)              ~
 */
export const del: PayloadDecoder<Delete> = {
  type: PAYLOAD_TYPE.DELETE,
  name: "Delete",
  notation: "D",
  rfc: "RFC 7296 §3.11",
  decode(c) {
    const kind = c.u8(protocol)
    const size = c.u8(spiSize)
    const count = c.u16(spiCount)
    const spis: Uint8Array[] = []
    const { fault } = attempt(c, () => {
      if (size === 0 && count > 0) throw c.invalid(spiSize, c.pos - 3, `${count} SPIs of no bytes`)
      while (spis.length < count) spis.push(c.bytes(spi, size))
    })
    return fault ? { protocol: kind, spis, fault } : { protocol: kind, spis }
  },
}
