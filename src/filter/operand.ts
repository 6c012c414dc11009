/** Compiles the value side of filters: fields, constants, slices, arithmetic and functions, to closures over a frame's values. */
import type { Field } from "../bytes/field.ts"
import { arithmetic, negated } from "./arithmetic.ts"
import { type FieldNames, unknownField } from "./field-names.ts"
import { wrong } from "./filter-error.ts"
import { callOperand } from "./functions.ts"
import { literalValues, type Target } from "./literal.ts"
import type { ArgumentCompiler, Operand } from "./operand-types.ts"
import { inLayers, sliceOf } from "./ranges.ts"
import {
  type ArithmeticNode,
  type FieldNode,
  firstLiteral,
  isConstant,
  type LiteralNode,
  type NegateNode,
  type SliceNode,
  type ValueNode,
} from "./syntax.ts"
import { kindOf, type Value, type ValueKind } from "./value.ts"

/** A name that a filter reads. */
export interface WantedField {
  readonly name: string
  /** Every field of that name; none for a protocol that has fields but no heading. */
  readonly fields: readonly Field[]
  /** The bytes on the wire are asked for, beside the value. */
  bytes: boolean
}

const NUMBER: Target = { kinds: new Set(["number"]), fields: [] }
const SLICEABLE: ReadonlySet<ValueKind> = new Set(["bytes", "text", "ipv4", "ipv6"])

/** Knows the fields, and collects those that are read. */
export class OperandCompiler implements ArgumentCompiler {
  readonly wanted: WantedField[] = []
  readonly #slots = new Map<string, number>()
  constructor(
    readonly names: FieldNames,
    private readonly fieldsOf: (name: string) => readonly Field[],
  ) {}

  /** Where the values of a name will be found in `Seen`. */
  slot(name: string, bytes: boolean): number {
    let slot = this.#slots.get(name)
    if (slot === undefined) {
      slot = this.wanted.push({ name, fields: this.fieldsOf(name), bytes: false }) - 1
      this.#slots.set(name, slot)
    }
    this.wanted[slot].bytes ||= bytes
    return slot
  }

  /** The values of a field; `bytes` when more than their being there counts. */
  field(node: FieldNode, bytes = true): Operand {
    const fields = this.fieldsOf(node.name)
    const slot = this.slot(node.name, node.raw || (bytes && fields.some(f => kindOf(f) === "bytes")))
    const { layers, raw } = node
    const kinds: ReadonlySet<ValueKind> = new Set(
      raw ? ["bytes" as const] : fields.length === 0 ? ["nothing" as const] : fields.map(kindOf),
    )
    const named = raw ? [] : fields
    if (!layers && !raw) return { kinds, fields: named, values: seen => seen[slot] }
    const chosen = (values: readonly Value[]) => {
      if (!layers) return values
      const count = values.reduce((most, v) => Math.max(most, v.layer ?? 1), 0)
      return values.filter(v => inLayers(layers, v.layer ?? 1, count))
    }
    const rawOf = ({ raw: b }: Value): readonly Value[] => (b ? [{ kind: "bytes", v: b }] : [])
    return { kinds, fields: named, values: seen => (raw ? chosen(seen[slot]).flatMap(rawOf) : chosen(seen[slot])) }
  }

  /** A node that is no constant. Throws FilterError for one. */
  computed(node: ValueNode): Operand {
    if (node.type !== "literal") return this.operand(node, NUMBER)
    const isWord = node.form === "word" && /^[A-Za-z_][\w.-]*$/.test(node.text)
    if (isWord) throw unknownField(node.text, node, this.names)
    throw wrong("a constant stands where a field or a function must", node)
  }

  /** Any node; a constant is read as what `target` is. */
  operand(node: ValueNode, target: Target): Operand {
    switch (node.type) {
      case "field":
        return this.field(node)
      case "literal":
        return this.#literal(node, target)
      case "slice":
        return this.#slice(node)
      case "negate":
        return this.#negate(node, target)
      case "arithmetic":
        return this.#arithmetic(node, target)
      default:
        return callOperand(this, node)
    }
  }

  /** Both sides of a comparison or a calculation: a constant takes the kind of the other side. */
  pair(left: ValueNode, right: ValueNode, otherwise?: Target): readonly [Operand, Operand] {
    if (!isConstant(left)) {
      const l = this.operand(left, NUMBER)
      return [l, this.operand(right, l)]
    }
    if (!isConstant(right)) {
      const r = this.operand(right, NUMBER)
      return [this.operand(left, r), r]
    }
    if (otherwise) return [this.operand(left, otherwise), this.operand(right, otherwise)]
    const l = this.computed(firstLiteral(left))
    return [l, l]
  }

  #literal(node: LiteralNode, target: Target): Operand {
    const values = literalValues(node, target, this.names)
    return { kinds: new Set(values.map(v => v.kind)), fields: [], values: () => values, constant: true }
  }

  #slice(node: SliceNode): Operand {
    const of = this.computed(node.of)
    if (![...of.kinds].some(k => SLICEABLE.has(k)))
      throw wrong("a number has no slices", node, node.of.type === "field" ? `its bytes are @${node.of.name}` : "")
    const kinds = new Set<ValueKind>([...of.kinds].map(k => (k === "text" ? "text" : "bytes")))
    const { ranges } = node
    return { kinds, fields: [], values: seen => of.values(seen).flatMap(v => slicedValue(v, ranges)) }
  }

  #negate(node: NegateNode, target: Target): Operand {
    const of = this.operand(node.of, target)
    if (!of.kinds.has("number")) throw wrong("only numbers can be negative", node)
    return { ...of, fields: [], values: seen => of.values(seen).flatMap(negated) }
  }

  #arithmetic(node: ArithmeticNode, target: Target): Operand {
    const [left, right] = this.pair(node.left, node.right, target)
    const kinds = new Set([...left.kinds].filter(k => right.kinds.has(k) && canCalculate(k, node.op)))
    if (kinds.size === 0) throw wrong(`"${node.op}" cannot calculate with these two`, node)
    const { op } = node
    return {
      kinds,
      // Decimals stay decimals: frame.time_relative + 0.5
      fields: [...left.fields, ...right.fields].filter(f => f.kind === "text"),
      constant: left.constant && right.constant,
      values(seen) {
        const rights = right.values(seen)
        return left.values(seen).flatMap(a => rights.flatMap(b => arithmetic(op, a, b)))
      },
    }
  }
}

const canCalculate = (kind: ValueKind, op: string): boolean =>
  kind === "number" || (op === "&" && (kind === "bytes" || kind === "ipv4" || kind === "ipv6"))

function slicedValue({ v }: Value, ranges: SliceNode["ranges"]): readonly Value[] {
  if (typeof v !== "string" && !(v instanceof Uint8Array)) return []
  const spans = ranges.map(range => sliceOf(range, v.length)).filter(span => span !== undefined)
  if (spans.length < ranges.length) return []
  if (typeof v === "string") return [{ kind: "text", v: spans.map(s => v.slice(...s)).join("") }]
  return [{ kind: "bytes", v: Uint8Array.from(spans.flatMap(s => [...v.subarray(...s)])) }]
}
