/** Wrapped ESP: a header before ESP that says whether the payload is encrypted. RFC 5840 §2. */

import { u32At } from "../../bytes/bytes.ts"
import type { Cursor } from "../../bytes/cursor.ts"
import { bits, field } from "../../bytes/field.ts"
import { plural } from "../../bytes/words.ts"
import { IP_PROTOCOL } from "../../registry/ip-protocols.ts"
import { type Descent, layer } from "../layers.ts"
import { Kind } from "../packet-view.ts"
import { decodeEspHeader, esp } from "./esp.ts"

const wesp = {
  heading: field("wesp", "Wrapped Encapsulating Security Payload", { kind: "none" }),
  next: field("wesp.next_header", "Next Header", { names: IP_PROTOCOL }),
  headerLength: field("wesp.header_length", "Header Length"),
  trailerLength: field("wesp.trailer_length", "Trailer Length"),
  flags: field("wesp.flags", "Flags", { kind: "hex" }),
  version: field("wesp.version", "Version", bits(0xc0)),
  encrypted: field("wesp.encrypted", "Encrypted Payload", { kind: "bool", ...bits(0x20) }),
  padded: field("wesp.padding_present", "Padding Header", { kind: "bool", ...bits(0x10) }),
  padding: field("wesp.padding", "Padding", { kind: "bytes" }),
}

export interface WespHeader {
  readonly nextHeader: number
  /** From the WESP header to the payload data, and of the ICV, bytes; both 0 when encrypted. */
  readonly headerLength: number
  readonly trailerLength: number
  readonly version: number
  readonly encrypted: boolean
  /** Four bytes of padding stand behind the header (IPv6 alignment). */
  readonly padded: boolean
}

const PADDED = 0x10
const ENCRYPTED = 0x20

/**
 * Reads the header at the position.
 *
 *     |  Next Header  |   HdrLen      |  TrailerLen   |V V|E|P|  Rsvd |
 *     |                     Padding (optional)                        |
 */
export function decodeWesp(c: Cursor): WespHeader {
  const padded = ((c.peek(3) ?? 0) & PADDED) !== 0
  return c.group(wesp.heading, padded ? 8 : 4, () => {
    const nextHeader = c.u8(wesp.next)
    const headerLength = c.u8(wesp.headerLength)
    const trailerLength = c.u8(wesp.trailerLength)
    const flags = c.u8(wesp.flags)
    const version = flags >> 6
    const encrypted = (flags & ENCRYPTED) !== 0
    c.note(wesp.version, c.pos - 1, c.pos, version)
    c.note(wesp.encrypted, c.pos - 1, c.pos, encrypted)
    c.note(wesp.padded, c.pos - 1, c.pos, padded)
    if (padded) c.bytes(wesp.padding, 4)
    return { nextHeader, headerLength, trailerLength, version, encrypted, padded }
  })
}

export const WESP = layer({ ...wesp, espHeading: esp.heading, spi: esp.spi, sequence: esp.sequence }, c => {
  decodeWesp(c)
  c.group(esp.heading, c.left, decodeEspHeader)
})

/** A WESP header at `at`, the ESP packet behind it. RFC 5840 §2. */
export function wrappedEsp(l: Descent, b: Uint8Array, at: number, end: number, wireEnd: number): void {
  l.tap?.layer(WESP, b, at, end, 0)
  const esp = at + 4 + (b[at + 3] & PADDED ? 4 : 0)
  if (end - esp >= 8) {
    l.view.spi = u32At(b, esp)
    l.view.sequence = u32At(b, esp + 4)
    if (l.quoting) l.found(Kind.QUOTED_ESP, b, esp, end, wireEnd - esp)
    else l.found(Kind.WESP, b, at, end, wireEnd - at)
  } else if (!l.quoting)
    l.finding("esp-truncated", `a WESP packet of ${plural(end - at, "byte")} has no SPI and sequence number`)
}
