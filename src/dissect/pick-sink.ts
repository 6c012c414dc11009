/** Keeps the values of wanted fields as text and passes over all others: the fast path of `ikedump fields`. */
import type { ByteSource } from "../bytes/byte-source.ts"
import { allFields, type Field, type FieldValue, fieldText } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import { safeText } from "../bytes/safe-text.ts"

/** Fields of a name as tshark prints them. A frame is drawn, its values are read, `reset` begins the next one. */
export class PickSink implements FieldSink {
  /** For each wanted name its values in wire order, the first `counts` of them; those behind belong to frames before. */
  readonly values: readonly string[][]
  readonly counts: Uint32Array
  /** Column of a field by its id, -1 for fields that nobody wants. */
  readonly #columns: Int16Array
  readonly #showKeys: boolean

  /** `names` without repetition; every field of a name counts. Secret fields are told only with `showKeys`. */
  constructor(names: readonly string[], options: { readonly showKeys?: boolean } = {}) {
    const index = new Map(names.map((name, i) => [name, i]))
    this.#columns = Int16Array.from(allFields(), f => index.get(f.name) ?? -1)
    this.values = names.map(() => [])
    this.counts = new Uint32Array(names.length)
    this.#showKeys = options.showKeys ?? true
  }

  /** Whether a column is for this field. */
  wants(field: Field): boolean {
    return this.#columns[field.id] >= 0
  }

  leaf(field: Field, _src: ByteSource, start: number, end: number, value: FieldValue): void {
    const column = this.#columns[field.id]
    if (column >= 0) this.values[column][this.counts[column]++] = this.#text(field, value, end - start)
  }

  open(field: Field, _src: ByteSource, start: number, end: number, value?: FieldValue): void {
    const column = this.#columns[field.id]
    if (column >= 0) this.values[column][this.counts[column]++] = this.#text(field, value, end - start)
  }

  close(): void {}
  fault(): void {}

  reset(): void {
    const { counts, values } = this
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] > KEPT_VALUES) values[i].length = 0
      counts[i] = 0
    }
  }

  #text(field: Field, value: FieldValue, bytes: number): string {
    if (field.secret && !this.#showKeys) return HIDDEN
    if (typeof value === "number" && field.kind === "uint") return numberText(value)
    if (value === undefined) return presence(field)
    return typeof value === "string" ? safeText(value) : fieldText(field, value, bytes)
  }
}

const HIDDEN = "hidden"

/** Texts of small numbers, made once: most values are types and lengths. */
const NUMBERS: string[] = Array.from({ length: 65_536 })
const numberText = (n: number): string => (n < NUMBERS.length && n >= 0 ? (NUMBERS[n] ??= String(n)) : String(n))

/** Room for values that is kept from frame to frame. */
const KEPT_VALUES = 1024

/** tshark's words for a field without a value: a protocol's name, else 1. */
const presence = (field: Field): string => (field.name.includes(".") ? "1" : field.name)
