/** The Authentication Header and what follows it, drawn under Wireshark's names. RFC 4302 §2. */
import type { ByteSource } from "../bytes/byte-source.ts"
import { Cursor } from "../bytes/cursor.ts"
import { DecodeError } from "../bytes/errors.ts"
import { type AhHeader, decodeAh } from "../net/headers/ah.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { type DissectOptions, type IcvStatus, icvHolds } from "./esp.ts"
import { decodeInner } from "./inner.ts"
import type { Inner } from "./inner-line.ts"

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
  options: DissectOptions,
): DissectedAh | undefined {
  const { sink } = options
  const c = new Cursor(src, start, end, "datagram", sink)
  try {
    const header = decodeAh(c, icvHolds(status))
    const next = Math.max(c.pos, start + 12)
    if (header.nextHeader === IP_PROTOCOL.ESP) return { header, next }
    return { header, next, inner: decodeInner(src, next, end, header.nextHeader, options) }
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e
    sink?.fault(e)
    return undefined
  }
}
