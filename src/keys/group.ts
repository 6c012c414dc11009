/** The key that wraps what a registration hands out. RFC 9838 §3.1.1. */
import { utf8 } from "../bytes/bytes.ts"
import type { PrfContext } from "./context.ts"
import { prfPlus } from "./prf-plus.ts"

/** GSK_w = prf+(SK_d, "Key Wrap for G-IKEv2"). */
export const defaultWrapKey = (context: PrfContext, skD: Uint8Array, length: number): Uint8Array =>
  prfPlus(context, skD, utf8("Key Wrap for G-IKEv2"), length)
