/** ROHC_SUPPORTED: the parameters of robust header compression inside an SA. RFC 5857 §3.1. */

import type { Cursor } from "../../../bytes/cursor.ts"
import { type Field, field } from "../../../bytes/field.ts"
import { INTEG } from "../../../registry/ikev2/integ.ts"
import { NOTIFY } from "../../../registry/ikev2/notify.ts"
import { ROHC_ATTRIBUTE } from "../../../registry/ikev2/rohc-attributes.ts"
import { type Attribute, attributeNumber, decodeAttribute } from "../../shared/attribute.ts"
import { decodeItems } from "../../shared/items.ts"
import type { NotifyDecoder } from "./decoder.ts"

export interface RohcSupported {
  /** Highest context identifier. */
  readonly maxCid?: number
  readonly profiles: readonly number[]
  /** Integrity algorithms, transform type 3. */
  readonly integ: readonly number[]
  readonly icvBytes?: number
  /** Maximum reconstructed reception unit, bytes. */
  readonly mrru?: number
  readonly attributes: readonly Attribute[]
}

const name = "isakmp.notify.data.rohc.attr"
const fields = {
  item: field(name, "ROHC Attribute", { kind: "none" }),
  type: field(`${name}.type`, "ROHC Attribute Type", { names: ROHC_ATTRIBUTE }),
  format: field(`${name}.format`, "ROHC Format", { kind: "bool" }),
  length: field(`${name}.length`, "Length"),
  value: field(`${name}.value`, "Value", { kind: "bytes" }),
}
const meanings = new Map<number, Field>([
  [ROHC_ATTRIBUTE.MAX_CID, field(`${name}.max_cid`, "Maximum Context Identifier")],
  [ROHC_ATTRIBUTE.ROHC_PROFILE, field(`${name}.profile`, "ROHC Profile")],
  [ROHC_ATTRIBUTE.ROHC_INTEG, field(`${name}.integ`, "ROHC Integrity Algorithm", { names: INTEG })],
  [ROHC_ATTRIBUTE.ROHC_ICV_LEN, field(`${name}.icv_len`, "ROHC ICV Length in bytes")],
  [ROHC_ATTRIBUTE.MRRU, field(`${name}.mrru`, "MRRU")],
])

function drawMeaning(value: Cursor, type: number): void {
  const meaning = meanings.get(type)
  if (meaning) value.u16(meaning)
}

export const rohcSupported: NotifyDecoder<RohcSupported> = {
  type: NOTIFY.ROHC_SUPPORTED,
  rfc: "RFC 5857 §3.1",
  decode(c) {
    const attributes: Attribute[] = []
    decodeItems(
      c,
      attributes,
      () => c.left > 0,
      a => decodeAttribute(a, fields, drawMeaning),
    )
    const values = (type: number) =>
      attributes.filter(a => a.type === type).flatMap(a => attributeNumber(a.value) ?? [])
    return {
      maxCid: values(ROHC_ATTRIBUTE.MAX_CID)[0],
      profiles: values(ROHC_ATTRIBUTE.ROHC_PROFILE),
      integ: values(ROHC_ATTRIBUTE.ROHC_INTEG),
      icvBytes: values(ROHC_ATTRIBUTE.ROHC_ICV_LEN)[0],
      mrru: values(ROHC_ATTRIBUTE.MRRU)[0],
      attributes,
    }
  },
}
