/** Key Exchange payload of IKEv1: the public value, whose group the SA negotiation chose. */

import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

export interface KeyExchangeV1 {
  /** A view of the packet: copy it to keep it. */
  readonly data: Uint8Array
}

const data = field("isakmp.key_exchange.data", "Key Exchange Data", { kind: "bytes" })

/** RFC 2408 §3.7. */
export const ke: PayloadDecoder<KeyExchangeV1> = {
  type: PAYLOAD_TYPE.KE,
  name: "Key Exchange",
  notation: "KE",
  rfc: "RFC 2408 §3.7",
  fixed: (_, start) => start,
  decode: c => ({ data: c.bytes(data) }),
}
