/** Keeps the values of wanted fields as text and passes over all others: the fast path of `ikedump fields`. */
import type { ByteSource } from "../bytes/byte-source.ts"
import { allFields, bytesText, type Field, type FieldValue, fieldText } from "../bytes/field.ts"
import type { ByteRange, FieldSink } from "../bytes/field-sink.ts"
import { safeText } from "../bytes/safe-text.ts"
import { type Pick, PickMemory } from "./pick-memory.ts"

/** A value that spells out bytes, which may turn out to hold a secret. */
interface Spelled {
  column: number
  index: number
  src: ByteSource
  start: number
  end: number
}

/** In place of a column: nobody wants the field; nobody wants it, but it is secret. */
const UNWANTED = -1
const SECRET = -2
const HIDDEN = "hidden (--show-keys)"

/** Fields of a name as tshark prints them. A frame is drawn, its values are read, `reset` begins the next one. */
export class PickSink implements FieldSink {
  /** For each wanted name its values in wire order, the first `counts` of them; those behind belong to frames before. */
  readonly values: readonly string[][]
  readonly counts: Uint32Array
  /** Column of a field by its id. */
  readonly #columns: Int16Array
  readonly #showKeys: boolean
  /** The first `#spelledCount` count; those behind are used again. */
  readonly #spelled: Spelled[] = []
  #spelledCount = 0
  readonly #memory = new PickMemory()
  /** How often something was hidden: that may reach back to what was drawn before. */
  #hidings = 0

  /** `names` without repetition; every field of a name counts. Secrets, and what spells them out, are shown only with `showKeys`. */
  constructor(names: readonly string[], options: { readonly showKeys?: boolean } = {}) {
    const index = new Map(names.map((name, i) => [name, i]))
    this.#showKeys = options.showKeys ?? false
    const otherwise = (f: Field) => (f.secret && !this.#showKeys ? SECRET : UNWANTED)
    this.#columns = Int16Array.from(allFields(), f => index.get(f.name) ?? otherwise(f))
    this.values = names.map(() => [])
    this.counts = new Uint32Array(names.length)
  }

  /** Whether a column is for this field. */
  wants(field: Field): boolean {
    return this.#columns[field.id] >= 0
  }

  leaf(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void {
    if (this.#columns[field.id] !== UNWANTED) this.#take(field, src, start, end, value)
  }

  open(field: Field, src: ByteSource, start: number, end: number, value?: FieldValue): void {
    if (this.#columns[field.id] !== UNWANTED) this.#take(field, src, start, end, value)
  }

  bytes(field: Field, src: ByteSource, start: number, end: number): void {
    const column = this.#columns[field.id]
    if (column === UNWANTED) return
    const hidden = field.secret && !this.#showKeys
    if (hidden) this.#hide(src, start, end)
    if (column < 0) return
    const index = this.counts[column]++
    this.values[column][index] = hidden ? HIDDEN : bytesText(field, src.bytes, start, end)
    if (!this.#showKeys) this.#spell(column, index, src, start, end)
  }

  repeat(kind: object, variant: number, range: ByteRange, draw: () => void): void {
    const { counts, values } = this
    const { pos: start, end } = range
    const { bytes } = range.src
    const memory = this.#memory
    if (memory.paused()) {
      draw()
      return
    }
    const known = memory.find(kind, variant, bytes, start, end)
    if (known) {
      for (const { column, text } of known) values[column][counts[column]++] = text
      return
    }
    const before: number[] = []
    for (let i = 0; i < counts.length; i++) before.push(counts[i])
    const spelled = this.#spelledCount
    const hidings = this.#hidings
    draw()
    // Secrets and what spells them out are looked at each time.
    if (spelled !== this.#spelledCount || hidings !== this.#hidings) return
    const picks: Pick[] = []
    for (let column = 0; column < counts.length; column++)
      for (let i = before[column]; i < counts[column]; i++) picks.push({ column, text: values[column][i] })
    memory.keep(kind, variant, bytes.subarray(start, end), picks)
  }

  close(): void {}
  fault(): void {}

  reset(): void {
    const { counts, values } = this
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] > KEPT_VALUES) values[i].length = 0
      counts[i] = 0
    }
    if (this.#spelledCount > KEPT_VALUES) this.#spelled.length = 0
    this.#spelledCount = 0
  }

  #take(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void {
    const column = this.#columns[field.id]
    const hidden = field.secret && !this.#showKeys
    if (hidden) this.#hide(src, start, end)
    if (column < 0) return
    const index = this.counts[column]++
    this.values[column][index] = hidden ? HIDDEN : textOf(field, value, end - start)
    if (!this.#showKeys && typeof value === "object") this.#spell(column, index, src, start, end)
  }

  #spell(column: number, index: number, src: ByteSource, start: number, end: number): void {
    const spelled = this.#spelled[this.#spelledCount]
    if (spelled === undefined) this.#spelled.push({ column, index, src, start, end })
    else {
      spelled.column = column
      spelled.index = index
      spelled.src = src
      spelled.start = start
      spelled.end = end
    }
    this.#spelledCount++
  }

  /** Takes back what spelled a secret out before it was known to be one. */
  #hide(src: ByteSource, start: number, end: number): void {
    this.#hidings++
    for (let i = 0; i < this.#spelledCount; i++) {
      const s = this.#spelled[i]
      if (s.src === src && s.start < end && start < s.end) this.values[s.column][s.index] = HIDDEN
    }
  }
}

function textOf(field: Field, value: FieldValue, bytes: number): string {
  if (typeof value === "number" && field.kind === "uint") return numberText(value)
  if (value === undefined) return presence(field)
  return typeof value === "string" ? safeText(value) : fieldText(field, value, bytes)
}

/** Texts of small numbers, made once: most values are types and lengths. */
const NUMBERS: string[] = Array.from({ length: 65_536 })
const numberText = (n: number): string => (n < NUMBERS.length && n >= 0 ? (NUMBERS[n] ??= String(n)) : String(n))

/** Room for values that is kept from frame to frame. */
const KEPT_VALUES = 1024

/** tshark's words for a field without a value: a protocol's name, else 1. */
const presence = (field: Field): string => (field.name.includes(".") ? "1" : field.name)
