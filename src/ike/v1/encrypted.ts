/** The encrypted body of an IKEv1 message: all that follows the header. RFC 2409 §5, App. B. */
import { Cursor } from "../../bytes/cursor.ts"
import { decodeChain } from "../shared/chain.ts"
import * as f from "../shared/fields.ts"
import type { DecodeContext, DecodedPayload } from "../shared/payload.ts"
import { IKEV1 } from "./table.ts"

/** Payloads of the opened body, none while it is closed. `c` stands behind the header. */
export function decodeEncryptedV1(first: number, c: Cursor, context: DecodeContext): DecodedPayload[] {
  c.bytes(f.opaque)
  const opened = context.opened
  if (!opened) return []
  const inner = new Cursor(opened.clear, 0, opened.clear.bytes.length, "decrypted body", c.sink)
  return decodeChain(IKEV1, first, inner, context).payloads
}
