/** The captures of a merge, the one with the earliest record first; among equal times the one named first. */
import type { CaptureRecord } from "../capture/record.ts"

function isBefore(a: CaptureRecord, b: CaptureRecord): boolean {
  if (a.seconds !== b.seconds) return a.seconds < b.seconds
  if (a.nanos !== b.nanos) return a.nanos < b.nanos
  return a.capture < b.capture
}

/** Who has a record. */
interface Reading {
  readonly reader: { readonly record: CaptureRecord }
}

export class TimeHeap<T extends Reading> {
  readonly #items: T[] = []

  get first(): T | undefined {
    return this.#items[0]
  }

  push(capture: T): void {
    const items = this.#items
    let at = items.push(capture) - 1
    while (at > 0 && isBefore(items[at].reader.record, items[(at - 1) >> 1].reader.record)) {
      this.#swap(at, (at - 1) >> 1)
      at = (at - 1) >> 1
    }
  }

  /** The first one's record changed. */
  firstChanged(): void {
    const items = this.#items
    let at = 0
    for (;;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < items.length && isBefore(items[child].reader.record, items[least].reader.record)) least = child
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }

  removeFirst(): void {
    const last = this.#items.pop()
    if (!last || this.#items.length === 0) return
    this.#items[0] = last
    this.firstChanged()
  }

  #swap(a: number, b: number): void {
    const items = this.#items
    const held = items[a]
    items[a] = items[b]
    items[b] = held
  }
}
