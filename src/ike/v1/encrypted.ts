/** The encrypted body of an IKEv1 message: all that follows the header. RFC 2409 §5, App. B. */
import { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import { decodeChain } from "../shared/chain.ts"
import * as f from "../shared/fields.ts"
import type { DecodeContext, DecodedPayload } from "../shared/payload.ts"
import { ikev1Table } from "./table.ts"

const ciphertext = field("isakmp.enc.data", "Encrypted Data", { kind: "bytes" })
const decrypted = field("isakmp.enc.decrypted", "Decrypted Data", { kind: "none" })
const iv = field("isakmp.enc.iv", "Initialization Vector", { kind: "bytes" })

/**
 * Payloads of the opened body, none while it is closed. `c` stands behind the header. The IV comes from the messages
 * before, so it is drawn without bytes of its own. Padding behind the last payload is shown as extra data.
 */
export function decodeEncryptedV1(first: number, c: Cursor, context: DecodeContext): DecodedPayload[] {
  c.bytes(ciphertext)
  const opened = context.opened
  if (!opened) return []
  const { clear } = opened
  if (opened.iv) c.note(iv, c.end, c.end, opened.iv)
  c.sink?.open(decrypted, clear, 0, clear.bytes.length)
  const inner = new Cursor(clear, 0, clear.bytes.length, "decrypted body", c.sink)
  const { payloads, fault } = decodeChain(ikev1Table(context.exchangeType), first, inner, context)
  if (!fault && inner.left > 0) inner.bytes(f.extraData)
  c.sink?.close()
  return payloads
}
