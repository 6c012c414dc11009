/** A sink that collects every field's values as `tshark -T fields` would print them, and the faults. */
import type { ByteSource } from "../../src/bytes/byte-source.ts"
import type { DecodeError } from "../../src/bytes/errors.ts"
import { type Field, type FieldValue, fieldText } from "../../src/bytes/field.ts"
import type { FieldSink } from "../../src/bytes/field-sink.ts"

export class CollectFields implements FieldSink {
  /** Name to values, in wire order. Fields without a name or a value are left out. */
  readonly values: Record<string, string[]> = {}
  readonly faults: DecodeError[] = []
  /** Ranges that lie outside their subtree: always a mistake of the decoder. */
  readonly stray: string[] = []
  readonly #open: { src: ByteSource; start: number; end: number }[] = []

  leaf(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void {
    const parent = this.#open.at(-1)
    if (parent?.src === src && (start < parent.start || end > parent.end))
      this.stray.push(`${field.name} [${start}, ${end}) outside [${parent.start}, ${parent.end})`)
    if (value === undefined || field.name === "") return
    const list = this.values[field.name] ?? []
    this.values[field.name] = list
    list.push(fieldText(field, value, end - start))
  }

  open(field: Field, src: ByteSource, start: number, end: number, value?: FieldValue): void {
    this.leaf(field, src, start, end, value)
    this.#open.push({ src, start, end })
  }

  close(): void {
    if (!this.#open.pop()) this.stray.push("close without open")
  }

  fault(error: DecodeError): void {
    this.faults.push(error)
  }

  /** Subtrees that were opened and not closed. */
  get unclosed(): number {
    return this.#open.length
  }
}
