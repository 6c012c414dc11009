/** The header that group policies and key bags begin with. RFC 9838 §4.4, §4.5. */
import type { Cursor } from "../../bytes/cursor.ts"
import type { Field } from "../../bytes/field.ts"
import { type Item, item } from "../shared/items.ts"

interface GroupFields {
  readonly heading: Field
  readonly protocol: Field
  readonly spiSize: Field
  readonly length: Field
  readonly spi: Field
}

export interface GroupItem extends Item {
  /** 2 AH, 3 ESP, 6 GIKE_UPDATE; 0 for what is not of one SA. */
  readonly protocol: number
  /** A view of the packet. */
  readonly spi: Uint8Array
}

/**
 * Reads the header, then the rest by `read`, which gets the protocol. Throws DecodeError only when the Length does not say where the next
 * item begins.
 *
 *     |   Protocol    |   SPI Size    |            Length             |
 *     ~                              SPI                              ~
 */
export function groupItem(
  c: Cursor,
  fields: GroupFields,
  name: string,
  read: (rest: Cursor, protocol: number) => void,
): GroupItem {
  c.require(fields.heading, 4)
  const length = ((c.peek(2) ?? 0) << 8) | (c.peek(3) ?? 0)
  if (length < 4) throw c.invalid(fields.length, c.pos + 2, `${name} Length ${length} is less than its own header of 4`)
  let protocol = 0
  let spi = c.src.bytes.subarray(c.pos, c.pos)
  const at = item(c, fields.heading, length, `${name} Length`, rest => {
    protocol = rest.u8(fields.protocol)
    const spiBytes = rest.u8(fields.spiSize)
    rest.u16(fields.length)
    if (spiBytes > 0) spi = rest.bytes(fields.spi, spiBytes)
    read(rest, protocol)
  })
  return { start: at.start, end: at.end, fault: at.fault, protocol, spi }
}
