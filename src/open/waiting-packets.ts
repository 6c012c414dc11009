/**
 * Packets of a stream whose keys have not come yet: numbers and bytes in rings of a fixed size, no object per packet. The oldest are dropped
 * first. Each flow has a list of its own through the ring, so that a key that comes finds its packets at once.
 */
import { ipVersionOf, kindOf, PacketView } from "../net/packet-view.ts"
import { type Copy, copyNumber } from "../track/recent-packets.ts"
import type { DataFlow } from "./data-flow.ts"

/** An IP header with as many extension headers as occur. */
const MAX_HEADER = 256
/** Bytes of the ring for each packet that it takes. */
const LEAST_PACKET_BYTES = 512

/** Columns of numbers of one packet. */
const AT = 0
const HEAD_BYTES = 1
const PAYLOAD_BYTES = 2
const WIRE_BYTES = 3
const FRAME = 4
const SECONDS = 5
const NANOS = 6
const KIND = 7
const IP_VERSION = 8
const SOURCE_AT = 9
const DESTINATION_AT = 10
const SPI = 11
const SEQUENCE = 12
const COPY = 13
const COLUMNS = 14

export class WaitingPackets {
  /** Packets dropped for the bound. */
  dropped = 0
  readonly #bytes: Uint8Array
  readonly #capacity: number
  readonly #numbers: Float64Array
  /** Whose packet it is; undefined once it was released. */
  readonly #flows: (DataFlow | undefined)[] = []
  readonly #next: Int32Array
  readonly #view = new PacketView()
  /** The oldest packet, how many there are, and where bytes of the next one go. */
  #first = 0
  #count = 0
  #head = 0

  constructor(maxBytes: number) {
    this.#capacity = Math.max(16, Math.floor(maxBytes / LEAST_PACKET_BYTES))
    this.#bytes = new Uint8Array(maxBytes)
    this.#numbers = new Float64Array(this.#capacity * COLUMNS)
    this.#next = new Int32Array(this.#capacity)
  }

  /** Copies the current packet, which belongs to `flow`. */
  keep(flow: DataFlow, view: PacketView, copy: Copy): void {
    const headBytes = view.ipVersion === 0 ? 0 : Math.min(view.ipBytes.length - view.ipStart, MAX_HEADER)
    const payloadBytes = view.payloadEnd - view.payloadStart
    const at = this.#reserve(headBytes + payloadBytes)
    if (at < 0) return
    this.#bytes.set(view.ipBytes.subarray(view.ipStart, view.ipStart + headBytes), at)
    this.#bytes.set(view.payloadBytes.subarray(view.payloadStart, view.payloadEnd), at + headBytes)
    this.#head = at + headBytes + payloadBytes
    const i = (this.#first + this.#count++) % this.#capacity
    this.#fill(i * COLUMNS, at, headBytes, view)
    this.#numbers[i * COLUMNS + COPY] = copy
    this.#flows[i] = flow
    this.#next[i] = -1
    if (flow.waitingTail >= 0) this.#next[flow.waitingTail] = i
    else flow.waitingHead = i
    flow.waitingTail = i
  }

  /** Hands the packets of these flows to `take`, in the order in which they came, and forgets them. The view is used again. */
  release(flows: readonly DataFlow[], take: (flow: DataFlow, view: PacketView, copy: Copy) => void): void {
    const places: number[] = []
    for (const flow of flows) {
      for (let i = flow.waitingHead; i >= 0; i = this.#next[i]) places.push(this.#age(i))
      flow.waitingHead = flow.waitingTail = -1
    }
    for (const age of places.sort((a, b) => a - b)) {
      const i = (this.#first + age) % this.#capacity
      const flow = this.#flows[i]
      this.#flows[i] = undefined
      if (flow) take(flow, this.#viewOf(i * COLUMNS), copyNumber(this.#numbers[i * COLUMNS + COPY]))
    }
  }

  /** Drops the packets of a flow. */
  forget(flow: DataFlow): void {
    for (let i = flow.waitingHead; i >= 0; i = this.#next[i]) {
      this.#flows[i] = undefined
      this.dropped++
    }
    flow.waitingHead = flow.waitingTail = -1
  }

  #age(i: number): number {
    return (i - this.#first + this.#capacity) % this.#capacity
  }

  #fill(column: number, at: number, headBytes: number, view: PacketView): void {
    const n = this.#numbers
    n[column + AT] = at
    n[column + HEAD_BYTES] = headBytes
    n[column + PAYLOAD_BYTES] = view.payloadEnd - view.payloadStart
    n[column + WIRE_BYTES] = view.payloadWireBytes
    n[column + FRAME] = view.frame
    n[column + SECONDS] = view.seconds
    n[column + NANOS] = view.nanos
    n[column + KIND] = view.kind
    n[column + IP_VERSION] = view.ipVersion
    n[column + SOURCE_AT] = view.sourceAt - view.ipStart
    n[column + DESTINATION_AT] = view.destinationAt - view.ipStart
    n[column + SPI] = view.spi
    n[column + SEQUENCE] = view.sequence
  }

  #viewOf(column: number): PacketView {
    const view = this.#view
    const n = this.#numbers
    const at = n[column + AT]
    // A slice ends where its packet ends, as a captured header does.
    view.ipBytes = this.#bytes.slice(at, at + n[column + HEAD_BYTES])
    view.ipStart = 0
    view.payloadBytes = this.#bytes
    view.payloadStart = at + n[column + HEAD_BYTES]
    view.payloadEnd = view.payloadStart + n[column + PAYLOAD_BYTES]
    view.payloadWireBytes = n[column + WIRE_BYTES]
    view.frame = n[column + FRAME]
    view.seconds = n[column + SECONDS]
    view.nanos = n[column + NANOS]
    view.kind = kindOf(n[column + KIND])
    view.ipVersion = ipVersionOf(n[column + IP_VERSION])
    view.sourceAt = n[column + SOURCE_AT]
    view.destinationAt = n[column + DESTINATION_AT]
    view.spi = n[column + SPI]
    view.sequence = n[column + SEQUENCE]
    return view
  }

  /** Where `n` bytes can go in one piece; -1 when they never fit. Drops what is in the way. */
  #reserve(n: number): number {
    const size = this.#bytes.length
    if (n > size) {
      this.dropped++
      return -1
    }
    for (;;) {
      if (this.#count === 0) return 0
      const tail = this.#numbers[this.#first * COLUMNS + AT]
      if (this.#count < this.#capacity) {
        if (this.#head <= tail) {
          if (this.#head + n <= tail) return this.#head
        } else if (this.#head + n <= size) return this.#head
        else if (n <= tail) return 0
      }
      this.#dropOldest()
    }
  }

  #dropOldest(): void {
    const flow = this.#flows[this.#first]
    if (flow) {
      this.dropped++
      flow.waitingHead = this.#next[this.#first]
      if (flow.waitingHead < 0) flow.waitingTail = -1
    }
    this.#flows[this.#first] = undefined
    this.#first = (this.#first + 1) % this.#capacity
    this.#count--
  }
}
