/** Encrypted Fragment payload (SKF): one piece of a message that was fragmented before it was encrypted. RFC 7383. */

import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { decodeReassembled } from "../shared/reassembled.ts"
import { decodeCiphertext, decodeClear, decodeInner, type Encrypted } from "./encrypted.ts"

/** `inner` is set on the fragment that completed the message: the payloads of all fragments. */
export interface EncryptedFragment extends Encrypted {
  /** From 1. */
  readonly number: number
  readonly total: number
}

const number = field("isakmp.frag.number", "Fragment Number")
const total = field("isakmp.frag.total", "Total Fragments")
const data = field("isakmp.frag.data", "Decrypted Fragment", { kind: "bytes" })

/**
 * Encrypted Fragment payload. RFC 7383 §2.5.
 *
 *     |        Fragment Number        |        Total Fragments        |
 *     |                     Initialization Vector                     |
 *     ~                      Encrypted content                        ~
 *     |               |             Padding (0-255 octets)            |
 *     |                                               |  Pad Length   |
 *     ~                    Integrity Checksum Data                    ~
 */
export const skf: PayloadDecoder<EncryptedFragment> = {
  type: PAYLOAD_TYPE.SKF,
  name: "Encrypted and Authenticated Fragment",
  notation: "SKF",
  rfc: "RFC 7383 §2.5",
  decode(c, context) {
    const { opened } = context
    const fragment = { number: c.u16(number), total: c.u16(total), start: c.pos, end: c.end }
    decodeCiphertext(c, opened)
    if (!opened) return fragment
    decodeClear(c, opened, d => d.left > 0 && d.bytes(data))
    const done = { ...fragment, icvOk: opened.icvOk }
    const whole = opened.reassembled
    if (!whole) return done
    return { ...done, ...decodeReassembled(c, whole, d => decodeInner(d, whole.first, context)) }
  },
}
