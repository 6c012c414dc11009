/** The Authentication Header: found by the walk, and drawn wherever it stands. RFC 4302 §2. */

import { u32At } from "../../bytes/bytes.ts"
import type { Cursor } from "../../bytes/cursor.ts"
import { field } from "../../bytes/field.ts"
import { plural } from "../../bytes/words.ts"
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"
import { type Descent, layer } from "../layers.ts"
import { Kind } from "../packet-view.ts"

const ah = {
  heading: field("ah", "Authentication Header", { kind: "none" }),
  next: field("ah.next_header", "Next header", { names: IP_PROTOCOL }),
  length: field("ah.length", "Length"),
  reserved: field("ah.reserved", "Reserved", { kind: "bytes" }),
  spi: field("ah.spi", "AH SPI", { kind: "hex" }),
  sequence: field("ah.sequence", "AH Sequence"),
  icv: field("ah.icv", "AH ICV", { kind: "bytes" }),
  icvGood: field("ah.icv_good", "Good", { kind: "bool" }),
  icvBad: field("ah.icv_bad", "Bad", { kind: "bool" }),
}

export interface AhHeader {
  readonly nextHeader: number
  readonly spi: number
  readonly sequence: number
  /** Whole header, bytes: (Payload Len + 2) * 4. */
  readonly length: number
}

/** Reads the header at the position; `icvHolds` is what a key says of the ICV. The ICV is what the length leaves, padding of IPv6 included. */
export function decodeAh(c: Cursor, icvHolds?: boolean): AhHeader {
  const length = 4 * ((c.peek(1) ?? 0) + 2)
  return c.group(ah.heading, Math.max(12, length), () => {
    const nextHeader = c.u8(ah.next)
    c.u8(ah.length)
    c.bytes(ah.reserved, 2)
    const spi = c.u32(ah.spi)
    const sequence = c.u32(ah.sequence)
    if (length > 12) {
      const at = c.pos
      c.bytes(ah.icv, length - 12)
      if (icvHolds !== undefined) {
        c.note(ah.icvGood, at, c.pos, icvHolds)
        c.note(ah.icvBad, at, c.pos, !icvHolds)
      }
    }
    return { nextHeader, spi, sequence, length }
  })
}

export const AH = layer(ah, c => decodeAh(c))

/** An AH header at `at`; what it protects is looked into as well. RFC 4302 §2. */
export function authenticationHeader(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  l.tap?.layer(AH, b, at, end, 0)
  // An ICMP error may quote 8 octets only: up to the SPI, without the sequence number.
  if (end - at >= (l.quoting ? 8 : 12)) {
    l.view.spi = u32At(b, at + 4)
    l.view.sequence = end - at >= 12 ? u32At(b, at + 8) : 0
    l.found(l.quoting ? Kind.QUOTED_AH : Kind.AH, b, at, end, wireEnd - at)
  }
  if (end - at < 12) {
    if (!l.quoting) l.finding("ah-truncated", `an AH header of ${plural(end - at, "byte")} is cut off`)
    return
  }
  const next = b[at]
  const body = at + ((b[at + 1] + 2) << 2)
  if (body - at < 12) l.finding("ah-length", `the length of ${body - at} bytes that an AH header says is below 12`)
  if (body <= end) l.protocol(next, b, body, end, wireEnd)
}
