/** Columns that grow: numbers of many frames in little memory. */

type Numbers = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array

export class Column<T extends Numbers> {
  length = 0
  #values: T
  constructor(private readonly make: new (length: number) => T) {
    this.#values = new make(1024)
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const wider = new this.make(this.length + (this.length >> 1))
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values[this.length++] = value
  }

  at(i: number): number {
    return this.#values[i]
  }

  set(i: number, value: number): void {
    this.#values[i] = value
  }

  /** The values as they are; not to be kept while the column grows. */
  get values(): T {
    return this.#values.subarray(0, this.length) as T
  }

  /** The first place whose value is `value` or more, in a column that ascends. */
  lowerBound(value: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#values[middle] < value) low = middle + 1
      else high = middle
    }
    return low
  }
}
