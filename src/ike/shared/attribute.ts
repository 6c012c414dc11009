/** Data attributes in their two forms, type/value and type/length/value. RFC 2408 §3.3, RFC 7296 §3.3.5. */
import { Cursor } from "../../bytes/cursor.ts"
import { bits, type Field, field, type Names } from "../../bytes/field.ts"
import { type Item, item } from "./items.ts"

export interface Attribute extends Item {
  /** Without the format bit. */
  readonly type: number
  /** Whether the value stands in the place of the length (AF = 1), two bytes. */
  readonly short: boolean
  /** A view of the packet. */
  readonly value: Uint8Array
}

/** The fields of one attribute table, which each have names of their own in Wireshark. */
export interface AttributeFields {
  readonly item: Field
  readonly type: Field
  readonly format: Field
  readonly length: Field
  readonly value: Field
}

/** Those of one table: `isakmp.ike.attr`, `isakmp.gsa.attr` … `of` stands in front of what they are called. */
export const attributeFields = (name: string, label: string, names: Names, of = ""): AttributeFields => ({
  item: field(name, label, { kind: "none" }),
  type: field(`${name}.type`, `${of}Type`, { names }),
  format: field(`${name}.format`, "Format", {
    kind: "bool",
    words: ["Type/Length/Value (TLV)", "Type/Value (TV)"],
    ...bits(0x8000, 16),
  }),
  length: field(`${name}.length`, `${of}Length`),
  value: field(`${name}.value`, `${of}Value`, { kind: "bytes" }),
})

/** One for all: an empty view of each packet would cost as much as the attribute. */
const NO_VALUE: Uint8Array = new Uint8Array()

/** Format bit and type in one; the two are drawn apart. */
const head = field("", "Attribute format and type", { hidden: true })

/** The value as an unsigned number; undefined when it has none or more than 6 bytes. */
export function attributeNumber(value: Uint8Array): number | undefined {
  if (value.length === 0 || value.length > 6) return undefined
  return value.reduce((n, byte) => n * 256 + byte, 0)
}

/**
 * Reads one attribute and lets `detail` draw what its value means. Throws DecodeError only when not even the type and
 * the length are there; a value that is cut off, or a fault of `detail`, is kept with the attribute.
 *
 *     |A|       Attribute Type        |    AF=0  Attribute Length     |
 *     |F|                             |    AF=1  Attribute Value      |
 *     |                   AF=0  Attribute Value                       |
 */
export function decodeAttribute(
  c: Cursor,
  fields: AttributeFields,
  detail?: (value: Cursor, type: number, short: boolean) => void,
): Attribute {
  c.require(fields.item, 4)
  const first = ((c.peek(0) ?? 0) << 8) | (c.peek(1) ?? 0)
  const second = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  const short = (first & 0x8000) !== 0
  const type = first & 0x7fff
  let value = NO_VALUE
  const at = item(c, fields.item, short ? 4 : 4 + second, "Attribute Length", a => {
    a.u16(head)
    a.note(fields.type, a.pos - 2, a.pos, type)
    a.note(fields.format, a.pos - 2, a.pos, short)
    if (!short) a.u16(fields.length)
    if (a.left === 0) return
    const start = a.pos
    value = a.bytes(fields.value)
    detail?.(new Cursor(a.src, start, a.end, a.limit, a.sink), type, short)
  })
  return { start: at.start, end: at.end, fault: at.fault, type, short, value }
}
