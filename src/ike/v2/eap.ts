/** Extensible Authentication payload: one EAP packet. RFC 7296 §3.16. */

import { field } from "../../bytes/field.ts"
import { PAYLOAD_TYPE } from "../../registry/ikev2/payload-types.ts"
import { decodeEap, type EapPacket } from "../shared/eap/packet.ts"
import * as f from "../shared/fields.ts"
import type { PayloadDecoder } from "../shared/payload.ts"

const message = field("isakmp.eap.data", "EAP Message", { kind: "none" })

export const eap: PayloadDecoder<EapPacket> = {
  type: PAYLOAD_TYPE.EAP,
  name: "Extensible Authentication",
  notation: "EAP",
  rfc: "RFC 7296 §3.16",
  decode: (c, { inside }) =>
    c.window(message, c.left, c.limit, m => {
      const packet = decodeEap(m)
      if (m.left > 0) m.bytes(f.extraData)
      if (m.sink) inside?.(m.sink)
      return packet
    }),
}
