/** A set of whole numbers kept as runs: exact, and small as long as the numbers come nearly in order. */

export class Intervals {
  /** Run i is [first[i], last[i]], in ascending order, with gaps between. */
  readonly #first: number[] = []
  readonly #last: number[] = []
  /** False once a run had to be dropped for the cap: a number may have been forgotten. */
  exact = true

  constructor(readonly maxRuns = 65_536) {}

  get runs(): number {
    return this.#first.length
  }

  /** Lowest and highest number, undefined when empty. */
  get first(): number | undefined {
    return this.#first[0]
  }
  get last(): number | undefined {
    return this.#last.at(-1)
  }

  /** Runs as pairs of their first and last numbers, ascending. */
  list(): number[] {
    return this.#first.flatMap((first, i) => [first, this.#last[i]])
  }

  /** Adds the runs of another set when none of its numbers is here yet and the runs fit; else changes nothing and is false. */
  join(runs: readonly number[]): boolean {
    if (this.runs + runs.length / 2 > this.maxRuns) return false
    for (let i = 0; i < runs.length; i += 2) {
      const at = this.#find(runs[i + 1])
      if (at >= 0 && this.#last[at] >= runs[i]) return false
    }
    for (let i = 0; i < runs.length; i += 2) this.#addRun(runs[i], runs[i + 1])
    return true
  }

  has(n: number): boolean {
    const at = this.#find(n)
    return at >= 0 && n <= this.#last[at]
  }

  /** Adds a number (up to 2^53). False when it was there already. */
  add(n: number): boolean {
    const first = this.#first
    const last = this.#last
    const end = last.length - 1
    if (end >= 0 && n === last[end] + 1) {
      last[end] = n
      return true
    }
    const at = this.#find(n)
    if (at >= 0 && n <= last[at]) return false
    const joinsLeft = at >= 0 && last[at] === n - 1
    const joinsRight = at + 1 < first.length && first[at + 1] === n + 1
    if (joinsLeft && joinsRight) {
      last[at] = last[at + 1]
      first.splice(at + 1, 1)
      last.splice(at + 1, 1)
    } else if (joinsLeft) last[at] = n
    else if (joinsRight) first[at + 1] = n
    else this.#insert(at + 1, n)
    return true
  }

  /** How many numbers are missing between the lowest and the highest. */
  get missing(): number {
    let missing = 0
    for (let i = 1; i < this.#first.length; i++) missing += this.#first[i] - this.#last[i - 1] - 1
    return missing
  }

  /** Adds a run that meets none of those that are here. */
  #addRun(from: number, to: number): void {
    const at = this.#find(from)
    const joinsLeft = at >= 0 && this.#last[at] === from - 1
    const joinsRight = this.#first[at + 1] === to + 1
    if (joinsLeft && joinsRight) {
      this.#last[at] = this.#last[at + 1]
      this.#first.splice(at + 1, 1)
      this.#last.splice(at + 1, 1)
    } else if (joinsLeft) this.#last[at] = to
    else if (joinsRight) this.#first[at + 1] = from
    else this.#insert(at + 1, from, to)
  }

  #insert(at: number, n: number, to = n): void {
    this.#first.splice(at, 0, n)
    this.#last.splice(at, 0, to)
    if (this.#first.length <= this.maxRuns) return
    this.exact = false
    this.#first.shift()
    this.#last.shift()
  }

  /** Index of the last run that begins at or before `n`, -1 without. */
  #find(n: number): number {
    let low = 0
    let high = this.#first.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#first[middle] <= n) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
