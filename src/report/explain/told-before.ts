/** Remembers what SAs told of their peers, so that the many that tell the same again are not looked into. */
import type { IkeSa } from "../../track/ike-sa.ts"

/** Combinations remembered, a power of two. Each has two places, side by side. */
const PLACES = 262_144
/** Suites and names of vendors that have numbers. */
const MAX_NUMBERS = 65_536

export class ToldBefore {
  /** 52 bits of each combination, and the purpose: one place in memory to look at, and two combinations are hardly ever taken for one. */
  readonly #told = new Float64Array(PLACES)
  readonly #numbers = new Map<object | string, number>()
  #next = 0
  // Of the SA that was asked for last.
  #sa: IkeSa | undefined
  #key = 0
  #place = 0

  /** Whether it was asked before for the same peers, suite and vendors; from now on it was. */
  told(sa: IkeSa, purpose: 0 | 1): boolean {
    if (sa !== this.#sa) this.#look(sa)
    const told = this.#told
    const first = this.#place + purpose
    const second = first ^ 2
    const key = 2 * this.#key + purpose
    if (told[first] === key || told[second] === key) return true
    told[told[first] !== 0 && told[second] === 0 ? second : first] = key
    return false
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
    this.#key = 1 + (a >>> 0) * 0x80000 + ((b ^ (b >>> 13)) & 0x7ffff)
    this.#place = (a ^ (a >>> 16)) & (PLACES - 2)
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

function chars(hash: number, text: string): number {
  let h = hash
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h
}
