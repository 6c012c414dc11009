/** Fragment payload of Cisco and Microsoft: part of a message that would not fit a datagram. MS-IKEE §2.2.1. */

import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev1/payload-types.ts"
import type { PayloadDecoder } from "../shared/payload.ts"
import { decodeReassembled } from "../shared/reassembled.ts"

export interface FragmentV1 {
  /** The same in all fragments of one message. */
  readonly id: number
  /** From 1. */
  readonly number: number
  /** Set on the last one, whose number is how many there are. */
  readonly last: boolean
  /** Of the message with its ISAKMP header; a view of the packet. */
  readonly data: Uint8Array
}

const packetId = field("isakmp.frag.packetid", "Frag ID", { kind: "hex" })
const sequence = field("isakmp.frag.seq", "Frag seq")
const last = field("isakmp.frag.last", "Frag last")
const data = field("isakmp.frag.data", "Frag data", { kind: "bytes" })

/** Flag of the last fragment. */
const LAST = 0x01

/**
 *     |          Fragment ID          |    Number     |     Flags     |
 *     ~                         Fragment Data                         ~
 */
export const fragment: PayloadDecoder<FragmentV1> = {
  type: PAYLOAD_TYPE.FRAG,
  name: "Fragment",
  notation: "FRAG",
  rfc: "MS-IKEE §2.2.1",
  decode(c, context) {
    const value = { id: c.u16(packetId), number: c.u8(sequence), last: (c.u8(last) & LAST) !== 0, data: c.bytes(data) }
    // The whole is a message with a header of its own, which its reader decodes as such.
    const whole = context.opened?.reassembled
    if (whole) decodeReassembled(c, whole, () => undefined)
    return value
  },
}
