/** AGGFRAG payloads (IP-TFS): several IP packets, or parts of them, in one ESP packet. RFC 9347 §6.1. */

/** Header bytes of sub-type 0 (non-congestion-control) and 1 (congestion control); undefined for others. */
export const aggfragHeaderBytes = (subType: number): number | undefined =>
  subType === 0 ? 4 : subType === 1 ? 24 : undefined

/** Longest inner packet: IPv6 header and a payload of 65,535 bytes. */
const MAX_PACKET = 65_575

/** Called with each inner IP packet `bytes[start, end)`; the bytes are valid only during the call. */
export type EmitPacket = (bytes: Uint8Array, start: number, end: number) => void

/** Puts the inner packets of one SA together; a gap in the sequence numbers drops the packet it tore apart. RFC 9347 §2.2.3. */
export class AggfragReassembler {
  #partial: Uint8Array | undefined
  #have = 0
  #active = false
  #lastSequence = -1
  /** Inner packets lost because a fragment of them was not seen, in order. */
  lost = 0

  /** Takes in the AGGFRAG payload `b[start, end)` of the packet with this (64-bit) sequence number. False when it is malformed. */
  add(sequence: number, b: Uint8Array, start: number, end: number, emit: EmitPacket): boolean {
    if (this.#active && sequence !== this.#lastSequence + 1) this.#drop()
    this.#lastSequence = sequence
    const headerBytes = end - start < 4 ? undefined : aggfragHeaderBytes(b[start])
    if (headerBytes === undefined || start + headerBytes > end) return false
    const offset = (b[start + 2] << 8) | b[start + 3]
    const at = start + headerBytes
    this.#continue(b, at, Math.min(at + offset, end), at + offset <= end, emit)
    return at + offset >= end || this.#blocks(b, at + offset, end, emit)
  }

  /** The rest, or a middle part, of the packet that an earlier payload began. */
  #continue(b: Uint8Array, start: number, end: number, last: boolean, emit: EmitPacket): void {
    if (!this.#active) return
    this.#append(b, start, end)
    const partial = this.#partial
    if (!last || !partial) return
    const length = blockLength(partial, 0, this.#have)
    if (length !== undefined && length > 0 && length <= this.#have) emit(partial, 0, length)
    else this.lost++
    this.#active = false
  }

  #blocks(b: Uint8Array, start: number, end: number, emit: EmitPacket): boolean {
    let at = start
    while (at < end) {
      const length = blockLength(b, at, end)
      if (length === 0) return true
      if (length !== undefined && length < 0) return false
      if (length === undefined || at + length > end) {
        this.#active = true
        this.#have = 0
        this.#append(b, at, end)
        return true
      }
      emit(b, at, at + length)
      at += length
    }
    return true
  }

  #append(b: Uint8Array, start: number, end: number): void {
    this.#partial ??= new Uint8Array(MAX_PACKET)
    const take = Math.min(end - start, MAX_PACKET - this.#have)
    this.#partial.set(b.subarray(start, start + take), this.#have)
    this.#have += take
  }

  #drop(): void {
    this.#active = false
    this.lost++
  }
}

/**
 * Length of the data block at `at`, by the length field of its IP header (RFC 9347 §6.1.4): 0 for padding to the end, -1 when it is
 * no block, undefined when the length field is cut off.
 */
export function blockLength(b: Uint8Array, at: number, end: number): number | undefined {
  const type = b[at] >> 4
  if (type === 0) return 0
  if (type === 4) {
    if (end - at < 4) return undefined
    const total = (b[at + 2] << 8) | b[at + 3]
    return total < 20 ? -1 : total
  }
  if (type !== 6) return -1
  return end - at < 6 ? undefined : 40 + ((b[at + 4] << 8) | b[at + 5])
}
