/** A data packet after opening, and an inner packet: what the data plane hands on. Both are reused; a receiver copies what it keeps. */

import { byteSource } from "../bytes/byte-source.ts"
import type { IcvStatus, OpenedEsp } from "../ipsec/esp.ts"
import { type EspTrailer, newTrailer } from "../ipsec/esp-trailer.ts"
import type { DataSaKeys } from "../keys/data-sa-keys.ts"
import type { DataResult } from "../track/data-result.ts"
import type { DataSa } from "../track/data-sa.ts"
import { Copy } from "../track/recent-packets.ts"
import type { EspBatch } from "./esp-opener.ts"

/** One ESP or AH packet. Offsets are absolute in `bytes`; the cleartext of an ESP packet lies in `clear` at the offsets of its ciphertext. */
export class OpenedPacket {
  frame = 0
  seconds = 0
  nanos = 0
  data!: DataSa
  result!: DataResult
  /** Undefined when RFC 5879's heuristics opened it. */
  sa: DataSaKeys | undefined
  bytes: Uint8Array = new Uint8Array(0)
  clear: Uint8Array = new Uint8Array(0)
  /** The outer IP header with its extension headers, `[ipStart, start)`; empty when there is none. */
  ipStart = 0
  /** The ESP packet from its SPI, or the AH header. */
  start = 0
  end = 0
  opened = false
  /** The middle of its cleartext may be missing. */
  edges = false
  icv: IcvStatus = "none"
  ivBytes = 0
  icvBytes = 0
  /** High half of the sequence number, 0 without ESN. */
  seqHi = 0
  sequence = 0
  /** Sequence number not seen before. */
  fresh = true
  ivReused = false
  /** Whether it was captured a moment before already (`track/recent-packets.ts`); then it counts once, and `again` says that it is not counted. */
  copy: Copy = Copy.NONE
  again = false
  /** Payload data in `clear` (in `bytes` for AH), and their type. */
  dataStart = 0
  dataEnd = 0
  /** The packet as a batch of one, and whether its ICV held: memory for openers. */
  readonly alone: EspBatch = {
    bytes: new Uint8Array(0),
    at: new Uint32Array(1),
    length: new Uint32Array(1),
    seqHi: new Uint32Array(1),
    frame: new Float64Array(1),
    n: 1,
  }
  readonly held = new Uint8Array(1)
  nextHeader = 0
  /** ESP only. */
  readonly trailer: EspTrailer = newTrailer()
}

/** One packet that was inside: an IP packet (tunnel mode), or an upper layer under the outer addresses (transport, BEET). */
export class InnerPacket {
  frame = 0
  seconds = 0
  nanos = 0
  data!: DataSa
  result!: DataResult
  sa: DataSaKeys | undefined
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  /** 4 or 41 for an IP packet, else the protocol of the upper layer. */
  nextHeader = 0
  /** The outer IP header with extension headers, for transport mode: `outer[outerStart, outerEnd)`; empty when there is none. */
  outer: Uint8Array = new Uint8Array(0)
  outerStart = 0
  outerEnd = 0
  /** How it was wrapped besides: `IPComp`, `AGGFRAG`, `TFC padding of 20 bytes`. */
  readonly notes: string[] = []
  /** It came in an AGGFRAG payload: packets before and after may hold parts of it. */
  aggregated = false
}

/** What `dissectEsp` draws of an opened ESP packet; its cleartext is a copy. */
export function openedEsp(p: OpenedPacket): OpenedEsp {
  const { ivBytes, icvBytes, icv } = p
  const clear = p.opened ? p.clear.slice(p.start + 8 + ivBytes, p.end - icvBytes) : undefined
  return {
    ivBytes,
    icvBytes,
    icv,
    clear: clear && byteSource(clear, `decrypted ESP of frame ${p.frame}`),
    sequenceHigh: p.sa?.keys.esn ? p.seqHi : undefined,
  }
}
