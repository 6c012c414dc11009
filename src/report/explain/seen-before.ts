/** Remembers what SAs showed of their peers, so that the many that show the same again are not examined. */
import type { IkeSa } from "../../track/ike-sa.ts"

/** Combinations remembered, powers of two. Each has two places, side by side; there is room for more when both are taken. */
const FIRST_PLACES = 1024
const MOST_PLACES = 262_144
/** Suites and names of vendors that have numbers. */
const MAX_NUMBERS = 65_536

export class SeenBefore {
  /** 52 bits of each combination, and the purpose: one place in memory to look at, and two combinations are hardly ever taken for one. */
  #keys = new Float64Array(FIRST_PLACES)
  readonly #numbers = new Map<object | string, number>()
  #next = 0
  // Of the SA that was asked for last.
  #sa: IkeSa | undefined
  #key = 0
  #place = 0

  /** Whether it was asked before for the same peers, suite and vendors; from now on it was. */
  saw(sa: IkeSa, purpose: 0 | 1): boolean {
    if (sa !== this.#sa) this.#look(sa)
    const key = 2 * this.#key + purpose
    let first = this.#place + purpose
    if (this.#keys[first] === key || this.#keys[first ^ 2] === key) return true
    while (this.#keys[first] !== 0 && this.#keys[first ^ 2] !== 0 && this.#keys.length < MOST_PLACES) {
      this.#grow()
      first = this.#place + purpose
    }
    this.#put(first, key)
    return false
  }

  #put(first: number, key: number): void {
    const keys = this.#keys
    keys[keys[first] !== 0 && keys[first ^ 2] === 0 ? first ^ 2 : first] = key
  }

  #grow(): void {
    const before = this.#keys
    this.#keys = new Float64Array(4 * before.length)
    for (const key of before) if (key !== 0) this.#put(this.#placeOf(Math.floor(key / 2)) + (key % 2), key)
    this.#place = this.#placeOf(this.#key)
  }

  /** The first place of a combination. */
  #placeOf(key: number): number {
    const a = Math.floor((key - 1) / LOW_BITS)
    return (a ^ (a >>> 16)) & (this.#keys.length - 2)
  }

  /** Finds the key of an SA's combination, and the place for it: even ones are for one purpose, odd ones for the other. */
  #look(sa: IkeSa): void {
    const { initiator, responder, choice, vendors } = sa
    const peers = chars(chars(0x811c9dc5, initiator.address) ^ DOT, responder.address)
    let a = Math.imul(peers ^ this.#numberOf(choice?.names ?? "none"), 0x85ebca6b)
    for (const name of vendors.initiator) a = Math.imul(a ^ this.#numberOf(name), 0x01000193)
    a = Math.imul(a ^ DOT, 0xc2b2ae35)
    for (const name of vendors.responder) a = Math.imul(a ^ this.#numberOf(name), 0x01000193)
    a ^= a >>> 15
    const b = chars(chars(Math.imul(peers ^ a, 0x9e3779b1), initiator.address), responder.address)
    this.#sa = sa
    this.#key = 1 + (a >>> 0) * LOW_BITS + ((b ^ (b >>> 13)) & (LOW_BITS - 1))
    this.#place = this.#placeOf(this.#key)
  }

  #numberOf(what: object | string): number {
    let number = this.#numbers.get(what)
    if (number === undefined) {
      if (this.#numbers.size >= MAX_NUMBERS) this.#numbers.clear()
      this.#numbers.set(what, (number = ++this.#next))
    }
    return number
  }
}

const DOT = 46
const LOW_BITS = 0x80000

function chars(hash: number, text: string): number {
  let h = hash
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h
}
