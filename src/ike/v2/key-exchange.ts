/** Key Exchange payload: the group and a public value, or the data of an additional key exchange. */

import { field } from "../../bytes/field.ts"
import { KE_METHOD } from "../../registry/ikev2/ke-methods.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import * as f from "../shared/fields.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

export interface KeyExchange {
  /** Key Exchange Method, a Transform Type 4 number. */
  readonly group: number
  /** Public value or ciphertext, a view of the packet: copy it to keep it. */
  readonly data: Uint8Array
}

const group = field("isakmp.key_exchange.dh_group", "Key Exchange Method", { names: KE_METHOD })
const data = field("isakmp.key_exchange.data", "Key Exchange Data", { kind: "bytes" })

/**
 * Key Exchange payload. RFC 7296 §3.4, RFC 9370 §2.2.
 *
 *     |   Key Exchange Method Num     |           RESERVED            |
 *     |                       Key Exchange Data                       |
 */
export const ke: PayloadDecoder<KeyExchange> = {
  type: PAYLOAD_TYPE.KE,
  name: "Key Exchange",
  notation: "KE",
  rfc: "RFC 7296 §3.4",
  fixed: (_, start) => start + 4,
  decode(c, { wanted }) {
    const method = c.u16(group)
    c.pass(f.reserved, 2)
    if (!wanted) return { group: method, data: c.bytes(data) }
    c.pass(data)
    return { group: method, data: NO_BYTES }
  },
}

/** In place of a view that nobody reads. */
const NO_BYTES: Uint8Array = new Uint8Array()
