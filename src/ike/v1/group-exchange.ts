/** Sequence Number and Proof of Possession payloads of GDOI, and the Symmetric Key payload of GM/T 0022. RFC 6407 §5.7, RFC 3547 §5.7. */

import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

export interface SequenceNumber {
  /** Of the last GROUPKEY-PUSH message. */
  readonly sequence: number
}

export interface OpaqueBody {
  /** A view of the packet: copy it to keep it. */
  readonly data: Uint8Array
}

const sequence = field("isakmp.seq.seq", "Sequence Number")
const possession = field("isakmp.datapayload", "POP Data", { kind: "bytes" })
const symmetricKey = field("isakmp.datapayload", "Encrypted Symmetric Key", { kind: "bytes" })

/** RFC 6407 §5.7. */
export const sequenceNumber: PayloadDecoder<SequenceNumber> = {
  type: PAYLOAD_TYPE.SEQ,
  name: "Sequence Number",
  notation: "SEQ",
  rfc: "RFC 6407 §5.7",
  decode: c => ({ sequence: c.u32(sequence) }),
}

/** A signature over POP_HASH. RFC 3547 §5.7. */
export const proofOfPossession: PayloadDecoder<OpaqueBody> = {
  type: PAYLOAD_TYPE.POP,
  name: "Proof of Possession",
  notation: "POP",
  rfc: "RFC 3547 §5.7",
  decode: c => ({ data: c.bytes(possession) }),
}

/** The session key that phase 1 of GM/T 0022 encrypts under the peer's public key. */
export const symmetricKeyPayload: PayloadDecoder<OpaqueBody> = {
  type: PAYLOAD_TYPE.SK,
  name: "Symmetric Key",
  notation: "SK",
  rfc: "GM/T 0022",
  decode: c => ({ data: c.bytes(symmetricKey) }),
}
