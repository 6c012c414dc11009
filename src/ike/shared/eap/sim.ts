/** EAP-SIM, EAP-AKA and EAP-AKA': subtype and attributes. RFC 4186 §8, RFC 4187 §8, RFC 9048 §3. */

import type { Cursor } from "../../../bytes/cursor.ts"
import type { DecodeError } from "../../../bytes/errors.ts"
import { field } from "../../../bytes/field.ts"
import {
  EAP_SIM_ATTRIBUTE,
  EAP_SIM_CLIENT_ERROR,
  EAP_SIM_NOTIFICATION,
  EAP_SIM_SUBTYPE,
  EAP_TYPE,
} from "../../../registry/eap-types.ts"
import { attempt, decodeItems, type Item, item } from "../items.ts"

interface EapSimAttribute extends Item {
  readonly type: number
  /** Behind type and length, padding included; a view of the packet. */
  readonly value: Uint8Array
  /** Of EAP_SIM_ATTRIBUTE.AT_IDENTITY the identity, of EAP_SIM_ATTRIBUTE.AT_KDF_INPUT the network name. */
  readonly text?: string
}

export interface EapSim {
  readonly subtype: number
  readonly attributes: readonly EapSimAttribute[]
  /** Why the list ended early. A bad attribute carries a fault of its own. */
  readonly fault?: DecodeError
}

/** Wireshark names the fields of EAP-SIM and of EAP-AKA apart. */
const fieldsOf = (method: "sim" | "aka") => ({
  subtype: field(`eap.${method}.subtype`, "Subtype", { names: EAP_SIM_SUBTYPE }),
  reserved: field(`eap.${method}.reserved`, "Reserved", { kind: "hex" }),
  attribute: field(`eap.${method}.subtype.attribute`, "Attribute", { kind: "none" }),
  type: field(`eap.${method}.subtype.type`, "Attribute Type", { names: EAP_SIM_ATTRIBUTE }),
  length: field(`eap.${method}.subtype.len`, "Attribute Length (words)"),
  value: field(`eap.${method}.subtype.value`, "Value", { kind: "bytes" }),
  notification: field(`eap.${method}.notification_type`, "Notification Type", { names: EAP_SIM_NOTIFICATION }),
  error: field(`eap.${method}.error_code`, "Error Code", { names: EAP_SIM_CLIENT_ERROR }),
})
type SimFields = ReturnType<typeof fieldsOf>
const simFields = fieldsOf("sim")
const akaFields = fieldsOf("aka")

const actualLength = field("eap.identity.actual_len", "Actual Length")
const identity = field("eap.identity", "Identity", { kind: "text" })
const networkName = field("eap.aka.network_name", "Network Name", { kind: "text" })
const kdf = field("eap.aka.kdf", "Key Derivation Function")

/**
 * Reads the Type-Data of a method of EAP type `type`.
 *
 *     |    Subtype    |           Reserved            |
 *     | Attribute Type|  Length/4     |  Value ...
 */
export function decodeSim(c: Cursor, type: number): EapSim {
  const shown = type === EAP_TYPE.EAP_SIM ? simFields : akaFields
  const subtype = c.u8(shown.subtype)
  // AKA-Authentication-Reject may end here.
  if (c.left > 0) c.u16(shown.reserved)
  const attributes: EapSimAttribute[] = []
  const { fault } = attempt(c, () =>
    decodeItems(
      c,
      attributes,
      () => c.left > 0,
      a => decodeAttribute(a, shown),
    ),
  )
  return { subtype, attributes, fault }
}

function decodeAttribute(c: Cursor, shown: SimFields): EapSimAttribute {
  c.require(shown.attribute, 4)
  const type = c.peek() ?? 0
  const words = c.peek(1) ?? 0
  if (words === 0) throw c.invalid(shown.length, c.pos + 1, "attribute Length 0")
  const read: { value: Uint8Array; text?: string } = { value: c.src.bytes.subarray(c.pos, c.pos) }
  const at = item(c, shown.attribute, 4 * words, "attribute Length", a => {
    a.u8(shown.type)
    a.u8(shown.length)
    read.value = a.src.bytes.subarray(a.pos, a.end)
    a.window(
      shown.value,
      a.left,
      a.limit,
      v => {
        read.text = drawValue(v, type, shown)
      },
      read.value,
    )
  })
  return { start: at.start, end: at.end, fault: at.fault, type, value: read.value, text: read.text }
}

/** What the value says, for the attributes that people look for. */
function drawValue(v: Cursor, type: number, shown: SimFields): string | undefined {
  if (type === EAP_SIM_ATTRIBUTE.AT_NOTIFICATION) v.u16(shown.notification)
  else if (type === EAP_SIM_ATTRIBUTE.AT_CLIENT_ERROR_CODE) v.u16(shown.error)
  else if (type === EAP_SIM_ATTRIBUTE.AT_KDF) v.u16(kdf)
  else if (type === EAP_SIM_ATTRIBUTE.AT_IDENTITY || type === EAP_SIM_ATTRIBUTE.AT_KDF_INPUT)
    return v.text(type === EAP_SIM_ATTRIBUTE.AT_IDENTITY ? identity : networkName, v.u16(actualLength))
  return undefined
}
