/** The IKEv1 payload decoders by type. RFC 2408 §3, RFC 3947, and vendors' types. */
import { type DecoderTable, decoderTable } from "../shared/payload.ts"

export const IKEV1: DecoderTable = decoderTable()
