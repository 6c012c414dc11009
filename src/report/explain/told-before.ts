/** Remembers what SAs told of their peers, so that the many that tell the same again are not looked into. */
import type { IkeSa } from "../../track/ike-sa.ts"

/** Combinations remembered, a power of two; the newest of those that share a place. */
const PLACES = 262_144
/** Suites and names of vendors that have numbers. */
const MAX_NUMBERS = 65_536

export class ToldBefore {
  /** 53 bits of each combination: one place in memory to look at, and two combinations are hardly ever taken for one. */
  readonly #told = new Float64Array(PLACES)
  readonly #numbers = new Map<object | string, number>()
  #next = 0

  /** Whether it was asked before for the same peers, suite and vendors; from now on it was. */
  told({ initiator, responder, choice, vendors }: IkeSa, purpose: string): boolean {
    let a = this.#numberOf(purpose)
    a = chars(a, initiator.address)
    a = chars(a ^ 0x2e, responder.address)
    let b = a
    a = Math.imul(a ^ this.#numberOf(choice?.names ?? "none"), 0x85ebca6b)
    for (const name of vendors.initiator) a = Math.imul(a ^ this.#numberOf(name), 0x01000193)
    a = Math.imul(a ^ 0x2e, 0xc2b2ae35)
    for (const name of vendors.responder) a = Math.imul(a ^ this.#numberOf(name), 0x01000193)
    b = chars(Math.imul(b ^ a, 0x9e3779b1), initiator.address)
    b = chars(b, responder.address)
    a ^= a >>> 15
    const key = 1 + (a >>> 0) * 0x100000 + ((b ^ (b >>> 13)) & 0xfffff)
    const place = (a ^ (a >>> 16)) & (PLACES - 1)
    if (this.#told[place] === key) return true
    this.#told[place] = key
    return false
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

function chars(hash: number, text: string): number {
  let h = hash
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h
}
