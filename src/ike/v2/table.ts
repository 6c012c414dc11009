/** The IKEv2 payload decoders by type. RFC 7296 §3 and its extensions. */
import { type DecoderTable, decoderTable } from "../shared/payload.ts"

export const IKEV2: DecoderTable = decoderTable()
