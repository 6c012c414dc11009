/** Columns that grow: typed arrays with room for more. */

type Numbers = Uint8Array | Uint32Array | Float64Array

/** A column of numbers; `make` makes an array of a length. */
export class Column<T extends Numbers> {
  #items: T
  #n = 0

  constructor(
    readonly make: (length: number) => T,
    items = make(64),
  ) {
    this.#items = items
  }

  get length(): number {
    return this.#n
  }

  push(value: number): void {
    if (this.#n === this.#items.length) this.#grow(this.#n + 1)
    this.#items[this.#n++] = value
  }

  /** Adds `source[start, end)`. */
  append(source: T, start: number, end: number): void {
    const n = this.#n + end - start
    if (n > this.#items.length) this.#grow(n)
    this.#items.set(source.subarray(start, end), this.#n)
    this.#n = n
  }

  /** The numbers as they stand, and the room behind them. */
  get all(): T {
    return this.#items
  }

  /** The numbers, in memory of their own. */
  take(): T {
    return this.#items.slice(0, this.#n) as T
  }

  #grow(least: number): void {
    const grown = this.make(Math.max(least, 2 * this.#items.length))
    grown.set(this.#items.subarray(0, this.#n))
    this.#items = grown
  }
}

export const bytesColumn = (items?: Uint8Array): Column<Uint8Array> => new Column(n => new Uint8Array(n), items)
export const wordsColumn = (): Column<Uint32Array> => new Column(n => new Uint32Array(n))
export const numbersColumn = (): Column<Float64Array> => new Column(n => new Float64Array(n))

/** The memory behind the columns of a table. */
export const buffersOf = (table: object): ArrayBuffer[] =>
  Object.values(table).flatMap(column =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer ? [column.buffer] : [],
  )
