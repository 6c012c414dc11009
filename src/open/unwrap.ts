/** From the payload data of an opened packet to the inner packets: tunnel, transport, BEET, IPComp, AGGFRAG. */
import { plural } from "../bytes/words.ts"
import { AggfragReassembler } from "../ipsec/aggfrag.ts"
import { beetHeaderBytes } from "../ipsec/inner.ts"
import { readIpPacket } from "../ipsec/ip-packet.ts"
import { type Inflate, readIpComp } from "../ipsec/ipcomp.ts"
import { IP_PROTOCOL } from "../registry/ip-protocols.ts"
import { InnerPacket, type OpenedPacket } from "./opened-packet.ts"
import { sequence64 } from "./sequence.ts"

/** How deep payloads may be wrapped in one another. */
const MAX_DEPTH = 4

/** Takes opened packets in order; holds the state of AGGFRAG reassembly of each SA. */
export class Unwrapper {
  readonly #inner = new InnerPacket()
  readonly #aggfrag = new Map<object, AggfragReassembler>()
  readonly #emit: (inner: InnerPacket) => void
  readonly #inflate: Inflate | undefined
  /** Payloads that the one at work is wrapped in. */
  #depth = 0

  /** `emit` gets each inner packet; the object is used again for the next. */
  constructor(emit: (inner: InnerPacket) => void, inflate: Inflate | undefined) {
    this.#emit = emit
    this.#inflate = inflate
  }

  /** Hands on what is inside the packet. */
  unwrap(p: OpenedPacket): void {
    if (p.nextHeader === IP_PROTOCOL.IPV6_NO_NEXT) return
    const inner = this.#inner
    inner.frame = p.frame
    inner.seconds = p.seconds
    inner.nanos = p.nanos
    inner.data = p.data
    inner.result = p.result
    inner.sa = p.sa
    inner.outer = p.bytes
    inner.outerStart = p.ipStart
    inner.outerEnd = p.start
    inner.notes.length = 0
    inner.aggregated = false
    const bytes = p.data.protocol === "AH" ? p.bytes : p.clear
    this.#depth = 0
    this.#payload(p, p.nextHeader, bytes, p.dataStart, p.dataEnd)
  }

  #payload(p: OpenedPacket, next: number, b: Uint8Array, start: number, end: number): void {
    if (this.#depth++ > MAX_DEPTH) return
    if (next === IP_PROTOCOL.IPV4 || next === IP_PROTOCOL.IPV6) this.#ip(p, b, start, end)
    else if (next === IP_PROTOCOL.IPCOMP) this.#ipcomp(p, b, start, end)
    else if (next === IP_PROTOCOL.AGGFRAG) this.#aggregate(p, b, start, end)
    else if (next === IP_PROTOCOL.IPIP && end - start >= 8) {
      const at = start + beetHeaderBytes(b[start + 1])
      this.#inner.notes.push("BEET")
      if (at <= end) this.#payload(p, b[start], b, at, end)
    } else this.#hand(next, b, start, end)
  }

  /** An IP packet in tunnel mode, without its TFC padding (RFC 4303 §2.7). */
  #ip(p: OpenedPacket, b: Uint8Array, start: number, end: number): void {
    const stop = readIpPacket(b, start, end)?.end ?? end
    if (stop < end) {
      p.result.tfcPadded++
      this.#inner.notes.push(`TFC padding of ${plural(end - stop, "byte")}`)
    }
    this.#hand(b[start] >> 4 === 6 ? IP_PROTOCOL.IPV6 : IP_PROTOCOL.IPV4, b, start, stop)
  }

  #ipcomp(p: OpenedPacket, b: Uint8Array, start: number, end: number): void {
    const ipcomp = readIpComp(b, start, end, this.#inflate)
    if (!ipcomp?.data) {
      if (ipcomp) this.#inner.notes.push(`IPComp: ${ipcomp.reason}`)
      this.#hand(IP_PROTOCOL.IPCOMP, b, start, end)
      return
    }
    this.#inner.notes.push("IPComp")
    this.#payload(p, ipcomp.nextHeader, ipcomp.data, 0, ipcomp.data.length)
  }

  #aggregate(p: OpenedPacket, b: Uint8Array, start: number, end: number): void {
    // Packets that moved to another address go on where they were.
    const stream = p.data.senders.length > 1 ? p.data : (p.sa ?? p.data)
    let reassembler = this.#aggfrag.get(stream)
    if (!reassembler) {
      reassembler = new AggfragReassembler()
      this.#aggfrag.set(stream, reassembler)
    }
    this.#inner.notes.push("AGGFRAG")
    this.#inner.aggregated = true
    reassembler.add(sequence64(p.seqHi, p.sequence), b, start, end, (bytes, from, to) =>
      this.#hand(bytes[from] >> 4 === 6 ? IP_PROTOCOL.IPV6 : IP_PROTOCOL.IPV4, bytes, from, to),
    )
  }

  #hand(next: number, b: Uint8Array, start: number, end: number): void {
    const inner = this.#inner
    inner.nextHeader = next
    inner.bytes = b
    inner.start = start
    inner.end = end
    inner.result.inner++
    this.#emit(inner)
  }
}
