/** Live objects found by two keys (SPIs, addresses), in the order in which they were last touched. */

/** The second key: a text, or an unsigned number such as `spiKey` gives. */
type Key = string | number

interface Entry<T, B extends Key> {
  readonly a: string
  readonly b: B
  readonly hash: number
  value: T
  /** The next one in the same bucket. */
  chained: Entry<T, B> | undefined
  older: Entry<T, B> | undefined
  newer: Entry<T, B> | undefined
}

const FIRST_BUCKETS = 256

/**
 * A map of two keys. A `Map` of joined texts would hash, flatten and keep one more text for every question. Where entries come and go it makes new
 * tables again and again, and the old ones keep alive what they last held.
 */
export class PairTable<T, B extends Key = string> {
  size = 0
  /** First entries by the low bits of their hashes. */
  #buckets: (Entry<T, B> | undefined)[] = new Array(FIRST_BUCKETS).fill(undefined)
  #oldest: Entry<T, B> | undefined
  #newest: Entry<T, B> | undefined

  get(a: string, b: B): T | undefined {
    return this.#find(a, b, hashOf(a, b))?.value
  }

  /** As `get`; what is found moves to the young end. */
  use(a: string, b: B): T | undefined {
    const known = this.#find(a, b, hashOf(a, b))
    if (known) this.#renew(known)
    return known?.value
  }

  /** Inserts at the young end, or moves there. */
  touch(a: string, b: B, value: T): void {
    const hash = hashOf(a, b)
    const known = this.#find(a, b, hash)
    if (known) {
      known.value = value
      this.#renew(known)
      return
    }
    this.#insert(a, b, hash, value)
  }

  /** The value of two keys, made when there is none. */
  getOrMake(a: string, b: B, make: () => T): T {
    const hash = hashOf(a, b)
    const known = this.#find(a, b, hash)
    if (known) return known.value
    const value = make()
    this.#insert(a, b, hash, value)
    return value
  }

  /** Inserts at the young end what is not there. */
  add(a: string, b: B, value: T): void {
    this.#insert(a, b, hashOf(a, b), value)
  }

  /** Takes out an object; false when something else, or nothing, stands there. */
  take(a: string, b: B, value: T): boolean {
    const entry = this.#find(a, b, hashOf(a, b))
    if (entry?.value !== value) return false
    this.#remove(entry)
    return true
  }

  /** Takes out who was not touched for longest, until `keep` are left. */
  *shrink(keep: number): Generator<T> {
    while (this.#oldest && this.size > keep) {
      const { value } = this.#oldest
      this.#remove(this.#oldest)
      yield value
    }
  }

  /** From the one not touched for longest on. */
  *values(): Generator<T> {
    for (let entry = this.#oldest; entry; entry = entry.newer) yield entry.value
  }

  #find(a: string, b: B, hash: number): Entry<T, B> | undefined {
    let entry = this.#buckets[hash & (this.#buckets.length - 1)]
    while (entry && !(entry.hash === hash && entry.a === a && entry.b === b)) entry = entry.chained
    return entry
  }

  #insert(a: string, b: B, hash: number, value: T): void {
    const entry: Entry<T, B> = { a, b, hash, value, chained: undefined, older: undefined, newer: undefined }
    if (++this.size > this.#buckets.length) this.#grow()
    this.#enter(entry)
    this.#append(entry)
  }

  #enter(entry: Entry<T, B>): void {
    const bucket = entry.hash & (this.#buckets.length - 1)
    entry.chained = this.#buckets[bucket]
    this.#buckets[bucket] = entry
  }

  #grow(): void {
    this.#buckets = new Array(2 * this.#buckets.length).fill(undefined)
    for (let entry = this.#oldest; entry; entry = entry.newer) this.#enter(entry)
  }

  #remove(entry: Entry<T, B>): void {
    this.size--
    this.#unlink(entry)
    const bucket = entry.hash & (this.#buckets.length - 1)
    let before = this.#buckets[bucket]
    if (before === entry) this.#buckets[bucket] = entry.chained
    else {
      while (before && before.chained !== entry) before = before.chained
      if (before) before.chained = entry.chained
    }
    entry.chained = undefined
  }

  #renew(entry: Entry<T, B>): void {
    if (entry === this.#newest) return
    this.#unlink(entry)
    this.#append(entry)
  }

  #unlink(entry: Entry<T, B>): void {
    if (entry.older) entry.older.newer = entry.newer
    else this.#oldest = entry.newer
    if (entry.newer) entry.newer.older = entry.older
    else this.#newest = entry.older
    entry.older = undefined
    entry.newer = undefined
  }

  #append(entry: Entry<T, B>): void {
    entry.older = this.#newest
    if (this.#newest) this.#newest.newer = entry
    else this.#oldest = entry
    this.#newest = entry
  }
}

/** Different in every process: nobody can choose SPIs that all fall into one bucket. */
const SEED = (Math.random() * 0x1_0000_0000) | 0

function hashOf(a: string, b: Key): number {
  let hash = SEED
  for (let i = 0; i < a.length; i++) hash = Math.imul(hash ^ a.charCodeAt(i), 0x01000193)
  if (typeof b === "number") hash = Math.imul(Math.imul(hash ^ b, 0x01000193) ^ (b / 0x10000), 0x01000193)
  else for (let i = 0; i < b.length; i++) hash = Math.imul(hash ^ b.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** The keys of two addresses, whichever of them is named first. */
export const pairOf = (a: string, b: string): readonly [string, string] => (a < b ? [a, b] : [b, a])

/** Items by two keys, in their order. */
export function groupedByPair<T, B extends Key>(
  items: readonly T[],
  keysOf: (item: T) => readonly [string, B],
): PairTable<T[], B> {
  const groups = new PairTable<T[], B>()
  for (const item of items) groups.getOrMake(...keysOf(item), () => []).push(item)
  return groups
}
