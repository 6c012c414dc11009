/** Nonce payload of IKEv1. */
import { nonceDecoder } from "../shared/nonce.ts"

/** Ni, Nr. RFC 2408 §3.13. */
export const nonce = { ...nonceDecoder(10, "RFC 2408 §3.13"), notation: "NONCE" }
