/** A map that holds no more than so many entries: what an attacker can name must not grow a table without end. */

export interface BoundedMapOptions<K, V> {
  /** Gets each entry that makes room for another. */
  readonly evicted?: (key: K, value: V) => void
}

/** Keeps the `limit` entries that were set, or looked up with `use`, last. */
export class BoundedMap<K, V> {
  readonly #map = new Map<K, V>()
  /** Entries that made room for others so far. */
  evictions = 0

  constructor(
    readonly limit: number,
    private readonly options: BoundedMapOptions<K, V> = {},
  ) {}

  get size(): number {
    return this.#map.size
  }

  has(key: K): boolean {
    return this.#map.has(key)
  }

  /** The value, whose age stays as it is. */
  get(key: K): V | undefined {
    return this.#map.get(key)
  }

  /** The value, which becomes the youngest. */
  use(key: K): V | undefined {
    const value = this.#map.get(key)
    if (value === undefined) return undefined
    this.#map.delete(key)
    this.#map.set(key, value)
    return value
  }

  /** Sets a value as the youngest; the oldest goes when there are too many. */
  set(key: K, value: V): this {
    this.#map.delete(key)
    this.#map.set(key, value)
    if (this.#map.size > this.limit) this.#evict()
    return this
  }

  /** The value of a key, made when there is none. */
  getOrMake(key: K, make: () => V): V {
    const known = this.#map.get(key)
    if (known !== undefined) return known
    const made = make()
    this.set(key, made)
    return made
  }

  delete(key: K): boolean {
    return this.#map.delete(key)
  }

  clear(): void {
    this.#map.clear()
  }

  /** Oldest first. */
  keys(): IterableIterator<K> {
    return this.#map.keys()
  }

  values(): IterableIterator<V> {
    return this.#map.values()
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#map[Symbol.iterator]()
  }

  #evict(): void {
    for (const [key, value] of this.#map) {
      this.#map.delete(key)
      this.evictions++
      this.options.evicted?.(key, value)
      return
    }
  }
}
