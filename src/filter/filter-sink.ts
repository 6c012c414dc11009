/** Keeps the values that a display filter reads and passes over all others: no tree is built. */
import type { ByteSource } from "../bytes/byte-source.ts"
import { allFields, type Field, type FieldValue } from "../bytes/field.ts"
import type { FieldSink } from "../bytes/field-sink.ts"
import type { Filter } from "./filter.ts"
import { parseTime } from "./literal-text.ts"
import { kindOf, type Value, type ValueKind } from "./value.ts"

/** Draw every packet of a frame into it, ask `matches`, `reset`. What it keeps outlives the packet. */
export class FilterSink implements FieldSink {
  /** Values by the filter's wanted names. */
  readonly #seen: Value[][]
  /** Place in `#seen` of a field by its id, -1 for fields that nobody wants. */
  readonly #slots: Int16Array
  /** The same for the protocol of a field, where that has no heading of its own. */
  readonly #protocols: Int16Array
  readonly #kinds: readonly ValueKind[]
  /** Protocol of each wanted field, by the field's id. */
  readonly #protocolNames: readonly string[]
  /** Occurrences of each protocol so far. */
  readonly #layers = new Map<string, number>()

  constructor(private readonly filter: Filter) {
    const fields = allFields()
    const index = new Map(filter.wanted.map((w, i) => [w.name, i]))
    this.#seen = filter.wanted.map(() => [])
    this.#slots = Int16Array.from(fields, f => index.get(f.name) ?? -1)
    const headless = new Map(filter.wanted.flatMap((w, i) => (w.fields.length === 0 ? [[w.name, i] as const] : [])))
    this.#protocols = Int16Array.from(fields, f => headless.get(protocolOf(f)) ?? -1)
    this.#protocolNames = fields.map((f, id) => (this.#slots[id] >= 0 ? protocolOf(f) : ""))
    this.#kinds = fields.map(kindOf)
  }

  /** Whether the filter reads the field. */
  wants(field: Field): boolean {
    return this.#slots[field.id] >= 0 || this.#protocols[field.id] >= 0
  }

  /** Whether what was drawn since `reset` passes the filter. */
  matches(): boolean {
    return this.filter.matches(this.#seen)
  }

  reset(): void {
    for (const values of this.#seen) if (values.length > 0) values.length = 0
    this.#layers.clear()
  }

  leaf(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void {
    if (this.#slots[field.id] >= 0) this.#keep(field, src, start, end, value)
    const protocol = this.#protocols[field.id]
    if (protocol >= 0 && this.#seen[protocol].length === 0) this.#seen[protocol].push(PRESENT)
  }

  open(field: Field, src: ByteSource, start: number, end: number, value?: FieldValue): void {
    const { name } = field
    if (!name.includes(".")) this.#layers.set(name, (this.#layers.get(name) ?? 0) + 1)
    this.leaf(field, src, start, end, value)
  }

  close(): void {}
  fault(): void {}

  #keep(field: Field, src: ByteSource, start: number, end: number, value: FieldValue): void {
    const slot = this.#slots[field.id]
    const raw = this.filter.wanted[slot].bytes ? src.bytes.slice(start, end) : undefined
    const layer = this.#layers.get(this.#protocolNames[field.id]) ?? 1
    const { kind, v } = drawnValue(this.#kinds[field.id], value, raw)
    this.#seen[slot].push({ kind, v, field, size: end - start, raw, layer })
  }
}

const NOTHING = new Uint8Array(0)
const PRESENT: Value = { kind: "nothing", v: NOTHING }

const protocolOf = ({ name }: Field): string => name.split(".", 1)[0]

/** A drawn value as the kind that filters compare. Bytes are copied: the packet's buffer is used again. */
function drawnValue(kind: ValueKind, value: FieldValue, raw: Uint8Array | undefined): Pick<Value, "kind" | "v"> {
  if (value instanceof Uint8Array) return { kind, v: value.slice() }
  if (typeof value === "boolean") return { kind, v: value ? 1 : 0 }
  if (value === undefined) return kind === "bytes" ? { kind, v: raw ?? NOTHING } : { kind: "nothing", v: NOTHING }
  if (typeof value !== "string") return { kind, v: value }
  if (kind === "number") return { kind, v: Number(value) }
  if (kind === "time") return timeValue(value)
  return { kind: "text", v: value }
}

function timeValue(text: string): Pick<Value, "kind" | "v"> {
  const time = parseTime(text)
  return time === undefined ? { kind: "nothing", v: NOTHING } : { kind: "time", v: time }
}
