/** Packets of a stream whose keys have not come yet, bounded: the oldest are dropped first. */
import { PacketView } from "../net/packet-view.ts"

export class WaitingPackets {
  #packets: PacketView[] = []
  #bytes = 0
  /** Packets dropped for the bound. */
  dropped = 0

  constructor(readonly maxBytes: number) {}

  /** Copies the packet in hand. */
  keep(view: PacketView): void {
    const kept = Object.assign(new PacketView(), view)
    const head = view.ipBytes.slice(view.ipStart, Math.min(view.ipBytes.length, view.ipStart + MAX_HEADER))
    kept.ipBytes = head
    kept.ipStart = 0
    kept.sourceAt = view.sourceAt - view.ipStart
    kept.destinationAt = view.destinationAt - view.ipStart
    kept.payloadBytes = view.payloadBytes.slice(view.payloadStart, view.payloadEnd)
    kept.payloadStart = 0
    kept.payloadEnd = kept.payloadBytes.length
    kept.frameBytes = NOTHING
    kept.frameStart = kept.frameEnd = 0
    this.#packets.push(kept)
    this.#bytes += cost(kept)
    let drop = 0
    while (this.#bytes > this.maxBytes && drop < this.#packets.length) this.#bytes -= cost(this.#packets[drop++])
    if (drop === 0) return
    this.dropped += drop
    this.#packets.splice(0, drop)
  }

  /** Hands every packet, in order, to `take`, and forgets those that it took. */
  release(take: (view: PacketView) => boolean): void {
    const left = this.#packets.filter(view => !take(view))
    this.#packets = left
    this.#bytes = left.reduce((sum, view) => sum + cost(view), 0)
  }
}

/** An IP header with as many extension headers as occur. */
const MAX_HEADER = 256
const NOTHING = new Uint8Array(0)
/** Bytes of a packet with its object. */
const cost = (view: PacketView): number => view.payloadBytes.length + view.ipBytes.length + 400
