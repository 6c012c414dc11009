/**
 * Who speaks last when: taken in a reading before, so that an IKE SA can be closed right after its last message, instead of being held
 * until a cap or the end of the capture.
 */

import { Kind, type PacketHandler, type PacketView } from "../net/packet-view.ts"
import type { Moment } from "./moment.ts"

const SPI_BYTES = 8
const LEAST_PLACES = 1 << 12
/** Six million SAs, at 8 bytes a place. */
const MOST_PLACES = 1 << 23
/** Part of the places that is taken; SAs that find none any more are held by the caps alone. */
const FULL = 0.8
/** Frames after which it is seen whether there are many SAs. */
const TRIAL_FRAMES = 1 << 20
/** Fewer are not worth a reading. */
const MANY_SAS = 1024

/** What was counted, to be kept beside the scans it was taken of. */
export interface CensusColumns {
  readonly marks: Int32Array
  readonly frames: Uint32Array
  readonly count: number
  readonly seconds: number
  readonly nanos: number
}

/** The last frame of each initiator SPI. */
export class Census implements PacketHandler {
  /** 32 bits of each SPI, beside those that choose its place; 0 where a place is free. */
  #marks: Int32Array
  #frames: Uint32Array
  #count = 0
  // Of the current SPI.
  #mark = 0
  #place = 0
  /** Set when the capture turns out to hold few SAs among many frames: what was counted until then says nothing. */
  readonly stop = { stopped: false }

  /** `expected` is about how many SAs there are at most: the table does not grow. */
  constructor(expected: number) {
    let places = LEAST_PLACES
    while (places < MOST_PLACES && FULL * places < expected) places *= 2
    this.#marks = new Int32Array(places)
    this.#frames = new Uint32Array(places)
  }

  #seconds = 0
  #nanos = 0

  /** IKE SAs that were distinguished. */
  get sas(): number {
    return this.#count
  }

  columns(): CensusColumns {
    return {
      marks: this.#marks,
      frames: this.#frames,
      count: this.#count,
      seconds: this.#seconds,
      nanos: this.#nanos,
    }
  }

  static of({ marks, frames, count, seconds, nanos }: CensusColumns): Census {
    const census = new Census(0)
    census.#marks = marks
    census.#frames = frames
    census.#count = count
    census.#seconds = seconds
    census.#nanos = nanos
    return census
  }

  /** Time of the last packet of IPsec; null when it was not read to the end, or there was none. */
  get end(): Moment | null {
    return this.stop.stopped || this.#count === 0 ? null : { seconds: this.#seconds, nanos: this.#nanos }
  }

  packet({ kind, frame, seconds, nanos, payloadBytes, payloadStart, payloadEnd }: PacketView): void {
    this.#seconds = seconds
    this.#nanos = nanos
    if (frame > TRIAL_FRAMES && this.#count < MANY_SAS) this.stop.stopped = true
    if (kind !== Kind.ISAKMP || payloadEnd - payloadStart < SPI_BYTES) return
    this.#find(payloadBytes, payloadStart)
    if (this.#marks[this.#place] === 0) {
      if (this.#count >= FULL * this.#marks.length) return
      this.#count++
      this.#marks[this.#place] = this.#mark
    }
    this.#frames[this.#place] = frame
  }

  /** Packets that were summed up elsewhere: nothing of them is counted but their time. */
  passed({ seconds, nanos }: Moment): void {
    this.#seconds = seconds
    this.#nanos = nanos
  }

  diagnostic(): void {}

  /** Whether no message with the initiator SPI at `bytes[start]` comes behind this frame. */
  isLast(bytes: Uint8Array, start: number, frame: number): boolean {
    if (this.stop.stopped) return false
    this.#find(bytes, start)
    return this.#marks[this.#place] !== 0 && this.#frames[this.#place] === frame
  }

  /** Where an SPI stands, or the free place where it would. */
  #find(b: Uint8Array, at: number): void {
    let home = 0x811c9dc5
    let mark = 0x9e3779b1
    for (let i = at; i < at + SPI_BYTES; i++) {
      home = Math.imul(home ^ b[i], 0x01000193)
      mark = Math.imul(mark ^ b[i], 0x85ebca6b)
      mark ^= mark >>> 13
    }
    this.#mark = mark === 0 ? 1 : mark
    const mask = this.#marks.length - 1
    let place = (home ^ (home >>> 15)) & mask
    while (this.#marks[place] !== 0 && this.#marks[place] !== this.#mark) place = (place + 1) & mask
    this.#place = place
  }
}
