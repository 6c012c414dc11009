/** Generic Secure Password Method payload: the frame of PACE, AugPAKE and Secure PSK messages. RFC 6467 §3.3. */

import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

export interface GenericSecurePassword {
  /** What it means is said by the method of SECURE_PASSWORD_METHODS; a view of the packet. */
  readonly data: Uint8Array
}

const data = field("isakmp.gspm.data", "Data Specific to the Secure Password Method", { kind: "bytes" })

export const gspm: PayloadDecoder<GenericSecurePassword> = {
  type: PAYLOAD_TYPE.GSPM,
  name: "Generic Secure Password Method",
  notation: "GSPM",
  rfc: "RFC 6467 §3.3",
  decode: c => ({ data: c.bytes(data) }),
}
