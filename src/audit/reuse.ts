/** Values that must be new each time, and came again: nonces, key exchange values, IVs. RFC 7296 §2.10, §2.12, RFC 5116 §3.1. */
import { digest, hash32 } from "../bytes/digest.ts"
import type { IkeSa } from "../track/ike-sa.ts"
import type { Side } from "../track/peer.ts"

export interface ReuseAt {
  readonly sa: IkeSa
  readonly from: Side
  readonly frame: number
  /** The bytes around the value: the same message captured twice is no reuse. */
  readonly content: Uint8Array
}

/** Where a nonce or a key exchange value stood: within one exchange the same value may stand again. */
export interface ExchangeAt extends ReuseAt {
  readonly type: number
  readonly messageId: number
}

export interface Reuse {
  readonly what: "nonce" | "key exchange" | "iv"
  readonly sa: IkeSa
  /** The SA in which the value stood first. */
  readonly firstSa: IkeSa
  readonly frames: readonly number[]
  /** Whether both came from one address. */
  readonly samePeer: boolean
}

/** Values remembered; later ones are compared with them, but not kept. */
const MAX_VALUES = 500_000
/** Reuses reported. */
const MAX_FOUND = 1000
const FIRST_PLACES = 1024
/** Values shorter than this may meet by chance. */
const LEAST_BYTES = 8

/** Remembers values by 85 bits of hash, in columns: there are four of them for each IKE SA. */
export class ReuseIndex {
  readonly found: Reuse[] = []
  /** Numbers of values by `mark`, from 1; 0 where a place is free. */
  #places = new Int32Array(FIRST_PLACES)
  #size = 0
  #columns = new Columns(FIRST_PLACES)
  readonly #sa: IkeSa[] = []
  /** Who sent each, as its address was then. */
  readonly #address: string[] = []

  nonce(value: Uint8Array, at: ExchangeAt): void {
    if (value.length >= LEAST_BYTES) this.#add("nonce", value, 1, at, at.type * 2 ** 32 + at.messageId)
  }

  keyExchange(value: Uint8Array, at: ExchangeAt): void {
    if (value.length >= LEAST_BYTES) this.#add("key exchange", value, 2, at, at.type * 2 ** 32 + at.messageId)
  }

  /** `epoch` names the key that the SA and its side use. */
  iv(value: Uint8Array, epoch: number, at: ReuseAt): void {
    const scope = Math.imul(at.sa.number, 0x9e3779b1) ^ Math.imul(epoch + 1, 0x85ebca6b)
    this.#add("iv", value, scope ^ (at.from === "initiator" ? 3 : 4), at, at.frame)
  }

  /** `again` is the exchange, or the frame: what comes twice in it is no reuse. */
  #add(what: Reuse["what"], value: Uint8Array, seed: number, at: ReuseAt, again: number): void {
    const mark = hash32(new DataView(value.buffer, value.byteOffset, value.length), 0, value.length, seed)
    const key = digest(value, 0, value.length)
    const content = digest(at.content, 0, at.content.length)
    const place = this.#find(mark, key, what === "iv" ? at.sa : undefined)
    const known = this.#places[place] - 1
    const address = at.sa.peer(at.from).address
    if (known < 0) {
      if (this.#size < MAX_VALUES) this.#keep(place, mark, key, { content, again, frame: at.frame, sa: at.sa, address })
      return
    }
    const c = this.#columns
    const firstSa = this.#sa[known]
    const same = firstSa === at.sa && c.again[known] === again
    if (same || c.content[known] === content || this.found.length >= MAX_FOUND) return
    const samePeer = this.#address[known] === address
    this.found.push({ what, sa: at.sa, firstSa, frames: [c.frame[known], at.frame], samePeer })
  }

  /** Where the value stands, or the free place where it would. IVs are compared within one SA. */
  #find(mark: number, key: number, sa: IkeSa | undefined): number {
    const mask = this.#places.length - 1
    const c = this.#columns
    for (let place = mark & mask; ; place = (place + 1) & mask) {
      const n = this.#places[place] - 1
      if (n < 0 || (c.mark[n] === mark && c.key[n] === key && (!sa || this.#sa[n] === sa))) return place
    }
  }

  #keep(place: number, mark: number, key: number, entry: Entry): void {
    const n = this.#size++
    if (n === this.#columns.mark.length) this.#columns = new Columns(2 * n, this.#columns)
    this.#columns.set(n, mark, key, entry)
    this.#sa.push(entry.sa)
    this.#address.push(entry.address)
    this.#places[place] = n + 1
    if (2 * this.#size > this.#places.length) this.#grow()
  }

  #grow(): void {
    this.#places = new Int32Array(2 * this.#places.length)
    const mask = this.#places.length - 1
    for (let n = 0; n < this.#size; n++) {
      let place = this.#columns.mark[n] & mask
      while (this.#places[place] !== 0) place = (place + 1) & mask
      this.#places[place] = n + 1
    }
  }
}

interface Entry {
  readonly sa: IkeSa
  readonly address: string
  readonly frame: number
  readonly again: number
  readonly content: number
}

class Columns {
  readonly mark: Int32Array
  readonly key: Float64Array
  readonly content: Float64Array
  readonly again: Float64Array
  readonly frame: Float64Array

  constructor(length: number, before?: Columns) {
    this.mark = new Int32Array(length)
    this.key = new Float64Array(length)
    this.content = new Float64Array(length)
    this.again = new Float64Array(length)
    this.frame = new Float64Array(length)
    if (!before) return
    for (const name of ["mark", "key", "content", "again", "frame"] as const) this[name].set(before[name])
  }

  set(n: number, mark: number, key: number, { content, again, frame }: Entry): void {
    this.mark[n] = mark
    this.key[n] = key
    this.content[n] = content
    this.again[n] = again
    this.frame[n] = frame
  }
}
