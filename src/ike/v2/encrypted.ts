/** Encrypted payload (SK), and what SK and SKF share: IV, ciphertext and ICV on the wire, payloads and padding inside. */

import { Cursor } from "../../bytes/cursor.ts"
import type { DecodeError } from "../../bytes/errors.ts"
import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { decodeChain } from "../shared/chain.ts"
import * as f from "../shared/fields.ts"
import type { DecodeContext, DecodedPayload, Opened, PayloadDecoder } from "../shared/payload.ts"

export interface Encrypted {
  /** IV, ciphertext and ICV: where they stand in the payload's source, absolute, bytes, end exclusive. */
  readonly start: number
  readonly end: number
  /** The payloads inside, once keys opened them. */
  readonly inner?: readonly DecodedPayload[]
  /** Whether the ICV held; undefined without keys, and where the suite has none. */
  readonly icvOk?: boolean
  /** Why the walk along the payloads inside ended early. */
  readonly fault?: DecodeError
}

/** Every cipher of IKEv2 puts an IV of at least 8 octets first, so the first four are always the IV's; Wireshark shows these. */
const IV_HEAD_BYTES = 4

const ivHead = field("isakmp.enc.iv", "Initialization Vector (its first octets)", { kind: "bytes" })
const iv = field("isakmp.enc.iv", "Initialization Vector", { kind: "bytes" })
const ciphertext = field("isakmp.enc.data", "Encrypted Data", { kind: "bytes" })
const icv = field("isakmp.enc.icd", "Integrity Checksum Data", { kind: "bytes" })
const icvGood = field("isakmp.enc.icd.good", "Integrity Checksum verified", { kind: "bool" })
const decrypted = field("isakmp.enc.decrypted", "Decrypted Data", { kind: "none" })
const padding = field("isakmp.enc.padding", "Padding", { kind: "bytes" })
const padLength = field("isakmp.enc.pad_length", "Pad Length")

/**
 * Encrypted payload: opaque until keys opened it, then its payloads are `inner`. RFC 7296 §3.14.
 *
 *     |                     Initialization Vector                     |
 *     ~                    Encrypted IKE Payloads                     ~
 *     |               |             Padding (0-255 octets)            |
 *     |                                               |  Pad Length   |
 *     ~                    Integrity Checksum Data                    ~
 */
export const sk: PayloadDecoder<Encrypted> = {
  type: PAYLOAD_TYPE.SK,
  name: "Encrypted and Authenticated",
  notation: "SK",
  rfc: "RFC 7296 §3.14",
  decode(c, context) {
    const { opened } = context
    const body = { start: c.pos, end: c.end }
    decodeCiphertext(c, opened)
    if (!opened) return body
    return { ...body, icvOk: opened.icvOk, ...decodeClear(c, opened, d => decodeInner(d, opened.first, context)) }
  },
}

/** Draws IV, ciphertext and ICV; without keys only what is sure. Throws DecodeError when they are longer than the body. */
export function decodeCiphertext(c: Cursor, opened: Opened | undefined): void {
  if (!opened) {
    if (c.left > IV_HEAD_BYTES) c.bytes(ivHead, IV_HEAD_BYTES)
    if (c.left > 0) c.bytes(ciphertext)
    return
  }
  if (opened.ivBytes > 0) c.bytes(iv, opened.ivBytes)
  c.bytes(ciphertext, c.left - opened.icvBytes)
  if (opened.icvBytes === 0) return
  const start = c.pos
  c.bytes(icv, opened.icvBytes)
  if (opened.icvOk !== undefined) c.note(icvGood, start, c.pos, opened.icvOk)
}

/** Draws the cleartext: `read` gets the payloads or the fragment, padding follows. */
export function decodeClear<T>(c: Cursor, opened: Opened, read: (clear: Cursor) => T): T {
  const { clear, end } = opened
  const { sink } = c
  sink?.open(decrypted, clear, 0, clear.bytes.length)
  try {
    const value = read(new Cursor(clear, 0, end, "Pad Length", sink))
    const rest = new Cursor(clear, end, clear.bytes.length, "decrypted data", sink)
    if (rest.left > 1) rest.bytes(padding, rest.left - 1)
    if (rest.left > 0) rest.u8(padLength)
    return value
  } finally {
    sink?.close()
  }
}

/** Walks decrypted payloads with the table that the message is walked with. Keys of this message open nothing inside them. */
export function decodeInner(
  clear: Cursor,
  first: number,
  context: DecodeContext,
): { inner: readonly DecodedPayload[]; fault?: DecodeError } {
  const inside: DecodeContext = { ...context, opened: undefined, inside: context.opened?.inside }
  const { payloads, fault } = decodeChain(context.table ?? new Map(), first, clear, inside)
  if (!fault && clear.left > 0) clear.bytes(f.extraData)
  return fault ? { inner: payloads, fault } : { inner: payloads }
}
