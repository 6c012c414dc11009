/**
 * Who speaks last when: taken in a reading before, so that an IKE SA whose last message went by can be closed while all of it is at
 * hand, instead of being held until the caps or the end let it go.
 */
import { Kind, type PacketHandler, type PacketView } from "../net/packet-view.ts"

const SPI_BYTES = 8
const FIRST_PLACES = 1 << 12
/** Six million SAs, at 8 bytes a place; those that have no place any more are held by the caps alone. */
const MOST_PLACES = 1 << 23
/** Part of the places that is taken before there are twice as many. */
const FULL = 0.8
/** Frames after which it is seen whether there are many SAs. */
const TRIAL_FRAMES = 1 << 20
/** Fewer are not worth a reading. */
const MANY_SAS = 1024

/** The last frame of each initiator SPI. Two that share a hash are taken for one, which closes the first of them later. */
export class Census implements PacketHandler {
  #hashes = new Int32Array(FIRST_PLACES)
  #frames = new Uint32Array(FIRST_PLACES)
  #count = 0
  /** Set when the capture turns out to hold few SAs among many frames: what was counted until then says nothing. */
  readonly stop = { stopped: false }

  packet({ kind, frame, payloadBytes, payloadStart, payloadEnd }: PacketView): void {
    if (frame > TRIAL_FRAMES && this.#count < MANY_SAS) this.stop.stopped = true
    if (kind !== Kind.ISAKMP || payloadEnd - payloadStart < SPI_BYTES) return
    const hash = spiHash(payloadBytes, payloadStart)
    let place = this.#placeOf(hash)
    if (this.#hashes[place] === 0) {
      if (++this.#count > FULL * this.#hashes.length) {
        if (!this.#grow()) return
        place = this.#placeOf(hash)
      }
      this.#hashes[place] = hash
    }
    this.#frames[place] = frame
  }

  diagnostic(): void {}

  /** Whether no message with the initiator SPI at `bytes[start]` comes behind this frame. */
  isLast(bytes: Uint8Array, start: number, frame: number): boolean {
    return !this.stop.stopped && this.#frames[this.#placeOf(spiHash(bytes, start))] === frame
  }

  /** Where a hash stands, or the free place where it would. */
  #placeOf(hash: number): number {
    const mask = this.#hashes.length - 1
    let place = (hash ^ (hash >>> 16)) & mask
    while (this.#hashes[place] !== 0 && this.#hashes[place] !== hash) place = (place + 1) & mask
    return place
  }

  #grow(): boolean {
    if (this.#hashes.length >= MOST_PLACES) {
      this.#count--
      return false
    }
    const [hashes, frames] = [this.#hashes, this.#frames]
    this.#hashes = new Int32Array(2 * hashes.length)
    this.#frames = new Uint32Array(2 * hashes.length)
    for (let i = 0; i < hashes.length; i++) {
      if (hashes[i] === 0) continue
      const place = this.#placeOf(hashes[i])
      this.#hashes[place] = hashes[i]
      this.#frames[place] = frames[i]
    }
    return true
  }
}

/** Never 0, which marks a free place. */
function spiHash(b: Uint8Array, at: number): number {
  let hash = 0x811c9dc5
  for (let i = at; i < at + SPI_BYTES; i++) hash = Math.imul(hash ^ b[i], 0x01000193)
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) | 1
}
