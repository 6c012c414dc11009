/**
 * A few packets of one sender, chosen by their sequence numbers and recognized by their octets. They show whether two senders sent the same packets
 * (captured on both sides of a NAT) or other ones under the same numbers. The packets with the least hashes are kept, so a sketch does not depend on
 * the order of packets, and the sketch of parts joined is that of the whole.
 */
import type { PacketView } from "../net/packet-view.ts"

/** Packets kept. */
const KEPT = 16
/** Octets of a packet that tell it from another: SPI, sequence number, IV or ciphertext. */
const LOOKED_AT = 40

export class PacketSketch {
  /** Pairs of a hash of the sequence number and a fingerprint, in the order of their hashes. */
  #pairs: number[] | undefined
  /** The only pair so far: most senders of a flood send one packet. */
  #hash = 0
  #print = 0
  #isEmpty = true

  /** Takes in a packet. */
  add(view: PacketView): void {
    const hash = hashOf(view.sequence)
    const pairs = this.#pairs
    if (!pairs || pairs.length < 2 * KEPT || hash <= pairs[2 * KEPT - 2]) this.#put(hash, fingerprint(view))
  }

  /** Takes in what another sketch kept. */
  join(pairs: ArrayLike<number>): void {
    for (let i = 0; i < pairs.length; i += 2) this.#put(pairs[i], pairs[i + 1])
  }

  /** What is kept. */
  get pairs(): readonly number[] {
    return this.#pairs ?? (this.#isEmpty ? [] : [this.#hash, this.#print])
  }

  /** Whether packets with the same number are the same; undefined without such packets. */
  isSame(other: PacketSketch): boolean | undefined {
    const [mine, theirs] = [this.pairs, other.pairs]
    let known: true | undefined
    for (let i = 0, j = 0; i < mine.length && j < theirs.length; ) {
      if (mine[i] === theirs[j]) {
        if (mine[i + 1] !== theirs[j + 1]) return false
        known = true
      }
      if (mine[i] <= theirs[j]) i += 2
      else j += 2
    }
    return known
  }

  #put(hash: number, print: number): void {
    if (this.#isEmpty) {
      this.#isEmpty = false
      this.#hash = hash
      this.#print = print
      return
    }
    this.#pairs ??= [this.#hash, this.#print]
    const pairs = this.#pairs
    let at = pairs.length
    while (at > 0 && pairs[at - 2] >= hash) at -= 2
    if (pairs[at] !== hash) {
      pairs.splice(at, 0, hash, print)
      pairs.length = Math.min(pairs.length, 2 * KEPT)
    } else pairs[at + 1] = Math.min(pairs[at + 1], print)
  }
}

/** Another number for each sequence number, no two the same. */
const hashOf = (sequence: number): number => Math.imul(sequence ^ (sequence >>> 15), 0x2c1b_3c6d) | 0

function fingerprint({ payloadBytes: b, payloadStart, payloadEnd }: PacketView): number {
  const end = Math.min(payloadEnd, payloadStart + LOOKED_AT)
  let hash = payloadEnd - payloadStart
  for (let i = payloadStart; i < end; i++) hash = Math.imul(hash ^ b[i], 0x0100_0193)
  return hash | 0
}
