/** Encrypted Fragment payload (SKF): one piece of a message that was fragmented before it was encrypted. RFC 7383. */
import { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import type { Opened, PayloadDecoder } from "../shared/payload.ts"
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
const reassembled = field("isakmp.reassembled.data", "Reassembled payloads", { kind: "none" })
const frame = field("isakmp.fragment", "Message fragment")
const frameCount = field("isakmp.fragment.count", "Message fragment count")
const reassembledLength = field("isakmp.reassembled.length", "Reassembled length")

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
  type: 53,
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
    return { ...done, ...drawReassembled(c, whole, d => decodeInner(d, whole.first, context)) }
  },
}

function drawReassembled<T>(c: Cursor, whole: NonNullable<Opened["reassembled"]>, read: (clear: Cursor) => T): T {
  const { clear, frames } = whole
  const { sink } = c
  sink?.open(reassembled, clear, 0, clear.bytes.length)
  try {
    const inside = new Cursor(clear, 0, clear.bytes.length, "reassembled fragments", sink)
    for (const n of frames) inside.note(frame, 0, inside.end, n)
    inside.note(frameCount, 0, inside.end, frames.length)
    inside.note(reassembledLength, 0, inside.end, clear.bytes.length)
    return read(inside)
  } finally {
    sink?.close()
  }
}
