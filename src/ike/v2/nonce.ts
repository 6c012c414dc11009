/** Nonce payload of IKEv2. */
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { nonceDecoder } from "../shared/nonce.ts"

/** Ni, Nr. RFC 7296 §3.9. */
export const nonce = nonceDecoder(PAYLOAD_TYPE.NONCE, "RFC 7296 §3.9")
