/** Nonce payload of IKEv1. */
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import { nonceDecoder } from "../shared/nonce.ts"

/** Ni, Nr. RFC 2408 §3.13. */
export const nonce = { ...nonceDecoder(PAYLOAD_TYPE.NONCE, "RFC 2408 §3.13"), notation: "NONCE" }
