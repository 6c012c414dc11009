/** Nonce payload, the same in both versions but for its type. RFC 7296 §3.9, RFC 2408 §3.13. */
import { field } from "../../bytes/field.ts"
import type { PayloadDecoder } from "./payload.ts"

export interface Nonce {
  /** A view of the packet: copy it to keep it. 16 to 256 bytes by RFC 7296, 8 to 256 by RFC 2409; other lengths are kept. */
  readonly data: Uint8Array
}

const data = field("isakmp.nonce", "Nonce Data", { kind: "bytes" })

/** The decoder under the version's payload type. */
export const nonceDecoder = (type: number, rfc: string): PayloadDecoder<Nonce> => ({
  type,
  name: "Nonce",
  notation: "Nonce",
  rfc,
  fixed: (_, start) => start,
  decode: c => ({ data: c.bytes(data) }),
})
