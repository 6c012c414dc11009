/** Hash and Signature payloads of IKEv1: HASH_I, HASH_R, HASH(1) … and SIG_I, SIG_R. RFC 2409 §5. */

import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

export interface Authenticator {
  /** A view of the packet: copy it to keep it. */
  readonly data: Uint8Array
}

const hashData = field("isakmp.hash", "Hash Data", { kind: "bytes" })
const signatureData = field("isakmp.sig", "Signature Data", { kind: "bytes" })

/** RFC 2408 §3.11. */
export const hash: PayloadDecoder<Authenticator> = {
  type: PAYLOAD_TYPE.HASH,
  name: "Hash",
  notation: "HASH",
  rfc: "RFC 2408 §3.11",
  decode: c => ({ data: c.bytes(hashData) }),
}

/** RFC 2408 §3.12. */
export const signature: PayloadDecoder<Authenticator> = {
  type: PAYLOAD_TYPE.SIG,
  name: "Signature",
  notation: "SIG",
  rfc: "RFC 2408 §3.12",
  decode: c => ({ data: c.bytes(signatureData) }),
}
