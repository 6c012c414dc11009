/** Nonce payload of IKEv2. */
import { nonceDecoder } from "../shared/nonce.ts"

/** Ni, Nr. RFC 7296 §3.9. */
export const nonce = nonceDecoder(40, "RFC 7296 §3.9")
