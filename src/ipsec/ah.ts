/** The Authentication Header and what follows it, drawn under Wireshark's names. RFC 4302 §2. */
import type { ByteSource } from "../bytes/byte-source.ts"
import { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import { field } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import type { DissectOptions, IcvStatus } from "./esp.ts"
import { decodeInner, type Inner } from "./inner.ts"

export interface AhHeader {
  readonly nextHeader: number
  readonly spi: number
  readonly sequence: number
  /** Whole header, bytes: (Payload Len + 2) * 4. */
  readonly length: number
}

const ah = field("ah", "Authentication Header", { kind: "none" })
const nextHeader = field("ah.next_header", "Next header", { names: IP_PROTOCOL })
const length = field("ah.length", "Length")
const reserved = field("ah.reserved", "Reserved", { kind: "bytes" })
const spi = field("ah.spi", "AH SPI", { kind: "hex" })
const sequence = field("ah.sequence", "AH Sequence")
const icv = field("ah.icv", "AH ICV", { kind: "bytes" })
const icvGood = field("ah.icv_good", "Good", { kind: "bool" })
const icvBad = field("ah.icv_bad", "Bad", { kind: "bool" })

/** Reads (and with a sink draws) the header. Throws DecodeError when it is cut off. */
export function decodeAh(c: Cursor, status?: IcvStatus): AhHeader {
  const words = c.peek(1) ?? 0
  return c.group(ah, Math.max(12, 4 * (words + 2)), () => {
    const next = c.u8(nextHeader)
    const payloadLength = c.u8(length)
    c.bytes(reserved, 2)
    const header = {
      nextHeader: next,
      spi: c.u32(spi),
      sequence: c.u32(sequence),
      length: 4 * (payloadLength + 2),
    }
    if (header.length > 12) {
      const at = c.pos
      c.bytes(icv, header.length - 12)
      if (status === "ok" || status === "bad") {
        c.note(icvGood, at, c.pos, status === "ok")
        c.note(icvBad, at, c.pos, status === "bad")
      }
    }
    return header
  })
}

/** What follows an AH header that is not ESP. */
export interface DissectedAh {
  readonly header: AhHeader
  /** Where the next protocol starts. */
  readonly next: number
  /** The packet inside, unless it is ESP (50), which the caller dissects with its own keys. */
  readonly inner?: Inner
}

/** Draws the AH packet `src.bytes[start, end)`. Undefined when the header is cut off; never throws on what it reads. */
export function dissectAh(
  src: ByteSource,
  start: number,
  end: number,
  status: IcvStatus | undefined,
  sink: FieldSink | undefined,
  options: DissectOptions = {},
): DissectedAh | undefined {
  const c = new Cursor(src, start, end, "datagram", sink)
  try {
    const header = decodeAh(c, status)
    const next = Math.max(c.pos, start + 12)
    if (header.nextHeader === 50) return { header, next }
    return { header, next, inner: decodeInner(src, next, end, header.nextHeader, { ...options, sink }) }
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    sink?.fault(e)
    return undefined
  }
}
