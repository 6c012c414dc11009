/** Wrapped ESP: a header before ESP that says whether the payload is encrypted. RFC 5840 §2. */
import type { WespHeader } from "../net/headers/wesp.ts"
import { Kind, type PacketView } from "../net/packet-view.ts"

export interface Wesp extends WespHeader {
  /** Where the ESP header starts. */
  readonly espAt: number
}

/** Reads the header at `start`; undefined when it does not fit into `b[start, end)`. */
export function readWesp(b: Uint8Array, start: number, end: number): Wesp | undefined {
  if (end - start < 4) return undefined
  const flags = b[start + 3]
  const padded = (flags & 0x10) !== 0
  const espAt = start + (padded ? 8 : 4)
  if (espAt > end) return undefined
  return {
    nextHeader: b[start],
    headerLength: b[start + 1],
    trailerLength: b[start + 2],
    version: flags >> 6,
    encrypted: (flags & 0x20) !== 0,
    padded,
    espAt,
  }
}

/** Where the ESP or AH header of a packet stands, behind a WESP header; the end of the packet when it does not fit. */
export const espStart = ({ kind, payloadBytes, payloadStart, payloadEnd }: PacketView): number =>
  kind === Kind.WESP ? (readWesp(payloadBytes, payloadStart, payloadEnd)?.espAt ?? payloadEnd) : payloadStart
